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
)

func TestOpenURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ url, says string }{
		{"https://podm.example", ""},
		{"https://podm.example:8443/", ""},
		{"http://[::1]:8080", ""},
		{"HTTPS://Podm.Example", ""},
		{"", "scheme"},
		{"podm.example", "scheme"},
		{"file:///etc/passwd", "scheme"},
		{"https://", "host"},
		{"https://:8443", "host"},
		{"https://u:p@podm.example", "password"},
		{"https://u@podm.example", "password"},
		{"https://podm.example/redfish/v1", "end after"},
		{"https://podm.example?x=1", "end after"},
		{"https://podm.example#x", "end after"},
		{"https://podm.example:port", "not a URL"},
	}
	for _, test := range tests {
		pod, err := Open(service.PodManager{URL: test.url, Credentials: service.Credentials{Type: "basic", Username: "u", Password: "p"}})
		if test.says == "" {
			if err != nil || pod == nil {
				t.Errorf("%q: %v", test.url, err)
			}
			continue
		}
		wantCode(t, test.url, err, service.Invalid)
		if err != nil && (!strings.HasPrefix(err.Error(), "url: ") || !strings.Contains(err.Error(), test.says)) {
			t.Errorf("%q: %v, want something about %q", test.url, err, test.says)
		}
	}
}

func TestOpenCredentials(t *testing.T) {
	t.Parallel()
	_, err := Open(service.PodManager{
		URL:         "https://podm.example",
		Credentials: service.Credentials{Type: "basic", Username: "a:b", Password: password},
	})
	wantCode(t, "colon in the username", err, service.Invalid)
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(basics()["GET /redfish/v1"])
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains about being refused
	server.StartTLS()
	defer server.Close()
	own := x509.NewCertPool()
	own.AddCert(server.Certificate())
	f := &fake{url: server.URL}

	err := f.open(t, Options{}).Probe(t.Context())
	wantCode(t, "unknown certificate", err, service.Unavailable)
	if err != nil && !strings.Contains(err.Error(), "certificate") {
		t.Errorf("the error does not say what is wrong: %v", err)
	}
	// The fake answers everything with the entry point: the nodes are wrong.
	err = f.open(t, Options{RootCAs: own}).Probe(t.Context())
	wantCode(t, "known certificate", err, service.PodFailed)
	err = f.open(t, Options{Insecure: true}).Probe(t.Context())
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
	hasty := f.open(t, Options{RequestTimeout: 50 * time.Millisecond})
	_, err := hasty.State(t.Context(), "/redfish/v1/Nodes/1")
	wantCode(t, "State", err, service.Timeout)
	if ref, err := hasty.Allocate(t.Context(), service.Allocation{NodeUUID: nodeUUID}); ref != "/redfish/v1/Nodes/7" || err != nil {
		t.Errorf("Allocate within the slow time-out: %q, %v", ref, err)
	}
	if err := hasty.Delete(t.Context(), "/redfish/v1/Nodes/1"); err != nil {
		t.Errorf("Delete within the slow time-out: %v", err)
	}
	err = f.open(t, Options{SlowTimeout: 50 * time.Millisecond}).Delete(t.Context(), "/redfish/v1/Nodes/1")
	wantCode(t, "Delete after the slow time-out", err, service.Timeout)
}

func TestMark(t *testing.T) {
	t.Parallel()
	for _, description := range []string{"", "front end", "trailing  ", " leading", "[valence:x]", "[valence:", "a [valence:x] b"} {
		marked := addMark(description, nodeUUID)
		got, uuid := splitMark(marked)
		if got != description || uuid != nodeUUID {
			t.Errorf("%q became %q and that %q, %q", description, marked, got, uuid)
		}
	}
	for _, unmarked := range []string{"", "Node #1", "[valence:x] b", "[valence:x", "valence:x]", "]"} {
		if got, uuid := splitMark(unmarked); got != unmarked || uuid != "" {
			t.Errorf("%q became %q, %q", unmarked, got, uuid)
		}
	}
}
