package rsd

import (
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(basics()["GET /redfish/v1"])
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains about being refused
	server.StartTLS()
	defer server.Close()
	own := x509.NewCertPool()
	own.AddCert(server.Certificate())
	f := &fake{url: server.URL}

	err := f.open(t, redfish.Options{}).Probe(t.Context())
	wantCode(t, "unknown certificate", err, service.Unavailable)
	if err != nil && !strings.Contains(err.Error(), "certificate") {
		t.Errorf("the error does not say what is wrong: %v", err)
	}
	// The fake answers everything with the entry point: the nodes are wrong.
	err = f.open(t, redfish.Options{RootCAs: own}).Probe(t.Context())
	wantCode(t, "known certificate", err, service.PodFailed)
	err = f.open(t, redfish.Options{Insecure: true}).Probe(t.Context())
	wantCode(t, "any certificate", err, service.PodFailed)
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	late := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(200 * time.Millisecond):
			reply(201, "{}", "Location", "/redfish/v1/Nodes/7")(w, r)
		}
	}
	f := startFake(t, map[string]http.HandlerFunc{
		"GET /redfish/v1/Nodes/1":                 late,
		"POST /redfish/v1/Nodes/Actions/Allocate": late,
		"DELETE /redfish/v1/Nodes/1":              late,
	})
	hasty := f.open(t, redfish.Options{RequestTimeout: 50 * time.Millisecond})
	_, err := hasty.State(t.Context(), "/redfish/v1/Nodes/1")
	wantCode(t, "State", err, service.Unavailable)
	if ref, err := hasty.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID}); ref != "/redfish/v1/Nodes/7" || err != nil {
		t.Errorf("Allocate within the slow time-out: %q, %v", ref, err)
	}
	if err := hasty.Delete(t.Context(), "/redfish/v1/Nodes/1"); err != nil {
		t.Errorf("Delete within the slow time-out: %v", err)
	}
	err = f.open(t, redfish.Options{SlowTimeout: 50 * time.Millisecond}).Delete(t.Context(), "/redfish/v1/Nodes/1")
	wantCode(t, "Delete after the slow time-out", err, service.Unavailable)
}
