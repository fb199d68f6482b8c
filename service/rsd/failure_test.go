package rsd

import (
	"net/http"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// TestMessages pins how errors read.
func TestMessages(t *testing.T) {
	t.Parallel()
	f := startFake(t, map[string]http.HandlerFunc{
		"GET /redfish/v1/Nodes/2":                   reply(404, ""),
		"POST /redfish/v1/Nodes/1/Actions/Assemble": reply(409, `{"error":{"message":"Only Allocated\nnodes"}}`),
		"DELETE /redfish/v1/Nodes/1":                reply(403, ""),
		"POST /redfish/v1/Nodes/1/Actions/Reset":    reply(307, "", "Location", "https://elsewhere"),
	})
	pod := f.open(t, redfish.Options{})
	_, missing := pod.State(t.Context(), "/redfish/v1/Nodes/2")
	tests := []struct {
		err  error
		code service.Code
		want string
	}{
		{missing, service.NotFound, "reading the state of machine /redfish/v1/Nodes/2 on pod manager pod-1: it answered HTTP 404 Not Found"},
		{pod.Assemble(t.Context(), node1), service.Conflict,
			"assembling machine /redfish/v1/Nodes/1 on pod manager pod-1: it answered HTTP 409 Conflict: Only Allocated nodes"},
		{pod.Delete(t.Context(), node1), service.PodFailed,
			"deleting machine /redfish/v1/Nodes/1 on pod manager pod-1: the pod manager refused our credentials (HTTP 403)"},
		{pod.Reset(t.Context(), node1, service.ResetOn), service.PodFailed,
			"doing power action On of machine /redfish/v1/Nodes/1 on pod manager pod-1: " +
				"it answered HTTP 307 Temporary Redirect; register the address that it redirects to"},
	}
	for _, test := range tests {
		wantCode(t, test.want, test.err, test.code)
		if test.err != nil && test.err.Error() != test.want {
			t.Errorf("got  %s\nwant %s", test.err, test.want)
		}
	}
}
