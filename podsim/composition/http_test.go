package composition_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim/composition"
)

// TestETags: every document has one, it changes with the document, and it comes back.
func TestETags(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	tag := func(path string) string { return s.send(t, "GET", path, "").want(t, http.StatusOK).header.Get("ETag") }
	for path := range s.snapshot(t) {
		if tag(path) == "" {
			t.Errorf("%s has no ETag", path)
		}
	}
	free := tag(blocks + "C1a")
	for header, status := range map[string]int{
		free: http.StatusNotModified, "W/" + free: http.StatusNotModified, `"other", ` + free: http.StatusNotModified,
		"*": http.StatusNotModified, `"other"`: http.StatusOK,
	} {
		r := s.send(t, "GET", blocks+"C1a", "", "If-None-Match", header).want(t, status)
		if status == http.StatusNotModified && (r.body != "" || r.header.Get("ETag") != free) {
			t.Errorf("304 with body %q and ETag %s", r.body, r.header.Get("ETag"))
		}
	}
	system := s.compose(t, "C1a")
	if tag(blocks+"C1a") == free {
		t.Error("the block has changed and its ETag has not")
	}
	old := tag(system)
	s.send(t, "PATCH", system, `{"Name":"a"}`, "If-Match", old).want(t, http.StatusOK)
	s.send(t, "PATCH", system, `{"Name":"b"}`, "If-Match", old).refused(t, http.StatusPreconditionFailed, "PreconditionFailed")
	s.send(t, "DELETE", system, "", "If-Match", old).refused(t, http.StatusPreconditionFailed, "PreconditionFailed")
	s.send(t, "PATCH", blocks+"C1a", `{"Client":"me"}`, "If-Match", old).refused(t, http.StatusPreconditionFailed, "PreconditionFailed")
	s.send(t, "DELETE", system, "", "If-Match", "*").want(t, http.StatusNoContent)
}

func TestMethods(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	system := s.compose(t, "C1a")
	for path, allow := range map[string]string{
		"/redfish/v1":             "GET, HEAD, OPTIONS",
		systems:                   "GET, HEAD, OPTIONS, POST",
		systems + "/Capabilities": "GET, HEAD, OPTIONS",
		system:                    "DELETE, GET, HEAD, OPTIONS, PATCH",
		system + "/Processors":    "GET, HEAD, OPTIONS",
		system + resetEnd:         "OPTIONS, POST",
		blocks + "C1a":            "GET, HEAD, OPTIONS, PATCH",
		service:                   "GET, HEAD, OPTIONS, PATCH",
		service + "/Actions/CompositionService.Compose": "OPTIONS, POST",
	} {
		if got := s.send(t, "OPTIONS", path, "").want(t, http.StatusNoContent).header.Get("Allow"); got != allow {
			t.Errorf("%s: Allow is %q, want %q", path, got, allow)
		}
		r := s.send(t, "PUT", path, "{}")
		r.refused(t, http.StatusMethodNotAllowed, "OperationNotAllowed")
		if r.header.Get("Allow") != allow {
			t.Errorf("%s: refusing, Allow is %q", path, r.header.Get("Allow"))
		}
	}
	head := s.send(t, "HEAD", system, "").want(t, http.StatusOK)
	if head.body != "" || head.header.Get("ETag") == "" {
		t.Errorf("HEAD answers %q, %v", head.body, head.header)
	}
	for _, method := range []string{"GET", "OPTIONS", "PATCH"} {
		s.send(t, method, systems+"/Nobody", "{}").refused(t, http.StatusNotFound, "ResourceMissingAtURI")
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	system := s.compose(t, "C1b", "D1")
	get := func(path string) object { return s.get(t, path) }
	for _, tt := range []struct {
		name, path string
		inside     []string // a way to what is inlined
		want       string
	}{
		{"members", systems + "?$expand=.", nil, ""},
		{"what is below", system + "?$expand=.", []string{"Processors"}, system + "/Processors"},
		{"one level", system + "?$expand=.($levels=1)", []string{"Storage"}, system + "/Storage"},
		{"links too", system + "?$expand=*", []string{"Processors"}, system + "/Processors"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := at(get(tt.path), tt.inside...)
			if tt.want != "" {
				if diff := cmp.Diff(get(tt.want), got); diff != "" {
					t.Errorf("inlined (-own +inlined):\n%s", diff)
				}
				return
			}
			for _, one := range got.(object)["Members"].([]any) {
				if diff := cmp.Diff(get(at(one, "@odata.id").(string)), one.(object)); diff != "" {
					t.Errorf("inlined (-own +inlined):\n%s", diff)
				}
			}
		})
	}
	block := func(query string) any {
		return at(get(system+query), "Links", "ResourceBlocks").([]any)[0].(object)["Name"]
	}
	if block("?$expand=.") != nil || block("?$expand=~") != "C" || block("?$expand=*") != "C" {
		t.Error("what is below Links is not inlined where it is asked for, and only there")
	}
	deep := at(get(system+"?$expand=.($levels=2)"), "Processors", "Members").([]any)[0]
	if at(deep, "TotalCores") != 8.0 {
		t.Errorf("at the second level there is %v", deep)
	}
	if only := at(get(system+"?$expand=~"), "Processors", "Members"); only != nil {
		t.Errorf("~ inlined what is not below Links: %v", only)
	}
	for query, status := range map[string]int{
		"?$expand=.($levels=7)": 400, "?$expand=.($levels=0)": 400, "?$expand=all": 400, "?$expand=": 400,
		"?$filter=x": 501, "?$select=Name": 501, "?only": 501, "?colour=red": 200,
	} {
		s.send(t, "GET", systems+query, "").want(t, status)
	}
	features := at(get("/redfish/v1"), "ProtocolFeaturesSupported", "ExpandQuery")
	if at(features, "ExpandAll") != true || at(features, "MaxLevels") != 6.0 {
		t.Errorf("the root says of $expand: %v", features)
	}
}

// TestErrorDocument looks at one whole.
func TestErrorDocument(t *testing.T) {
	t.Parallel()
	s := serve(t, composition.Options{Layout: small()})
	r := s.send(t, "POST", systems, request("a", "C9"))
	failure := at(r.want(t, http.StatusNotFound).json(t), "error").(object)
	want := object{
		"code": "Composition.1.1.3.ResourceBlockNotFound", "message": "Resource block 'C9' was not found.",
		"@Message.ExtendedInfo": []any{object{
			"@odata.type": "#Message.v1_1_1.Message", "MessageId": "Composition.1.1.3.ResourceBlockNotFound",
			"Message": "Resource block 'C9' was not found.", "MessageArgs": []any{"C9"}, "MessageSeverity": "Critical",
			"Severity": "Critical", "Resolution": "Remove the resource block and resubmit the request.",
		}},
	}
	if diff := cmp.Diff(want, failure); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(r.header.Get("Content-Type"), "application/json") {
		t.Errorf("Content-Type is %q", r.header.Get("Content-Type"))
	}
}
