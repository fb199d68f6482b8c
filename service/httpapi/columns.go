package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// nodeField is a field of a node that a list can be filtered by.
type nodeField struct {
	name  string
	value func(service.Node) string
}

func nodeFields() []nodeField {
	return []nodeField{
		{"uuid", func(n service.Node) string { return n.UUID }},
		{"name", func(n service.Node) string { return n.Name }},
		{"podm_id", func(n service.Node) string { return n.PodManagerID }},
		{"index", service.Node.Index},
		{"resource_uri", resourceURI},
		{"managed_by", func(n service.Node) string { return n.ManagedBy }},
		{"state", func(n service.Node) string { return string(n.State) }},
		{"created_at", func(n service.Node) string { return timestamp(n.CreatedAt) }},
		{"updated_at", func(n service.Node) string { return timestamp(n.UpdatedAt) }},
	}
}

func nodeFilterParams() []*huma.Param {
	var params []*huma.Param
	for _, field := range nodeFields() {
		params = append(params, queryParam(field.name, "Only nodes with exactly this value."))
	}
	return params
}

// filterSet is the query of a list: by the name of a field, the value that it
// must have.
type filterSet map[string]string

// nodeFilters reads the query. All filters must match; of a repeated one the
// first counts.
func nodeFilters(r *http.Request) (filterSet, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, invalid("the query is not well-formed")
	}
	fields := nodeFields()
	names := make([]string, len(fields))
	known := map[string]bool{}
	for i, field := range fields {
		names[i], known[field.name] = field.name, true
	}
	filters := filterSet{}
	for name, values := range query {
		if !known[name] {
			return nil, invalid("nodes cannot be filtered by %q; the filters are %s",
				clip(name), strings.Join(names, ", "))
		}
		filters[name] = values[0]
	}
	return filters, nil
}

// match says whether n has every value asked for. An empty value is asked for
// like any other.
func (f filterSet) match(n service.Node) bool {
	for _, field := range nodeFields() {
		if want, ok := f[field.name]; ok && field.value(n) != want {
			return false
		}
	}
	return true
}

// forStore is the part of the filters that a store can use to read less, and
// the caller's project, whose nodes are all that he may see.
func (f filterSet) forStore(caller service.Caller) (service.NodeFilter, error) {
	out := service.NodeFilter{
		UUID:         f["uuid"],
		Name:         f["name"],
		PodManagerID: f["podm_id"],
		Index:        f["index"],
	}
	if caller.SeesAll() {
		return out, nil
	}
	// An empty project in the filter would select the nodes of all of them.
	if caller.ProjectID == "" {
		return out, service.Errorf(service.Forbidden, "a token for a project is needed to see nodes")
	}
	out.ProjectID = caller.ProjectID
	return out, nil
}
