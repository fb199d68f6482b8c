package storages_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

func TestList(t *testing.T) {
	t.Parallel()
	first := list("?limit=1", "["+dataBody+"]")
	first.Header = http.Header{"Link": {`</v1/storages?limit=1&marker=` + dataUUID + `>; rel="next"`}}
	server := exchange.Test(t, first, list("?limit=1&marker="+dataUUID, "["+logsBody+"]"))

	pages, err := storages.List(server.Client, storages.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := storages.ExtractStorages(pages)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]storages.Storage{data(), logs()}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := storages.ExtractStorages(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string]storages.ListOpts{
		"": {},
		"?limit=5&marker=m&name=a+b&node_id=n&podm_id=p&pool=Pools%2F1&protocol=iSCSI&state=attached&uuid=u": {
			UUID: "u", Name: "a b", PodManagerID: "p", NodeID: "n", State: storages.StateAttached, Protocol: "iSCSI", Pool: "Pools/1", Limit: 5, Marker: "m",
		},
		"?capacity_gib=10&name=a": {Name: "a", Filters: map[string]string{"capacity_gib": "10"}},
	} {
		if got, err := opts.ToStorageListQuery(); err != nil || got != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	get := call("GET", dataUUID, "", dataBody)
	server := exchange.Test(t, get, missing(get))
	got, err := storages.Get(t.Context(), server.Client, dataUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(data(), *got); diff != "" {
		t.Error(diff)
	}
	_, err = storages.Get(t.Context(), server.Client, dataUUID).Extract()
	if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.Status != 404 || answer.RequestID() != "req-1" {
		t.Errorf("got %T %v", err, err)
	}
}

func TestStorageSurvivesItsOwnJSON(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(data())
	if err != nil {
		t.Fatal(err)
	}
	var back storages.Storage
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(data(), back); diff != "" {
		t.Error(diff)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	post := exchange.Exchange{Method: "POST", URI: "/v1/storages", Answer: dataBody}
	full, least := post, post
	full.Body = `{"capacity_gib":10,"description":"of the web","erase_on_detach":true,"name":"data","podm_id":"pod","pool":"fast","protocol":"NVMeOverFabrics"}`
	least.Body = `{"capacity_gib":1,"name":"a"}`
	server := exchange.Test(t, full, least)
	got, err := storages.Create(t.Context(), server.Client, storages.CreateOpts{
		Name: "data", Description: "of the web", PodManagerID: "pod", CapacityGiB: 10, Protocol: "NVMeOverFabrics", Pool: "fast",
		EraseOnDetach: true, IdempotencyKey: "mine",
	}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(data(), *got); diff != "" {
		t.Error(diff)
	}
	if _, err := storages.Create(t.Context(), server.Client, storages.CreateOpts{Name: "a", CapacityGiB: 1}).Extract(); err != nil {
		t.Error(err)
	}
	seen := server.Seen()
	if key := seen[0].Get("Idempotency-Key"); key != "mine" {
		t.Errorf("Idempotency-Key is %q", key)
	}
	if key := seen[1].Get("Idempotency-Key"); uuid.Validate(key) != nil {
		t.Errorf("Idempotency-Key is %q, want a UUID", key)
	}
}

// TestRefuses: nothing is sent.
func TestRefuses(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t)
	ctx, client := t.Context(), server.Client
	for name, c := range map[string]struct {
		err   error
		field string
	}{
		"no name":             {storages.Create(ctx, client, storages.CreateOpts{CapacityGiB: 1}).Err, "Name"},
		"no size":             {storages.Create(ctx, client, storages.CreateOpts{Name: "a"}).Err, "CapacityGiB"},
		"less than nothing":   {storages.Create(ctx, client, storages.CreateOpts{Name: "a", CapacityGiB: -1}).Err, "CapacityGiB"},
		"change of nothing":   {storages.Update(ctx, client, "", storages.UpdateOpts{}).Err, "[id]"},
		"erase nothing":       {storages.Erase(ctx, client, "").Err, "[id]"},
		"delete nothing":      {storages.Delete(ctx, client, "").Err, "[id]"},
		"forget nothing":      {storages.ForceDelete(ctx, client, "").Err, "[id]"},
		"attach nothing":      {storages.Attach(ctx, client, nodeUUID, "").Err, "[storageID]"},
		"attach to nothing":   {storages.Attach(ctx, client, "", dataUUID).Err, "[id]"},
		"detach nothing":      {storages.Detach(ctx, client, nodeUUID, "").Err, "[id]"},
		"attached to nothing": {storages.ListAttachments(client, "", nil).Err, "[id]"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.field) {
			t.Errorf("%s: got %v, want %s in it", name, c.err, c.field)
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, findErr := storages.Find(ctx, server.Client, "data")
	_, waitErr := storages.WaitFor(ctx, server.Client, dataUUID, nil)
	for name, err := range map[string]error{
		"Create": storages.Create(ctx, server.Client, storages.CreateOpts{Name: "a", CapacityGiB: 1}).Err,
		"Delete": storages.Delete(ctx, server.Client, dataUUID).Err,
		"Find":   findErr, "WaitFor": waitErr,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	for body, opts := range map[string]storages.UpdateOpts{
		`{}`:                        {},
		`{"name":"data"}`:           {Name: new("data")},
		`{"description":""}`:        {Description: new("")},
		`{"erase_on_detach":false}`: {EraseOnDetach: new(false)},
	} {
		server := exchange.Test(t, call("PATCH", dataUUID, body, dataBody))
		got, err := storages.Update(t.Context(), server.Client, dataUUID, opts).Extract()
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if diff := cmp.Diff(data(), *got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestEraseAndDelete(t *testing.T) {
	t.Parallel()
	erase := call("POST", dataUUID+"/action", `{"Erase":{}}`, "")
	erase.Status = 204
	remove, forget := call("DELETE", dataUUID, "", deletedBody), call("DELETE", dataUUID+"?force=true", "", deletedBody)
	server := exchange.Test(t, erase, remove, forget, missing(remove))
	for name, err := range map[string]error{ // made in this order
		"erase":  storages.Erase(t.Context(), server.Client, dataUUID).ExtractErr(),
		"delete": storages.Delete(t.Context(), server.Client, dataUUID).ExtractErr(),
		"forget": storages.ForceDelete(t.Context(), server.Client, dataUUID).ExtractErr(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := storages.Delete(t.Context(), server.Client, dataUUID).ExtractErr(); !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("got %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	twice := list("?name=data", "["+dataBody+","+strings.ReplaceAll(dataBody, dataUUID, logsUUID)+"]")
	get := call("GET", dataUUID, "", dataBody)
	server := exchange.Test(t, get, list("?name=data", "["+dataBody+"]"), get, list("?name=none", "[]"), twice)

	for _, nameOrID := range []string{dataUUID, "data"} {
		got, err := storages.Find(t.Context(), server.Client, nameOrID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(data(), got); diff != "" {
			t.Error(diff)
		}
	}
	_, err := storages.Find(t.Context(), server.Client, "none")
	if e, ok := errors.AsType[*valence.NotFoundError](err); !ok || e.Kind != "storage" || e.Name != "none" {
		t.Errorf("got %T %v", err, err)
	}
	_, err = storages.Find(t.Context(), server.Client, "data")
	if e, ok := errors.AsType[*valence.AmbiguousError](err); !ok || len(e.UUIDs) != 2 {
		t.Errorf("got %T %v", err, err)
	}
}

// TestFindBrief: only the list is read, for the pod manager may not answer.
func TestFindBrief(t *testing.T) {
	t.Parallel()
	byUUID := list("?uuid="+logsUUID, "["+logsBody+"]")
	server := exchange.Test(t, byUUID, list("?name=logs", "["+logsBody+"]"), byUUID, list("?uuid="+dataUUID, "[]"))
	for _, nameOrID := range []string{strings.ToUpper(logsUUID), "logs"} {
		got, err := storages.FindBrief(t.Context(), server.Client, nameOrID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(logs(), got); diff != "" {
			t.Error(diff)
		}
	}
	_, err := storages.FindBrief(t.Context(), server.Client, dataUUID)
	if e, ok := errors.AsType[*valence.NotFoundError](err); !ok || e.Name != dataUUID {
		t.Errorf("got %T %v", err, err)
	}
}
