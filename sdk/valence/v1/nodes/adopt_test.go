package nodes_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/exchange"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

func TestManage(t *testing.T) {
	t.Parallel()
	for body, opts := range map[string]nodes.ManageOpts{
		`{"node_index":"12"}`: {Index: "12"},
		`{"name":"web-1","node_index":"12","podm_id":"` + podmUUID + `"}`: {Index: "12", PodManagerID: podmUUID, Name: "web-1"},
	} {
		post := exchange.Exchange{Method: "POST", URI: "/v1/nodes/manage", Body: body, Answer: composedBody}
		taken := post
		taken.Status, taken.Answer = 409, `{"title": "Resource Already Exists", "detail": "it is a node already"}`
		server := exchange.Test(t, post, taken)
		got, err := nodes.Manage(t.Context(), server.Client, opts).Extract()
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if diff := cmp.Diff(composed(), *got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
		if _, err := nodes.Manage(t.Context(), server.Client, opts).Extract(); !gophercloud.ResponseCodeIs(err, 409) {
			t.Errorf("%s taken: got %v", body, err)
		}
	}
	server := exchange.Test(t) // expects no request
	_, err := nodes.Manage(t.Context(), server.Client, nodes.ManageOpts{Name: "a"}).Extract()
	if err == nil || !strings.Contains(err.Error(), "[Index]") {
		t.Errorf("without an index: got %v", err)
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	for body, opts := range map[string]nodes.RegisterOpts{
		`{}`: {},
		`{"conductor_group":"row4","driver":"redfish","driver_info":{"deploy_kernel":"k"},"properties":{"local_gb":400},"resource_class":"baremetal"}`: {
			Driver: "redfish", ResourceClass: "baremetal", ConductorGroup: "row4",
			DriverInfo: map[string]any{"deploy_kernel": "k"}, Properties: map[string]any{"local_gb": 400},
		},
		`{"driver":"ipmi","extra":{"row":4}}`: {Driver: "redfish", More: map[string]any{"extra": map[string]any{"row": 4}, "driver": "ipmi"}},
	} {
		server := exchange.Test(t, exchange.Exchange{Method: "POST", URI: "/v1/nodes/" + webUUID + "/register", Body: body, Answer: composedBody})
		got, err := nodes.Register(t.Context(), server.Client, webUUID, opts).Extract()
		if err != nil || got.ManagedBy != "ironic" {
			t.Errorf("%s: got %+v, %v", body, got, err)
		}
	}
}

func TestDeregister(t *testing.T) {
	t.Parallel()
	call := exchange.Exchange{Method: "DELETE", URI: "/v1/nodes/" + webUUID + "/register", Answer: webBrief}
	refused := call
	refused.Status, refused.Answer = 400, `{"title": "Bad Request", "detail": "no provisioner is configured"}`
	server := exchange.Test(t, call, refused)
	got, err := nodes.Deregister(t.Context(), server.Client, webUUID).Extract()
	if err != nil || got.UUID != webUUID || got.ManagedBy != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = nodes.Deregister(t.Context(), server.Client, webUUID).Extract()
	if err == nil || err.Error() != "Bad Request: no provisioner is configured" {
		t.Errorf("got %v", err)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	name, empty := "web-1", ""
	for body, opts := range map[string]nodes.UpdateOpts{
		`{}`:                                {},
		`{"name":"web-1"}`:                  {Name: &name},
		`{"description":""}`:                {Description: &empty},
		`{"description":"","name":"web-1"}`: {Name: &name, Description: &empty},
	} {
		server := exchange.Test(t, exchange.Exchange{Method: "PATCH", URI: "/v1/nodes/" + webUUID, Body: body, Answer: composedBody})
		got, err := nodes.Update(t.Context(), server.Client, webUUID, opts).Extract()
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if diff := cmp.Diff(composed(), *got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
}

func TestForceDelete(t *testing.T) {
	t.Parallel()
	call := exchange.Exchange{Method: "DELETE", URI: "/v1/nodes/" + webUUID + "?force=true", Answer: deletedBody}
	denied := call
	denied.Status, denied.Answer = 403, `{"title": "Forbidden", "detail": "force takes the role admin"}`
	server := exchange.Test(t, call, denied)
	if err := nodes.ForceDelete(t.Context(), server.Client, webUUID).ExtractErr(); err != nil {
		t.Error(err)
	}
	if err := nodes.ForceDelete(t.Context(), server.Client, webUUID).ExtractErr(); !gophercloud.ResponseCodeIs(err, 403) {
		t.Errorf("got %v", err)
	}
	if err := nodes.ForceDelete(t.Context(), server.Client, "").ExtractErr(); err == nil {
		t.Error("an empty id was not refused")
	}
}

func TestGetAssets(t *testing.T) {
	t.Parallel()
	server := exchange.Test(t, exchange.Exchange{Method: "GET", URI: "/v1/nodes/" + webUUID + "/assets", Answer: assetsBody})
	got, err := nodes.GetAssets(t.Context(), server.Client, webUUID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	want := nodes.Assets{
		Metadata: nodes.Metadata{
			Processor: []nodes.Processor{{Model: "Xeon Gold", TotalCore: new(8)}},
			Memory:    []nodes.Memory{{TotalMemoryMB: new(16384)}},
			Network:   []nodes.Interface{},
		},
		Storage: []nodes.Drive{
			{Name: "d", Protocol: "NVMe", MediaType: "SSD", Model: "P4500", SizeGiB: new(745.25), Health: "OK", Pooled: true,
				ResourceURI: "Chassis/1/Drives/1"},
			{ResourceURI: "Chassis/1/Drives/2"},
		},
	}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Error(diff)
	}
}

// TestUpdateOfWhatWasRead: the ETag that Get gave goes back with the change.
func TestUpdateOfWhatWasRead(t *testing.T) {
	t.Parallel()
	get, patch := getWeb(composedBody), exchange.Exchange{Method: "PATCH", URI: "/v1/nodes/" + webUUID, Body: `{"name":"a"}`, Answer: composedBody}
	get.Header = http.Header{"Etag": {`"v1"`}}
	late := patch
	late.Status, late.Answer = 412, `{"title": "Changed by somebody else"}`
	server := exchange.Test(t, get, patch, late, patch)
	name := "a"
	opts := nodes.UpdateOpts{Name: &name, IfMatch: nodes.Get(t.Context(), server.Client, webUUID).ETag()}
	if err := nodes.Update(t.Context(), server.Client, webUUID, opts).Err; err != nil {
		t.Error(err)
	}
	if err := nodes.Update(t.Context(), server.Client, webUUID, opts).Err; !gophercloud.ResponseCodeIs(err, 412) {
		t.Errorf("somebody else was faster: %v", err)
	}
	opts.IfMatch = ""
	if err := nodes.Update(t.Context(), server.Client, webUUID, opts).Err; err != nil {
		t.Error(err)
	}
	for i, want := range []string{"", `"v1"`, `"v1"`, ""} {
		if got := server.Seen()[i].Get("If-Match"); got != want {
			t.Errorf("request %d has If-Match %q, want %q", i, got, want)
		}
	}
}
