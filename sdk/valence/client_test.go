package valence_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	tokens3 "github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/sdk/valence"
)

func TestNewClientEndpoints(t *testing.T) {
	t.Parallel()
	for endpoint, root := range map[string]string{
		"http://127.0.0.1:8181":        "http://127.0.0.1:8181/",
		"http://127.0.0.1:8181/":       "http://127.0.0.1:8181/",
		"http://127.0.0.1:8181/v1":     "http://127.0.0.1:8181/",
		"http://127.0.0.1:8181/v1/":    "http://127.0.0.1:8181/",
		"https://cloud.lab/valence":    "https://cloud.lab/valence/",
		"https://cloud.lab/valence/v1": "https://cloud.lab/valence/",
		"https://cloud.lab/nav1":       "https://cloud.lab/nav1/",
	} {
		client, err := valence.NewClient(endpoint, nil)
		if err != nil {
			t.Errorf("%s: %v", endpoint, err)
			continue
		}
		if client.Endpoint != root || client.ResourceBaseURL() != root+"v1/" {
			t.Errorf("%s: endpoint %s, resources at %s", endpoint, client.Endpoint, client.ResourceBaseURL())
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"":                                "no scheme or no host",
		"127.0.0.1:8181":                  "not a URL",
		"localhost:8181":                  "no scheme or no host",
		"/v1":                             "no scheme or no host",
		"http://user:geheim@127.0.0.1":    "credentials",
		"http://user:geheim@127.0.0.1:x/": "not a URL",
		"http://127.0.0.1/?a=b":           "query",
		"http://127.0.0.1/#a":             "fragment",
	} {
		_, err := valence.NewClient(endpoint, nil)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: got error %v, want one with %q and without the password", endpoint, err, want)
		}
	}
}

// roundTripper answers everything with status 204 and remembers the last URL.
type roundTripper struct{ last string }

func (r *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	r.last = req.URL.String()
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: req}, nil
}

func TestNewClientCopiesHTTPClient(t *testing.T) {
	t.Parallel()
	tunnel := &roundTripper{}
	given := &http.Client{Transport: tunnel}
	client, err := valence.NewClient("http://rack-scale", given)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Delete(t.Context(), client.ServiceURL("nodes", "x"), nil); err != nil {
		t.Fatal(err)
	}
	if want := "http://rack-scale/v1/nodes/x"; tunnel.last != want {
		t.Errorf("the request went to %s, want %s", tunnel.last, want)
	}
	client.HTTPClient.Transport = http.DefaultTransport
	if given.Transport != tunnel {
		t.Error("changing the client changed the http.Client it was made from")
	}
}

// provider is signed in to a catalog that has the service under a type.
func provider(serviceType string) *gophercloud.ProviderClient {
	catalog := &tokens3.ServiceCatalog{Entries: []tokens3.CatalogEntry{
		{Type: "compute", Endpoints: []tokens3.Endpoint{{Interface: "public", Region: "one", URL: "http://nova.lab/"}}},
		{Type: serviceType, Endpoints: []tokens3.Endpoint{
			{Interface: "internal", Region: "one", URL: "http://internal.lab/v1"},
			{Interface: "public", Region: "one", URL: "http://one.lab/v1"},
			{Interface: "public", Region: "two", URL: "http://two.lab"},
		}},
	}}
	p := &gophercloud.ProviderClient{TokenID: "t0ken"}
	p.EndpointLocator = func(opts gophercloud.EndpointOpts) (string, error) {
		return openstack.V3Endpoint(context.Background(), p, catalog, opts)
	}
	return p
}

func TestNewServiceClient(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		catalog string
		opts    gophercloud.EndpointOpts
		want    string
	}{
		{"rack-scale", gophercloud.EndpointOpts{}, "http://one.lab/v1/"},
		{"valence", gophercloud.EndpointOpts{}, "http://one.lab/v1/"},
		{"rack-scale", gophercloud.EndpointOpts{Region: "two"}, "http://two.lab/v1/"},
		{"valence", gophercloud.EndpointOpts{Availability: gophercloud.AvailabilityInternal}, "http://internal.lab/v1/"},
		{"pods", gophercloud.EndpointOpts{Type: "pods"}, "http://one.lab/v1/"},
	} {
		client, err := valence.NewServiceClient(provider(c.catalog), c.opts)
		if err != nil {
			t.Errorf("%s %+v: %v", c.catalog, c.opts, err)
			continue
		}
		if diff := cmp.Diff(c.want, client.ResourceBase); diff != "" {
			t.Errorf("%s %+v: %s", c.catalog, c.opts, diff)
		}
	}
}

func TestNewServiceClientRefuses(t *testing.T) {
	t.Parallel()
	_, err := valence.NewServiceClient(provider("pods"), gophercloud.EndpointOpts{})
	if _, ok := errors.AsType[*gophercloud.ErrEndpointNotFound](err); !ok {
		t.Errorf("a catalog without the service: got %v", err)
	}
	_, err = valence.NewServiceClient(provider("rack-scale"), gophercloud.EndpointOpts{Version: 2})
	if err == nil || !strings.Contains(err.Error(), "Version") {
		t.Errorf("version 2: got %v", err)
	}
	_, err = valence.NewServiceClient(&gophercloud.ProviderClient{}, gophercloud.EndpointOpts{})
	if err == nil || !strings.Contains(err.Error(), "catalog") {
		t.Errorf("no catalog: got %v", err)
	}
}

func ExampleNewClient() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id": "v1", "status": "CURRENT"}`)
	}))
	defer service.Close()

	client, err := valence.NewClient(service.URL, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var version struct{ ID, Status string }
	_, err = client.Get(context.Background(), client.ResourceBaseURL(), &version, nil)
	fmt.Println(version.ID, version.Status, err)
	// Output: v1 CURRENT <nil>
}
