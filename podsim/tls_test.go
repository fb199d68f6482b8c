package podsim_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
)

// trusting is a client that trusts one authority and no other.
func trusting(t *testing.T, ca []byte) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if len(ca) > 0 && !pool.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate in %q", ca)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{TLS: true})
	if !strings.HasPrefix(pod.URL, "https://127.0.0.1:") {
		t.Fatalf("URL is %s", pod.URL)
	}
	if _, err := trusting(t, nil).Get(pod.URL + "/redfish"); err == nil {
		t.Error("a client that trusts nobody got an answer")
	}
	req, err := http.NewRequest("POST", pod.URL+"/redfish/v1/Nodes/Actions/Allocate", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	asAdmin(req)
	resp, err := trusting(t, pod.CA()).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if location := resp.Header.Get("Location"); resp.StatusCode != 201 || !strings.HasPrefix(location, pod.URL) {
		t.Errorf("status %d, Location %q, want 201 and it to start with %s", resp.StatusCode, location, pod.URL)
	}
}

func TestTLSWithACertificate(t *testing.T) {
	t.Parallel()
	certificate, ca, err := podsim.NewCertificate("pod.example")
	if err != nil {
		t.Fatal(err)
	}
	pod := start(t, podsim.Options{TLS: true, Certificate: &certificate})
	resp, err := trusting(t, ca).Get(pod.URL + "/redfish")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if pod.CA() != nil {
		t.Error("the pod names an authority for a certificate that it did not make")
	}
	leaf := resp.TLS.PeerCertificates[0]
	if err := leaf.VerifyHostname("pod.example"); err != nil {
		t.Error(err)
	}
}
