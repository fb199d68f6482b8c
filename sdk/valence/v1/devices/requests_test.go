package devices_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
	"github.com/valence-rsd/valence/test/stack"
)

func TestList(t *testing.T) {
	t.Parallel()
	first := list("?limit=1", "["+ssdBody+"]")
	first.Header = http.Header{"Link": {`</v1/devices?limit=1&marker=` + ssdUUID + `>; rel="next"`}}
	server := exchange.Test(t, first, list("?limit=1&marker="+ssdUUID, "["+fpgaBody+"]"))

	pages, err := devices.List(server.Client, devices.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := devices.ExtractDevices(pages)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]devices.Device{ssd(), fpga()}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := devices.ExtractDevices(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	got, err := devices.ListOpts{
		PodManagerID: "p", NodeIndex: "1", Type: "SSD", State: devices.StateFree, Group: "g", ResourceURI: "a/b",
		Filters: map[string]string{"uuid": "u"}, Refresh: true, Limit: 5, Marker: "m",
	}.ToDeviceListQuery()
	want := "?limit=5&marker=m&node_id=1&podm_id=p&pooled_group_id=g&refresh=true&resource_uri=a%2Fb&state=free&type=SSD&uuid=u"
	if err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	missing := getSSD()
	missing.Status, missing.Answer = 404, notFoundBody
	server := exchange.Test(t, getSSD(), missing)
	got, err := devices.Get(t.Context(), server.Client, ssdUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ssd(), *got); diff != "" {
		t.Error(diff)
	}
	_, err = devices.Get(t.Context(), server.Client, ssdUUID).Extract()
	if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.Status != 404 {
		t.Errorf("got %T %v", err, err)
	}
	if err := devices.Get(t.Context(), server.Client, "").Err; err == nil || !strings.Contains(err.Error(), "[id]") {
		t.Errorf("without an id: %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	query := "?resource_uri=Chassis%2F3-c-1%2FDrives%2F1"
	twice := list(query, "["+ssdBody+","+strings.ReplaceAll(ssdBody, ssdUUID, fpgaUUID)+"]")
	server := exchange.Test(t, getSSD(), list(query, "["+ssdBody+"]"), getSSD(), list(query, "[]"), twice)

	for _, uriOrID := range []string{ssdUUID, ssdURI} {
		got, err := devices.Find(t.Context(), server.Client, uriOrID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ssd(), got); diff != "" {
			t.Error(diff)
		}
	}
	_, err := devices.Find(t.Context(), server.Client, ssdURI)
	if e, ok := errors.AsType[*valence.NotFoundError](err); !ok || e.Kind != "device" {
		t.Errorf("got %T %v", err, err)
	}
	_, err = devices.Find(t.Context(), server.Client, ssdURI)
	if e, ok := errors.AsType[*valence.AmbiguousError](err); !ok || len(e.UUIDs) != 2 {
		t.Errorf("got %T %v", err, err)
	}
}

func TestSync(t *testing.T) {
	t.Parallel()
	refused := sync(`{}`)
	refused.Status, refused.Answer = 403, `{"title": "Not Allowed", "detail": "this takes the role admin"}`
	server := exchange.Test(t, sync(`{}`), sync(`{"podm_id":"p"}`), refused)
	want := []devices.PodManagerSync{
		{PodManagerID: podmUUID, Status: devices.SyncSuccess},
		{PodManagerID: "other", Status: devices.SyncFailed, Detail: "it cannot be reached"},
	}
	for _, opts := range []devices.SyncOpts{{}, {PodManagerID: "p"}} {
		got, err := devices.Sync(t.Context(), server.Client, opts).Extract()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := devices.Sync(t.Context(), server.Client, devices.SyncOpts{}).Extract(); err == nil || err.Error() != "Not Allowed: this takes the role admin" {
		t.Errorf("got %v", err)
	}
}

// TestService looks for the devices of a real pod through a real service.
func TestService(t *testing.T) {
	t.Parallel()
	s := stack.New(t)
	s.AddPod("pod", podsim.Options{})
	client, err := valence.NewClient(s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	results, err := devices.Sync(t.Context(), client, devices.SyncOpts{}).Extract()
	if err != nil || len(results) != 1 || results[0].Status != devices.SyncSuccess {
		t.Fatalf("sync: %+v, %v", results, err)
	}
	var found []devices.Device
	opts := devices.ListOpts{PodManagerID: results[0].PodManagerID, Type: "SSD", State: devices.StateFree, Refresh: true, Limit: 1}
	for d, err := range devices.All(t.Context(), client, opts) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, d)
	}
	if len(found) < 2 || found[0].InventoryAt.IsZero() {
		t.Fatalf("found %+v", found)
	}
	shown, err := devices.Find(t.Context(), client, found[1].ResourceURI)
	if err != nil || shown.UUID != found[1].UUID || len(shown.Properties) == 0 || shown.CreatedAt.IsZero() {
		t.Errorf("find: %+v, %v", shown, err)
	}
}
