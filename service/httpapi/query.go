package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// param is a key of a query that an operation knows.
type param struct {
	name string
	doc  string
	enum []string // what the value may be; nil for anything
	// open lets in every key that is written like a property of Redfish.
	open bool
}

func (p param) described() *huma.Param {
	schema := text()
	for _, value := range p.enum {
		schema.Enum = append(schema.Enum, value)
	}
	return &huma.Param{Name: p.name, In: "query", Description: p.doc, Schema: schema}
}

func boolean(name, doc string) param {
	return param{name: name, doc: doc, enum: []string{"true", "false"}}
}

// checkQuery refuses what op does not know: a filter that was misspelt must
// not give everything.
func checkQuery(r *http.Request, op operation) error {
	if r.URL.RawQuery == "" || op.rights == anybody {
		return nil
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return invalid("the query is not well-formed")
	}
	for key, values := range query {
		i := slices.IndexFunc(op.query, func(p param) bool { return p.name == key || p.open && isRedfish(key) })
		if i < 0 {
			return unknownKey(key, op)
		}
		if enum := op.query[i].enum; enum != nil && !slices.Contains(enum, values[0]) {
			return invalid("%s in the query is another word; expected %s", key, strings.Join(enum, " or "))
		}
	}
	return nil
}

func unknownKey(key string, op operation) error {
	if len(op.query) == 0 {
		return invalid("the query has a key %q; this takes none", clip(key))
	}
	var names []string
	for _, p := range op.query {
		names = append(names, p.name)
	}
	return invalid("the query has an unknown key %q; the keys are %s", clip(key), strings.Join(names, ", "))
}

// isRedfish says whether a key is a property of Redfish or a path to one, such
// as Status/Health.
func isRedfish(key string) bool { return key != "" && key[0] >= 'A' && key[0] <= 'Z' }

// page is the part of a query that all lists share.
type page struct {
	limit  int    // 0: no limit
	marker string // the id of the element to begin behind
	sort   []sortKey
	fields []string // nil: all
}

type sortKey struct {
	name       string
	descending bool
}

// pageParams describes page.
func pageParams() []param {
	return []param{
		{name: "limit", doc: "No more elements than this; the header Link leads to the next ones."},
		{name: "marker", doc: "Begin behind the element with this id."},
		{name: "sort", doc: "Keys to sort by, each key:asc or key:desc, with commas between them."},
		fieldsParam(),
	}
}

func fieldsParam() param {
	return param{name: "fields", doc: "Only these keys of each element, with commas between them."}
}

// pageOf reads page from the query, which checkQuery has let through.
func pageOf(r *http.Request, most int) (page, error) {
	if r.URL.RawQuery == "" {
		return page{}, nil
	}
	query := r.URL.Query()
	p := page{marker: query.Get("marker"), fields: words(query.Get("fields"))}
	if given := query.Get("limit"); query.Has("limit") {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			return p, invalid("limit in the query is no number of elements; expected 1 to %d", most)
		}
		p.limit = min(n, most)
	}
	for _, word := range words(query.Get("sort")) {
		name, direction, _ := strings.Cut(word, ":")
		if direction != "" && direction != "asc" && direction != "desc" {
			return p, invalid("sort in the query has a direction that is neither asc nor desc")
		}
		p.sort = append(p.sort, sortKey{name, direction == "desc"})
	}
	return p, nil
}

// words splits a list with commas; nothing gives nil.
func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
