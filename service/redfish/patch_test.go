package redfish

import (
	"net/http"
	"slices"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// TestPatch changes a document that somebody else may have changed, too.
func TestPatch(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		etag  string
		sees  []string // the ETags that the service sees
		now   string   // the ETag of the document
		never bool     // whatever is sent is out of date
		code  service.Code
	}{
		"without ETags":   {"", []string{""}, "", false, ""},
		"as it was read":  {`"1"`, []string{`"1"`}, `"1"`, false, ""},
		"changed since":   {`"0"`, []string{`"0"`, `"1"`}, `"1"`, false, ""},
		"not read before": {"", []string{"", `"1"`}, `"1"`, false, ""},
		"changes always":  {`"0"`, []string{`"0"`, `"1"`}, `"1"`, true, service.Conflict},
	}
	for name, test := range tests {
		var seen []string
		s := serve(t, map[string]http.HandlerFunc{
			"GET /redfish/v1":   reply(200, "{}"),
			"GET /redfish/v1/x": reply(200, "{}", "ETag", test.now),
			"PATCH /redfish/v1/x": func(w http.ResponseWriter, r *http.Request) {
				tag := r.Header.Get("If-Match")
				seen = append(seen, tag)
				switch {
				case tag == "" && test.now != "":
					w.WriteHeader(http.StatusPreconditionRequired)
				case tag != test.now || test.never:
					w.WriteHeader(http.StatusPreconditionFailed)
				}
			},
		})
		err := s.open(t, Options{}).Client.Patch(t.Context(), "/redfish/v1/x", test.etag, map[string]string{"Name": "x"})
		if test.code != "" {
			wantCode(t, name, err, test.code)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Equal(seen, test.sees) {
			t.Errorf("%s: the service saw %q, want %q", name, seen, test.sees)
		}
	}
}
