package systems_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

func TestList(t *testing.T) {
	t.Parallel()
	first, second := get("?limit=1", "["+nineBody+"]"), get("?limit=1&marker=p%3A9", "["+bareBody+"]")
	first.Header = http.Header{"Link": {`</v1/systems?limit=1&marker=p%3A9>; rel="next"`}}
	server := exchange.Test(t, first, second)

	pages, err := systems.List(server.Client, systems.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := systems.ExtractSystems(pages)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]systems.System{nine(), bare()}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := systems.ExtractSystems(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	got, err := systems.ListOpts{
		PodManagerID: "p", ID: "9", UUID: "u", Name: "a b", Health: "OK", PowerState: "On", MinRAM: 64, MinStorage: 100, MinNetwork: 2,
		Filters: map[string]string{"Status/State": "Enabled"}, Refresh: true, Limit: 5, Marker: "p:8",
	}.ToSystemListQuery()
	want := "?Name=a+b&Status%2FState=Enabled&health=OK&id=9&limit=5&marker=p%3A8&nw=2&podm_id=p&power_state=On&ram=64&refresh=true&storage=100&uuid=u"
	if err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if got, err := (systems.ListOpts{}).ToSystemListQuery(); got != "" || err != nil {
		t.Errorf("no options: got %q, %v", got, err)
	}
}

// TestNoFilters: what says how to list, and what is said twice, is no filter.
func TestNoFilters(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	for _, opts := range []systems.ListOpts{
		{Filters: map[string]string{"": "x"}},
		{Filters: map[string]string{"fields": "id"}},
		{Filters: map[string]string{"podm_id": "p"}},
		{Filters: map[string]string{"Name": "a"}, Name: "b"},
	} {
		for _, err := range systems.All(t.Context(), server.Client, opts) {
			if _, ok := errors.AsType[gophercloud.ErrInvalidInput](err); !ok {
				t.Errorf("%v: got %v", opts.Filters, err)
			}
		}
	}
}

// TestFreshness: a page that is stale or incomplete is seen even without
// anything on it.
func TestFreshness(t *testing.T) {
	t.Parallel()
	next := http.Header{"Link": {`</v1/systems?marker=a>; rel="next"`}}
	list, empty, one := get("", "["+nineBody+"]"), get("?marker=a", "[]"), get("/9", nineBody)
	list.Header, empty.Header, one.Header = old(), old(), old()
	maps.Copy(list.Header, next)
	server := exchange.Test(t, list, empty, one)
	want := valence.Freshness{
		ReadAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Age: 17 * time.Second, Stale: "row4 as it was at ten: no answer",
	}
	pages := 0
	err := systems.List(server.Client, nil).EachPage(t.Context(), func(_ context.Context, page pagination.Page) (bool, error) {
		if d := cmp.Diff(want, page.(systems.SystemPage).Freshness()); d != "" {
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
	if d := cmp.Diff(want, systems.Get(t.Context(), server.Client, "9", nil).Freshness()); d != "" {
		t.Errorf("one (-want +got):\n%s", d)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, get("/"+nineUUID, nineBody), get("/9?podm_id=row4&refresh=true", nineBody))
	got, err := systems.Get(t.Context(), server.Client, nineUUID, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(nine(), *got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := systems.Get(t.Context(), server.Client, "9", systems.GetOpts{PodManagerID: "row4", Refresh: true}).Extract(); err != nil {
		t.Error(err)
	}
	if _, err := systems.Get(t.Context(), server.Client, "", nil).Extract(); err == nil {
		t.Error("an empty id was sent")
	}
}

// badQuery is a GetOptsBuilder that fails.
type badQuery struct{}

func (badQuery) ToSystemGetQuery() (string, error) { return "", errors.New("bad query") }

func TestGetInventory(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, get("/9/inventory?podm_id=row4", inventoryBody))
	got, err := systems.GetInventory(t.Context(), server.Client, "9", systems.GetOpts{PodManagerID: "row4"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	want := systems.Inventory{
		Metadata: nodes.Metadata{
			Processor: []nodes.Processor{{InstructionSet: "x86-64", Model: "Xeon Gold", SpeedMHz: new(3700), TotalCore: new(16)}},
			Memory:    []nodes.Memory{{DataWidthBit: new(64), SpeedMHz: new(2666), TotalMemoryMB: new(65536)}},
			Network:   []nodes.Interface{{MAC: "02:F6:A8:87:1B:BE", SpeedMbps: new(10000), Status: "Enabled", IPv4: []nodes.IPv4{}}},
		},
		Storage: []systems.Drive{{
			Name: "Disk", Protocol: "NVMe", MediaType: "SSD", Model: "P4500", SizeGiB: new(480.5),
			Health: "OK", Pooled: true, ResourceURI: "Chassis/11/Drives/1",
		}},
	}
	if d := cmp.Diff(want, *got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := systems.GetInventory(t.Context(), server.Client, "9", badQuery{}).Extract(); err == nil || err.Error() != "bad query" {
		t.Errorf("got %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	missing, several := get("/node-9", missingBody), get("/node-9", `{"detail": "several systems are called \"node-9\": 9 of row4, 9 of lab"}`)
	missing.Status, several.Status = 404, 409
	server := exchange.Test(t, get("/node-9", nineBody), missing, several)
	got, err := systems.Find(t.Context(), server.Client, "node-9")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(nine(), got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	_, err = systems.Find(t.Context(), server.Client, "node-9")
	if none, ok := errors.AsType[*valence.NotFoundError](err); !ok || *none != (valence.NotFoundError{Kind: "system", Name: "node-9"}) {
		t.Errorf("got %T %v", err, err)
	}
	_, err = systems.Find(t.Context(), server.Client, "node-9")
	if refused, ok := errors.AsType[*valence.Error](err); !ok || refused.Status != 409 {
		t.Errorf("got %T %v", err, err)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for location, want := range map[string][]systems.Place{
		"Systems:9_Sled:Sled3_Rack:Rack1_Pod:Pod1_": {{Type: "Sled", ID: "Sled3"}, {Type: "Rack", ID: "Rack1"}, {Type: "Pod", ID: "Pod1"}},
		"Systems:9_Sled:row_4_3_Rack:a:b_":          {{Type: "Sled", ID: "row_4_3"}, {Type: "Rack", ID: "a:b"}},
		"Systems:9_":                                nil,
		"Systems:8_Sled:Sled3_":                     nil, // another system's
		"":                                          nil,
	} {
		if d := cmp.Diff(want, systems.System{ID: "9", Location: location}.Places()); d != "" {
			t.Errorf("%q (-want +got):\n%s", location, d)
		}
	}
	odd := systems.System{ID: "a_b", Location: "Systems:a_b_Sled:4_"}
	if d := cmp.Diff([]systems.Place{{Type: "Sled", ID: "4"}}, odd.Places()); d != "" {
		t.Errorf("an id with an underscore (-want +got):\n%s", d)
	}
}

// FuzzPlaces: nothing of a location is lost but what comes before the first
// chassis.
func FuzzPlaces(f *testing.F) {
	f.Add("Sled:Sled3_Rack:Rack1_Pod:Pod1_")
	f.Add("x_Sled:a_b:c__")
	f.Fuzz(func(t *testing.T, around string) {
		var again strings.Builder
		for _, p := range (systems.System{ID: "9", Location: "Systems:9_" + around}).Places() {
			again.WriteString(p.Type + ":" + p.ID + "_")
		}
		if whole := strings.TrimSuffix(around, "_") + "_"; !strings.HasSuffix(whole, again.String()) {
			t.Errorf("%q became %q", around, again.String())
		}
	})
}
