package session

import (
	"net/url"
	"strings"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/core/fault"
)

func entry(kind, name string, endpoints ...string) tokens.CatalogEntry {
	e := tokens.CatalogEntry{Type: kind, Name: name}
	for _, text := range endpoints {
		f := strings.Fields(text)
		e.Endpoints = append(e.Endpoints, tokens.Endpoint{Interface: f[0], RegionID: f[1], Region: f[1], URL: f[2]})
	}
	return e
}

func TestLocate(t *testing.T) {
	t.Parallel()
	own := entry("rack-scale", "valence", "public R1 http://p1/v1", "internal R1 http://i1/valence/v1/", "public R2 http://p2")
	one := entry("rack-scale", "valence", "public R1 https://p1/x/v1.0", "admin R1 http://a1")
	alias := entry("valence", "v", "public R1 http://alias")
	identity := entry("identity", "keystone", "public R1 http://k/v3", "internal R3 http://k/v3")
	types := []string{"rack-scale", "valence"}
	cases := map[string]struct {
		catalog []tokens.CatalogEntry
		want    Service
		url     string
		code    fault.Code
		parts   []string
	}{
		"region":                {catalog: []tokens.CatalogEntry{identity, own}, want: Service{Region: "R2"}, url: "http://p2"},
		"version is left out":   {catalog: []tokens.CatalogEntry{own}, want: Service{Region: "R1"}, url: "http://p1"},
		"with a minor one":      {catalog: []tokens.CatalogEntry{one}, url: "https://p1/x"},
		"interface":             {catalog: []tokens.CatalogEntry{own}, want: Service{Region: "R1", Interfaces: []string{"internalURL"}}, url: "http://i1/valence"},
		"first interface":       {catalog: []tokens.CatalogEntry{own}, want: Service{Region: "R1", Interfaces: []string{"internal", "public"}}, url: "http://i1/valence"},
		"next interface":        {catalog: []tokens.CatalogEntry{own}, want: Service{Region: "R2", Interfaces: []string{"internal", "public"}}, url: "http://p2"},
		"only one region fits":  {catalog: []tokens.CatalogEntry{own}, want: Service{Interfaces: []string{"internal"}}, url: "http://i1/valence"},
		"alias":                 {catalog: []tokens.CatalogEntry{identity, alias}, url: "http://alias"},
		"own type before alias": {catalog: []tokens.CatalogEntry{alias, one}, url: "https://p1/x"},
		"name":                  {catalog: []tokens.CatalogEntry{entry("rack-scale", "other", "public R1 http://o"), one}, want: Service{Name: "valence"}, url: "https://p1/x"},
		"same URL in regions":   {catalog: []tokens.CatalogEntry{entry("rack-scale", "", "public R1 http://p", "public R2 http://p")}, url: "http://p"},
		"twice in a region":     {catalog: []tokens.CatalogEntry{one, entry("rack-scale", "", "public R1 http://second")}, url: "https://p1/x"},
		"endpoint":              {catalog: []tokens.CatalogEntry{own}, want: Service{Endpoint: &url.URL{Scheme: "http", Host: "e", Path: "/r/v1/"}}, url: "http://e/r"},

		"no entry":        {catalog: []tokens.CatalogEntry{identity, entry("compute", "")}, code: fault.Failed, parts: []string{`the catalog of cloud "c" has no rack-scale service`, "it has compute, identity, in R1, R3"}},
		"wrong name":      {catalog: []tokens.CatalogEntry{one}, want: Service{Name: "other"}, code: fault.Failed, parts: []string{"has no rack-scale service"}},
		"empty":           {code: fault.Failed, parts: []string{"the catalog is empty", "project_name"}},
		"other region":    {catalog: []tokens.CatalogEntry{own}, want: Service{Region: "R9"}, code: fault.Failed, parts: []string{"has no rack-scale service in region R9", "it is in R1, R2"}},
		"which region":    {catalog: []tokens.CatalogEntry{own}, code: fault.Usage, parts: []string{"in several regions: R1, R2", "--os-region-name"}},
		"other interface": {catalog: []tokens.CatalogEntry{one}, want: Service{Interfaces: []string{"internal"}}, code: fault.Failed, parts: []string{"no internal endpoint", "it has admin, public"}},
		"not a URL":       {catalog: []tokens.CatalogEntry{entry("rack-scale", "", "public R1 $(host)s")}, code: fault.Failed, parts: []string{"no proper URL"}},
		"secret in it":    {catalog: []tokens.CatalogEntry{entry("rack-scale", "", "public R1 http://a:"+password+"@h")}, code: fault.Failed, parts: []string{"no proper URL"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Session{id: Identity{Cloud: "c"}}
			c.want.Types = types
			u, err := s.locate(&Token{Catalog: c.catalog}, "rack-scale", c.want)
			if c.code != "" {
				(&world{t: t}).fails(err, c.code, c.parts...)
				return
			}
			if err != nil || u.String() != c.url {
				t.Errorf("%v, %v; want %s", u, err, c.url)
			}
		})
	}
}

// A version stands in the path of a request once, whatever the catalog says.
func TestVersionOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, url := range []string{w.service.URL, w.service.URL + "/v1", w.service.URL + "/v1/"} {
		w.catalog = `[{"type": "rack-scale", "endpoints": [{"interface": "public", "region_id": "R1", "url": "` + url + `"}]}]`
		resp, err := w.open(w.identity(), "").Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/v1/nodes", nil))
		if err != nil || resp.Request.URL.Path != "/v1/nodes" {
			t.Errorf("%s: %v, %v", url, resp, err)
		}
	}
}

// A service that was added after the token was cached is found.
func TestNewInTheCatalog(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	full := w.catalog
	w.catalog = "[]"
	_, err := w.get(w.open(w.identity(), dir))
	w.fails(err, fault.Failed, "the catalog is empty")
	w.counts(1, 0)
	w.catalog = full
	if status, err := w.get(w.open(w.identity(), dir)); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
	w.counts(2, 1)
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, err := w.open(w.identity(), "").Endpoint(t.Context(), "rack-scale")
	if err != nil || u.String() != w.service.URL {
		t.Errorf("%v, %v, want %s", u, err, w.service.URL)
	}
	w.counts(1, 0)
	_, err = w.open(w.identity(), "").Endpoint(t.Context(), "compute")
	w.fails(err, fault.Failed, "has no compute service")
	id := w.identity()
	id.Problem = fault.New(fault.Denied, "the cloud is broken")
	_, err = w.open(id, "").Endpoint(t.Context(), "rack-scale")
	w.fails(err, fault.Denied, "the cloud is broken")
}

// Access rules are kept by the service with a 401, as keystonemiddleware does.
func TestAccessRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.open(w.identity(), "")
	s.token = &Token{ID: "gAAAA-the-token-number-0", ExpiresAt: farAway(), Catalog: []tokens.CatalogEntry{entry("rack-scale", "", "public R1 "+w.service.URL)}}
	w.valid = nil
	rules := `"application_credential": {"name": "robot", "access_rules": [{"service": "rack-scale", "method": "GET", "path": "/v1/nodes"}]},`
	w.answer = granting(rules, w)
	_, err := s.Do(t.Context(), "rack-scale", plainRequest(t, "DELETE", "/v1/nodes/7", nil))
	w.fails(err, fault.Denied, `the application credential "robot" does not allow DELETE /v1/nodes/7 of the rack-scale service`, "its access rules allow GET /v1/nodes of rack-scale")
}
