package session

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/core/fault"
)

// locate is the root of a service, without a slash at the end: what the cloud
// says, else what the catalog of the token says. A version at the end is left
// out, for the paths of requests begin with it.
func (s *Session) locate(t *Token, service string, want Service) (*url.URL, error) {
	u := want.Endpoint
	if u == nil {
		if t == nil {
			return nil, fault.New(fault.Failed, "%s has no endpoint for the %s service", s.id.name(), service).
				WithHint("set auth.endpoint or %s_endpoint_override", strings.ReplaceAll(service, "-", "_"))
		}
		found, err := s.find(t.Catalog, service, want)
		if err != nil {
			return nil, err
		}
		if u, err = url.Parse(found); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			return nil, fault.New(fault.Failed, "the catalog of %s has no proper URL for the %s service", s.id.name(), service)
		}
	}
	root := *u
	root.Path = regexp.MustCompile(`/v\d+(\.\d+)?$`).ReplaceAllString(strings.TrimRight(u.Path, "/"), "")
	root.RawPath, root.RawQuery, root.Fragment = "", "", ""
	return &root, nil
}

// find chooses an endpoint of a catalog: the first interface that there is, in
// the region.
func (s *Session) find(catalog []tokens.CatalogEntry, service string, want Service) (string, error) {
	endpoints := ofTypes(catalog, want)
	if len(endpoints) == 0 {
		return "", s.noService(catalog, service)
	}
	here := where(endpoints, func(e tokens.Endpoint) bool { return want.Region == "" || region(e) == want.Region })
	if len(here) == 0 {
		return "", fault.New(fault.Failed, "%s has no %s service in region %s", s.id.name(), service, want.Region).
			WithHint("it is in %s", listed(endpoints, region))
	}
	interfaces := want.Interfaces
	if len(interfaces) == 0 {
		interfaces = []string{"public"}
	}
	for _, name := range interfaces {
		fits := where(here, func(e tokens.Endpoint) bool { return e.Interface == strings.TrimSuffix(name, "URL") })
		urls := distinct(fits, func(e tokens.Endpoint) string { return e.URL })
		switch {
		case len(urls) == 1:
			return urls[0], nil
		case len(distinct(fits, region)) > 1:
			return "", fault.New(fault.Usage, "%s has the %s service in several regions: %s", s.id.name(), service, listed(fits, region)).
				WithHint("choose one with --os-region-name, OS_REGION_NAME or region_name")
		case len(urls) > 1:
			return urls[0], nil
		}
	}
	return "", fault.New(fault.Failed, "%s has no %s endpoint of the %s service", s.id.name(), strings.Join(interfaces, " or "), service).
		WithHint("it has %s: choose with --os-interface", listed(here, func(e tokens.Endpoint) string { return e.Interface }))
}

// ofTypes are the endpoints of the first type that there is.
func ofTypes(catalog []tokens.CatalogEntry, want Service) []tokens.Endpoint {
	for _, wanted := range want.Types {
		var endpoints []tokens.Endpoint
		for _, entry := range catalog {
			if entry.Type == wanted && (want.Name == "" || entry.Name == want.Name) {
				endpoints = append(endpoints, entry.Endpoints...)
			}
		}
		if len(endpoints) > 0 {
			return endpoints
		}
	}
	return nil
}

func (s *Session) noService(catalog []tokens.CatalogEntry, service string) error {
	e := fault.New(fault.Failed, "the catalog of %s has no %s service", s.id.name(), service)
	if len(catalog) == 0 {
		return e.WithHint("the catalog is empty, as it is for a token that is for no project: set project_name")
	}
	var types []string
	var all []tokens.Endpoint
	for _, entry := range catalog {
		types = append(types, entry.Type)
		all = append(all, entry.Endpoints...)
	}
	slices.Sort(types)
	return e.WithHint("it has %s, in %s", strings.Join(slices.Compact(types), ", "), listed(all, region))
}

func region(e tokens.Endpoint) string {
	if e.RegionID != "" {
		return e.RegionID
	}
	return e.Region
}

func where(endpoints []tokens.Endpoint, ok func(tokens.Endpoint) bool) []tokens.Endpoint {
	return slices.DeleteFunc(slices.Clone(endpoints), func(e tokens.Endpoint) bool { return !ok(e) })
}

// distinct are the values of a field, each once, in order.
func distinct(endpoints []tokens.Endpoint, field func(tokens.Endpoint) string) []string {
	var values []string
	for _, e := range endpoints {
		if v := field(e); !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

func listed(endpoints []tokens.Endpoint, field func(tokens.Endpoint) string) string {
	values := distinct(endpoints, field)
	if len(values) == 0 {
		return "no region"
	}
	slices.Sort(values)
	return strings.Join(values, ", ")
}

// join puts a path and a query below the root of a service.
func join(root, wanted *url.URL) (*url.URL, error) {
	switch {
	case wanted.Scheme != "" || wanted.Host != "" || wanted.User != nil || wanted.Opaque != "":
		return nil, fault.New(fault.PluginFault, "a request must name a service and a path, not a host")
	case !strings.HasPrefix(wanted.Path, "/"):
		return nil, fault.New(fault.PluginFault, "the path of a request must begin with /")
	case slices.ContainsFunc(strings.FieldsFunc(wanted.Path, slash), dots):
		return nil, fault.New(fault.PluginFault, "the path of a request must not hold . or .. as a part")
	}
	u := *root
	u.Path = root.Path + wanted.Path
	u.RawPath = root.EscapedPath() + wanted.EscapedPath()
	u.RawQuery = wanted.RawQuery
	return &u, nil
}

func slash(r rune) bool { return r == '/' || r == '\\' }

func dots(part string) bool { return part == "." || part == ".." }

// forbidden explains a new token that a service refuses like an old one: the
// access rules of an application credential are kept in this way.
func forbidden(t *Token, service string, resp *http.Response) error {
	c := t.ApplicationCredential
	if resp.StatusCode != http.StatusUnauthorized || c == nil || len(c.AccessRules) == 0 {
		return nil
	}
	discard(resp)
	var rules []string
	for _, r := range c.AccessRules {
		rules = append(rules, fmt.Sprintf("%s %s of %s", r.Method, r.Path, r.Service))
	}
	e := fault.New(fault.Denied, "the application credential %q does not allow %s %s of the %s service",
		c.Name, resp.Request.Method, resp.Request.URL.Path, service).WithHint("its access rules allow %s", strings.Join(rules, "; "))
	e.Status, e.RequestID = resp.StatusCode, resp.Header.Get(requestID)
	return e
}
