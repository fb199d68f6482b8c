package podmanagers_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

func TestList(t *testing.T) {
	t.Parallel()
	first := list("[" + rowBody + "]")
	first.URI += "?limit=1"
	first.Header = http.Header{"Link": {`</v1/pod_managers?limit=1&marker=` + rowUUID + `>; rel="next"`}}
	second := list("[" + labBody + "]")
	second.URI += "?limit=1&marker=" + rowUUID
	server := exchange.Test(t, first, second)

	pages, err := podmanagers.List(server.Client, podmanagers.ListOpts{Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := podmanagers.ExtractPodManagers(pages)
	if err != nil {
		t.Fatal(err)
	}
	lab := podmanagers.PodManager{UUID: labUUID, Name: "lab", URL: "http://127.0.0.1:8443", Driver: "redfishv1"}
	if diff := cmp.Diff([]podmanagers.PodManager{row(), lab}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := podmanagers.ExtractPodManagers(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, call("GET", "", rowBody))
	got, err := podmanagers.Get(t.Context(), server.Client, rowUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(row(), *got); diff != "" {
		t.Error(diff)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	post := exchange.Exchange{Method: "POST", URI: "/v1/pod_managers", Answer: rowBody}
	full, least, taken := post, post, post
	full.Body = `{"authentication":` + authBody + `,"ca_certificate":"PEM","description":"for tests","driver":"redfishv1",` +
		`"location":"row 4","name":"row4","url":"https://podm4.lab:8443"}`
	least.Body = `{"authentication":[{"auth_items":{"password":"","username":"root"},"type":"basic"}],"name":"lab","url":"http://127.0.0.1:8443"}`
	taken.Body, taken.Status, taken.Answer = least.Body, 400, takenBody
	server := exchange.Test(t, full, least, taken)

	got, err := podmanagers.Create(t.Context(), server.Client, podmanagers.CreateOpts{
		Name: "row4", URL: "https://podm4.lab:8443", Driver: "redfishv1",
		Authentication: podmanagers.Basic("svc-valence", password),
		Description:    "for tests", Location: "row 4", CACertificate: "PEM",
	}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(row(), *got); diff != "" {
		t.Error(diff)
	}
	lab := podmanagers.CreateOpts{Name: "lab", URL: "http://127.0.0.1:8443", Authentication: podmanagers.Basic("root", "")}
	if _, err := podmanagers.Create(t.Context(), server.Client, lab).Extract(); err != nil {
		t.Error(err)
	}
	_, err = podmanagers.Create(t.Context(), server.Client, lab).Extract()
	if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.Detail != "another pod manager has that name or url" {
		t.Errorf("got %T %v", err, err)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	good := podmanagers.CreateOpts{Name: "a", URL: "http://a", Authentication: podmanagers.Basic("u", password)}
	noName, noURL, noAuth, noType, noUser := good, good, good, good, good
	noName.Name, noURL.URL, noAuth.Authentication = "", "", nil
	noType.Authentication = []podmanagers.Authentication{{AuthItems: podmanagers.AuthItems{Username: "u", Password: password}}}
	noUser.Authentication = podmanagers.Basic("", password)
	for field, opts := range map[string]podmanagers.CreateOpts{
		"Name": noName, "URL": noURL, "Authentication": noAuth, "Type": noType, "Username": noUser,
	} {
		_, err := podmanagers.Create(t.Context(), server.Client, opts).Extract()
		if err == nil || !strings.Contains(err.Error(), "["+field+"]") || strings.Contains(err.Error(), password) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	_, err := podmanagers.Update(t.Context(), server.Client, rowUUID, podmanagers.UpdateOpts{Authentication: noUser.Authentication}).Extract()
	if err == nil || !strings.Contains(err.Error(), "[Username]") {
		t.Errorf("update: got %v", err)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	name, empty := "row4", ""
	for body, opts := range map[string]podmanagers.UpdateOpts{
		`{}`:                                  {},
		`{"authentication":` + authBody + `}`: {Authentication: podmanagers.Basic("svc-valence", password)},
		`{"driver":"row4","name":"row4","url":"row4"}`: {Name: &name, Driver: &name, URL: &name},
		`{"name":""}`: {Name: &empty},
		`{"ca_certificate":"","description":"row4","location":""}`: {CACertificate: &empty, Description: &name, Location: &empty},
	} {
		server := exchange.Test(t, call("PATCH", body, rowBody))
		got, err := podmanagers.Update(t.Context(), server.Client, rowUUID, opts).Extract()
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if diff := cmp.Diff(row(), *got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	for query, opts := range map[string]podmanagers.DeleteOptsBuilder{
		"":                 nil,
		"?nodes=decompose": podmanagers.DeleteOpts{Nodes: podmanagers.NodesDecompose},
		"?nodes=forget":    podmanagers.DeleteOpts{Nodes: podmanagers.NodesForget},
	} {
		gone, kept := call("DELETE", "", deletedBody), call("DELETE", "", keptBody)
		gone.URI += query
		kept.URI, kept.Status = gone.URI, 409
		server := exchange.Test(t, gone, kept)
		if err := podmanagers.Delete(t.Context(), server.Client, rowUUID, opts).ExtractErr(); err != nil {
			t.Errorf("%q: %v", query, err)
		}
		err := podmanagers.Delete(t.Context(), server.Client, rowUUID, opts).ExtractErr()
		if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.Status != 409 || answer.Detail != "it has 2 nodes" {
			t.Errorf("%q: got %T %v", query, err, err)
		}
	}
}

func TestListQuery(t *testing.T) {
	t.Parallel()
	got, err := podmanagers.ListOpts{
		Name: "row 4", URL: "https://a:1", Driver: "redfishv1", Status: podmanagers.StatusOffline, Limit: 2, Marker: "m",
	}.ToPodManagerListQuery()
	want := "?driver=redfishv1&limit=2&marker=m&name=row+4&status=Offline&url=https%3A%2F%2Fa%3A1"
	if err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

func TestGetPools(t *testing.T) {
	t.Parallel()
	pools := call("GET", "", poolsBody)
	pools.URI += "/pools"
	down := pools
	down.Status, down.Answer = 503, `{"title": "Connection Error", "detail": "row4 does not answer"}`
	server := exchange.Test(t, pools, down)
	got, err := podmanagers.GetPools(t.Context(), server.Client, rowUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	want := []podmanagers.Pool{
		{Name: "pool 1", ResourceURI: "StorageServices/1/StoragePools/1", Protocol: "iSCSI", Health: "OK", CapacityGiB: new(8192.0), FreeGiB: new(8000.5)},
		{ResourceURI: "StorageServices/2/StoragePools/1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := podmanagers.GetPools(t.Context(), server.Client, rowUUID).Extract(); err == nil {
		t.Error("no error of a pod manager that is down")
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	both := list("[" + labBody + "," + rowBody + "]")
	twice := list("[" + rowBody + "," + strings.ReplaceAll(rowBody, rowUUID, labUUID) + "]")
	get := call("GET", "", rowBody)
	server := exchange.Test(t, get, both, get, both, twice)

	for _, nameOrID := range []string{rowUUID, "row4"} {
		got, err := podmanagers.Find(t.Context(), server.Client, nameOrID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row(), got); diff != "" {
			t.Error(diff)
		}
	}
	_, err := podmanagers.Find(t.Context(), server.Client, "row5")
	if e, ok := errors.AsType[*valence.NotFoundError](err); !ok || e.Error() != `no pod manager is named "row5"` {
		t.Errorf("got %T %v", err, err)
	}
	_, err = podmanagers.Find(t.Context(), server.Client, "row4")
	if e, ok := errors.AsType[*valence.AmbiguousError](err); !ok || len(e.UUIDs) != 2 {
		t.Errorf("got %T %v", err, err)
	}
}

func TestPasswordDoesNotPrint(t *testing.T) {
	t.Parallel()
	opts := podmanagers.CreateOpts{Name: "a", Authentication: podmanagers.Basic("svc-valence", password)}
	pm := podmanagers.PodManager{Authentication: opts.Authentication}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, value := range []any{opts, &opts, pm, opts.Authentication, opts.Authentication[0].AuthItems} {
			text := fmt.Sprintf(format, value)
			if strings.Contains(text, password) || !strings.Contains(text, "svc-valence") {
				t.Errorf("%s of %T prints %s", format, value, text)
			}
		}
	}
}

// TestUpdateOfWhatWasRead: the ETag that Get gave goes back with the change.
func TestUpdateOfWhatWasRead(t *testing.T) {
	t.Parallel()
	get, patch := call("GET", "", rowBody), call("PATCH", `{"name":"a"}`, rowBody)
	get.Header = http.Header{"Etag": {`"v1"`}}
	late := patch
	late.Status, late.Answer = 412, `{"title": "Changed by somebody else"}`
	server := exchange.Test(t, get, patch, late, patch)
	name := "a"
	opts := podmanagers.UpdateOpts{Name: &name, IfMatch: podmanagers.Get(t.Context(), server.Client, rowUUID).ETag()}
	if err := podmanagers.Update(t.Context(), server.Client, rowUUID, opts).Err; err != nil {
		t.Error(err)
	}
	if err := podmanagers.Update(t.Context(), server.Client, rowUUID, opts).Err; !gophercloud.ResponseCodeIs(err, 412) {
		t.Errorf("somebody else was faster: %v", err)
	}
	opts.IfMatch = ""
	if err := podmanagers.Update(t.Context(), server.Client, rowUUID, opts).Err; err != nil {
		t.Error(err)
	}
	for i, want := range []string{"", `"v1"`, `"v1"`, ""} {
		if got := server.Seen()[i].Get("If-Match"); got != want {
			t.Errorf("request %d has If-Match %q, want %q", i, got, want)
		}
	}
}
