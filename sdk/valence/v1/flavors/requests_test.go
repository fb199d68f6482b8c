package flavors_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
)

func TestList(t *testing.T) {
	t.Parallel()
	first := list("[" + smallBody + "]")
	first.URI += "?limit=1&name=small"
	first.Header = http.Header{"Link": {`</v1/flavors?limit=1&marker=` + smallUUID + `>; rel="next"`}}
	second := list("[" + anyBody + "]")
	second.URI += "?limit=1&marker=" + smallUUID
	server := exchange.Test(t, first, second)

	pages, err := flavors.List(server.Client, flavors.ListOpts{Name: "small", Limit: 1}).AllPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := flavors.ExtractFlavors(pages)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]flavors.Flavor{small(), {UUID: anyUUID, Name: "any"}}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := flavors.ExtractFlavors(pagination.SinglePageBase{}); err == nil {
		t.Error("a page of something else was read")
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	missing := call("GET", "", notFoundBody)
	missing.Status = 404
	server := exchange.Test(t, call("GET", "", smallBody), missing)
	got, err := flavors.Get(t.Context(), server.Client, smallUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(small(), *got); diff != "" {
		t.Error(diff)
	}
	_, err = flavors.Get(t.Context(), server.Client, smallUUID).Extract()
	if answer, ok := errors.AsType[*valence.Error](err); !ok || answer.Status != 404 {
		t.Errorf("got %T %v", err, err)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	post := exchange.Exchange{Method: "POST", URI: "/v1/flavors", Answer: smallBody}
	full, least := post, post
	full.Body = `{"description":"for the web","name":"small","properties":` + propertiesBody + `}`
	least.Body = `{"name":"any","properties":{}}` // the contract needs properties
	server := exchange.Test(t, full, least)

	got, err := flavors.Create(t.Context(), server.Client, flavors.CreateOpts{
		Name: "small", Description: "for the web", Properties: properties(),
	}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(small(), *got); diff != "" {
		t.Error(diff)
	}
	if _, err := flavors.Create(t.Context(), server.Client, flavors.CreateOpts{Name: "any"}).Extract(); err != nil {
		t.Error(err)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t) // expects no request
	negative := valence.Properties{Processor: valence.Processor{TotalCores: -1}}
	for name, c := range map[string]struct {
		err   error
		field string
	}{
		"no name":           {flavors.Create(t.Context(), server.Client, flavors.CreateOpts{}).Err, "Name"},
		"negative":          {flavors.Create(t.Context(), server.Client, flavors.CreateOpts{Name: "a", Properties: negative}).Err, "TotalCores"},
		"change, negative":  {flavors.Update(t.Context(), server.Client, smallUUID, flavors.UpdateOpts{Properties: &negative}).Err, "TotalCores"},
		"change of nothing": {flavors.Update(t.Context(), server.Client, "", flavors.UpdateOpts{}).Err, "[id]"},
		"delete nothing":    {flavors.Delete(t.Context(), server.Client, "").Err, "[id]"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.field) {
			t.Errorf("%s: got %v, want %s in it", name, c.err, c.field)
		}
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	name, empty, all := "small", "", properties()
	for body, opts := range map[string]flavors.UpdateOpts{
		`{}`:                                    {},
		`{"name":"small"}`:                      {Name: &name},
		`{"description":""}`:                    {Description: &empty},
		`{"properties":{}}`:                     {Properties: &valence.Properties{}},
		`{"properties":` + propertiesBody + `}`: {Properties: &all},
	} {
		server := exchange.Test(t, call("PATCH", body, smallBody))
		got, err := flavors.Update(t.Context(), server.Client, smallUUID, opts).Extract()
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if diff := cmp.Diff(small(), *got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

// TestUpdateOfWhatWasRead: the ETag that Get gave goes back with the change.
func TestUpdateOfWhatWasRead(t *testing.T) {
	t.Parallel()
	get, late := call("GET", "", smallBody), call("PATCH", `{"name":"a"}`, `{"title": "Changed by somebody else"}`)
	get.Header = http.Header{"Etag": {`"v1"`}}
	late.Status = 412
	server := exchange.Test(t, get, call("PATCH", `{"name":"a"}`, smallBody), late, call("PATCH", `{"name":"a"}`, smallBody))
	tag := flavors.Get(t.Context(), server.Client, smallUUID).ETag()
	name := "a"
	opts := flavors.UpdateOpts{Name: &name, IfMatch: tag}
	if err := flavors.Update(t.Context(), server.Client, smallUUID, opts).Err; err != nil {
		t.Error(err)
	}
	if err := flavors.Update(t.Context(), server.Client, smallUUID, opts).Err; !gophercloud.ResponseCodeIs(err, 412) {
		t.Errorf("somebody else was faster: %v", err)
	}
	opts.IfMatch = ""
	if err := flavors.Update(t.Context(), server.Client, smallUUID, opts).Err; err != nil {
		t.Error(err)
	}
	for i, want := range []string{"", `"v1"`, `"v1"`, ""} {
		if got := server.Seen()[i].Get("If-Match"); got != want {
			t.Errorf("request %d has If-Match %q, want %q", i, got, want)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	missing := call("DELETE", "", notFoundBody)
	missing.Status = 404
	server := exchange.Test(t, call("DELETE", "", deletedBody), missing)
	if err := flavors.Delete(t.Context(), server.Client, smallUUID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if err := flavors.Delete(t.Context(), server.Client, smallUUID).ExtractErr(); !gophercloud.ResponseCodeIs(err, 404) {
		t.Errorf("got %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	both := list("[" + anyBody + "," + smallBody + "]")
	twice := list("[" + smallBody + "," + strings.ReplaceAll(smallBody, smallUUID, anyUUID) + "]")
	get := call("GET", "", smallBody)
	server := exchange.Test(t, get, both, get, both, twice)

	for _, nameOrID := range []string{smallUUID, "small"} {
		got, err := flavors.Find(t.Context(), server.Client, nameOrID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(small(), got); diff != "" {
			t.Error(diff)
		}
	}
	_, err := flavors.Find(t.Context(), server.Client, "large")
	if e, ok := errors.AsType[*valence.NotFoundError](err); !ok || e.Kind != "flavor" || e.Name != "large" {
		t.Errorf("got %T %v", err, err)
	}
	_, err = flavors.Find(t.Context(), server.Client, "small")
	if e, ok := errors.AsType[*valence.AmbiguousError](err); !ok || len(e.UUIDs) != 2 {
		t.Errorf("got %T %v", err, err)
	}
}
