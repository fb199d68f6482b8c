package podmanagers_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	full.Body = `{"authentication":` + authBody + `,"driver":"redfishv1","name":"row4","url":"https://podm4.lab:8443"}`
	least.Body = `{"authentication":[{"auth_items":{"password":"","username":"root"},"type":"basic"}],"name":"lab","url":"http://127.0.0.1:8443"}`
	taken.Body, taken.Status, taken.Answer = least.Body, 400, takenBody
	server := exchange.Test(t, full, least, taken)

	got, err := podmanagers.Create(t.Context(), server.Client, podmanagers.CreateOpts{
		Name: "row4", URL: "https://podm4.lab:8443", Driver: "redfishv1",
		Authentication: podmanagers.Basic("svc-valence", password),
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
	server := exchange.Test(t, call("DELETE", "", deletedBody))
	if err := podmanagers.Delete(t.Context(), server.Client, rowUUID).ExtractErr(); err != nil {
		t.Error(err)
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
