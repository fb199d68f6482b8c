package racks_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/racks"
)

func TestList(t *testing.T) {
	t.Parallel()
	first, second := get("?limit=1&show_detail=true", "["+fullBody+"]"), get("?limit=1&marker=p%3ARack1", "["+briefBody+"]")
	first.Header = http.Header{"Link": {`</v1/racks?limit=1&marker=p%3ARack1>; rel="next"`}}
	server := exchange.Test(t, first, second)

	pages, err := racks.List(server.Client, racks.ListOpts{Limit: 1, ShowDetail: true}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := racks.ExtractRacks(pages)
	if err != nil {
		t.Fatal(err)
	}
	brief := racks.Rack{ID: "Rack2", Systems: []string{}, PodManagerID: podmUUID, ResourceURI: "Chassis/Rack2"}
	if d := cmp.Diff([]racks.Rack{full(), brief}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := racks.ExtractRacks(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	got, err := racks.ListOpts{
		PodManagerID: "p", ID: "Rack1", Name: "a b", Filters: map[string]string{"Status/Health": "OK"},
		ShowDetail: true, Refresh: true, Limit: 5, Marker: "p:Rack0",
	}.ToRackListQuery()
	want := "?Status%2FHealth=OK&id=Rack1&limit=5&marker=p%3ARack0&name=a+b&podm_id=p&refresh=true&show_detail=true"
	if err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	server := exchange.Test(t) // expects no request
	for _, err := range racks.All(t.Context(), server.Client, racks.ListOpts{Filters: map[string]string{"show_detail": "true"}}) {
		if _, ok := errors.AsType[gophercloud.ErrInvalidInput](err); !ok {
			t.Errorf("got %v", err)
		}
	}
}

// TestFreshness: a page that is stale or incomplete is seen even without
// anything on it.
func TestFreshness(t *testing.T) {
	t.Parallel()
	next := http.Header{"Link": {`</v1/racks?marker=a>; rel="next"`}}
	list, empty, one := get("", "["+fullBody+"]"), get("?marker=a", "[]"), get("/Rack1", fullBody)
	list.Header, empty.Header, one.Header = old(), old(), old()
	maps.Copy(list.Header, next)
	server := exchange.Test(t, list, empty, one)
	want := valence.Freshness{
		ReadAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Age: 17 * time.Second, Stale: "row4 as it was at ten: no answer",
	}
	pages := 0
	err := racks.List(server.Client, nil).EachPage(t.Context(), func(_ context.Context, page pagination.Page) (bool, error) {
		if d := cmp.Diff(want, page.(racks.RackPage).Freshness()); d != "" {
			t.Errorf("a list (-want +got):\n%s", d)
		}
		pages++
		return true, nil
	})
	if err != nil {
		t.Error(err)
	}
	if pages != 2 {
		t.Errorf("%d pages were seen", pages)
	}
	if d := cmp.Diff(want, racks.Get(t.Context(), server.Client, "Rack1", nil).Freshness()); d != "" {
		t.Errorf("one (-want +got):\n%s", d)
	}
}

// badQuery is a GetOptsBuilder that fails.
type badQuery struct{}

func (badQuery) ToRackGetQuery() (string, error) { return "", errors.New("bad query") }

func TestGet(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, get("/Rack%201?podm_id=row4&refresh=true", fullBody))
	got, err := racks.Get(t.Context(), server.Client, "Rack 1", racks.GetOpts{PodManagerID: "row4", Refresh: true}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(full(), *got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := racks.Get(t.Context(), server.Client, "Rack1", badQuery{}).Extract(); err == nil || err.Error() != "bad query" {
		t.Errorf("got %v", err)
	}
	if _, err := racks.Get(t.Context(), server.Client, "", nil).Extract(); err == nil {
		t.Error("an empty id was sent")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	missing, several := get("/Rack1", missingBody), get("/Rack1", `{"detail": "there are 2 racks \"Rack1\""}`)
	missing.Status, several.Status = 404, 409
	server := exchange.Test(t, get("/Rack1", fullBody), missing, several)
	got, err := racks.Find(t.Context(), server.Client, "Rack1")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(full(), got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	_, err = racks.Find(t.Context(), server.Client, "Rack1")
	if none, ok := errors.AsType[*valence.NotFoundError](err); !ok || *none != (valence.NotFoundError{Kind: "rack", Name: "Rack1"}) {
		t.Errorf("got %T %v", err, err)
	}
	_, err = racks.Find(t.Context(), server.Client, "Rack1")
	if refused, ok := errors.AsType[*valence.Error](err); !ok || refused.Status != 409 {
		t.Errorf("got %T %v", err, err)
	}
}
