package nodes_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

func brief(uuid, name, index string) nodes.Node {
	return nodes.Node{UUID: uuid, Name: name, PodManagerID: podmUUID, Index: index, ResourceURI: "Nodes/" + index}
}

func TestListSinglePage(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, exchange.Exchange{Method: "GET", URI: "/v1/nodes", Answer: "[" + webBrief + "," + dbBrief + "]"})
	pages, err := nodes.List(server.Client, nil).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := nodes.ExtractNodes(pages)
	if err != nil {
		t.Fatal(err)
	}
	want := []nodes.Node{brief(webUUID, "web-1", "12"), brief(dbUUID, "db-1", "13")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListFollowsLinks(t *testing.T) {
	t.Parallel()
	// The empty page in the middle must not end the list.
	server := exchange.Test(t,
		exchange.Exchange{Method: "GET", URI: "/v1/nodes?limit=1", Answer: "[" + webBrief + "]", Header: next("limit=1&marker=a")},
		exchange.Exchange{Method: "GET", URI: "/v1/nodes?limit=1&marker=a", Answer: "[]", Header: next("limit=1&marker=b")},
		exchange.Exchange{Method: "GET", URI: "/v1/nodes?limit=1&marker=b", Answer: "[" + dbBrief + "]"},
	)
	pages, err := nodes.List(server.Client, nodes.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := nodes.ExtractNodes(pages)
	if err != nil {
		t.Fatal(err)
	}
	want := []nodes.Node{brief(webUUID, "web-1", "12"), brief(dbUUID, "db-1", "13")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	got, err := nodes.ListOpts{
		UUID: "u", Name: "a b", PodManagerID: "p", Index: "1", ResourceURI: "Nodes/1", ManagedBy: "ironic", ProjectID: "q", State: nodes.StateFailed, Limit: 5, Marker: "m",
		Filters: map[string]string{"created_at": "2026-03-01 10:00:00 UTC", "a&b": "c=d"},
	}.ToNodeListQuery()
	want := "?a%26b=c%3Dd&created_at=2026-03-01+10%3A00%3A00+UTC&index=1&limit=5&managed_by=ironic&marker=m&name=a+b&podm_id=p&project_id=q&resource_uri=Nodes%2F1&state=failed&uuid=u"
	if err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestListEmpty(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, exchange.Exchange{Method: "GET", URI: "/v1/nodes", Answer: "[]"})
	pages, err := nodes.List(server.Client, nodes.ListOpts{}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := nodes.ExtractNodes(pages); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestListErrors(t *testing.T) {
	t.Parallel()
	asHTML := http.Header{"Content-Type": {"text/html"}}
	for name, c := range map[string]struct {
		answer exchange.Exchange
		want   string
	}{
		"refused":      {exchange.Exchange{Status: 503, Answer: `{"title": "Connection Error", "detail": "etcd"}`}, "Connection Error: etcd"},
		"not JSON":     {exchange.Exchange{Answer: "<html>", Header: asHTML}, "/v1/nodes: "},
		"object":       {exchange.Exchange{Answer: "{}"}, "/v1/nodes: "},
		"cut short":    {exchange.Exchange{Answer: "[{"}, "/v1/nodes: "},
		"no node":      {exchange.Exchange{Answer: `[{"uuid": 7}]`}, "decoding the list"},
		"endless loop": {exchange.Exchange{Answer: "[" + webBrief + "]", Header: next("")}, "same page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.answer.Method, c.answer.URI = "GET", "/v1/nodes"
			server := exchange.Test(t, c.answer, c.answer)

			var got error
			for _, err := range nodes.All(t.Context(), server.Client, nil) {
				got = err
			}
			if got == nil || !strings.Contains(got.Error(), c.want) {
				t.Errorf("All: got %v, want %q in it", got, c.want)
			}
			page, err := nodes.List(server.Client, nil).AllPages(t.Context())
			if err == nil {
				_, err = nodes.ExtractNodes(page)
			}
			if err == nil {
				t.Error("AllPages: no error")
			}
			refused, isAnswer := errors.AsType[*valence.Error](err)
			if isAnswer != (name == "refused") || isAnswer && refused.Status != 503 {
				t.Errorf("AllPages: got %T %v", err, err)
			}
		})
	}
}

func TestHandlerErrorComesBackUnchanged(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, exchange.Exchange{Method: "GET", URI: "/v1/nodes", Answer: "[" + webBrief + "]"})
	mine := errors.New("mine")
	err := nodes.List(server.Client, nil).EachPage(t.Context(), func(context.Context, pagination.Page) (bool, error) {
		return true, mine
	})
	if err != mine {
		t.Errorf("got %v", err)
	}
}

func TestExtractNodesOfAnotherPage(t *testing.T) {
	t.Parallel()
	if _, err := nodes.ExtractNodes(pagination.SinglePageBase{}); err == nil {
		t.Error("no error")
	}
}

// badQuery is a ListOptsBuilder that fails.
type badQuery struct{}

func (badQuery) ToNodeListQuery() (string, error) { return "", errors.New("bad query") }

func TestAll(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, twoPages()...)
	var names []string
	for node, err := range nodes.All(t.Context(), server.Client, nodes.ListOpts{Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, node.Name)
	}
	if diff := cmp.Diff([]string{"web-1", "db-1"}, names); diff != "" {
		t.Error(diff)
	}
	for _, err := range nodes.All(t.Context(), server.Client, badQuery{}) {
		if err == nil || err.Error() != "bad query" {
			t.Errorf("got %v", err)
		}
	}
}

func TestAllStopsAsking(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, twoPages()[0]) // a second request would fail the test
	for _, err := range nodes.All(t.Context(), server.Client, nodes.ListOpts{Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	named := exchange.Exchange{Method: "GET", URI: "/v1/nodes?name=web-1", Answer: "[" + webBrief + "]"}
	unfiltered, none, two := named, named, named
	unfiltered.Answer = "[" + dbBrief + "," + webBrief + "]"
	none.Answer = "[" + dbBrief + "]"
	two.Answer = "[" + webBrief + "," + strings.ReplaceAll(webBrief, webUUID, dbUUID) + "]"

	for name, c := range map[string]struct {
		find      string
		exchanges []exchange.Exchange
	}{
		"uuid":                       {webUUID, []exchange.Exchange{getWeb(composedBody)}},
		"uuid in capitals":           {strings.ToUpper(webUUID), []exchange.Exchange{getWeb(composedBody)}},
		"name":                       {"web-1", []exchange.Exchange{named, getWeb(composedBody)}},
		"name, filter not respected": {"web-1", []exchange.Exchange{unfiltered, getWeb(composedBody)}},
	} {
		server := exchange.Test(t, c.exchanges...)
		got, err := nodes.Find(t.Context(), server.Client, c.find)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(composed(), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}

	server := exchange.Test(t, none, two)
	_, err := nodes.Find(t.Context(), server.Client, "web-1")
	missing, ok := errors.AsType[*valence.NotFoundError](err)
	if !ok {
		t.Fatalf("got %T %v", err, err)
	}
	if diff := cmp.Diff(valence.NotFoundError{Kind: "node", Name: "web-1"}, *missing); diff != "" {
		t.Error(diff)
	}
	_, err = nodes.Find(t.Context(), server.Client, "web-1")
	several, ok := errors.AsType[*valence.AmbiguousError](err)
	if !ok {
		t.Fatalf("got %T %v", err, err)
	}
	want := valence.AmbiguousError{Kind: "node", Name: "web-1", UUIDs: []string{webUUID, dbUUID}}
	if diff := cmp.Diff(want, *several); diff != "" {
		t.Error(diff)
	}
}

func TestFindBrief(t *testing.T) {
	t.Parallel()
	named := exchange.Exchange{Method: "GET", URI: "/v1/nodes?name=web-1", Answer: "[" + webBrief + "]"}
	byUUID := exchange.Exchange{Method: "GET", URI: "/v1/nodes?uuid=" + webUUID, Answer: "[" + dbBrief + "," + webBrief + "]"}
	none := byUUID
	none.Answer = "[]"
	server := exchange.Test(t, named, byUUID, byUUID, none)

	for _, nameOrID := range []string{"web-1", strings.ToUpper(webUUID)} {
		got, err := nodes.FindBrief(t.Context(), server.Client, nameOrID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(brief(webUUID, "web-1", "12"), got); diff != "" {
			t.Error(diff)
		}
	}
	_, err := nodes.FindBrief(t.Context(), server.Client, webUUID)
	if missing, ok := errors.AsType[*valence.NotFoundError](err); !ok || missing.Name != webUUID {
		t.Errorf("got %T %v", err, err)
	}
}
