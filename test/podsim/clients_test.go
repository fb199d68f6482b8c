// Package podsim_test lets other people's Redfish clients use the simulated pod: what they cannot read, no client of
// Valence's should have to.
package podsim_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/podsim"
)

// debianPython is the one that sees Debian's packages; another python3 may come first in PATH.
const debianPython = "/usr/bin/python3"

// served is a pod, and what a client needs to trust it.
type served struct {
	*podsim.Server
	dialect string
	caFile  string // empty without TLS
}

// onEachPod runs a test against each dialect, over plain HTTP and over TLS. The flavours of DMTF's are left out: they
// are meant to bend the standard that these clients go by, and begin without a system.
func onEachPod(t *testing.T, run func(t *testing.T, pod served)) {
	for _, dialect := range podsim.Dialects() {
		if strings.HasPrefix(dialect, "dmtf-") {
			continue
		}
		for _, scheme := range []string{"http", "https"} {
			t.Run(dialect+" "+scheme, func(t *testing.T) {
				t.Parallel()
				run(t, serve(t, dialect, scheme == "https"))
			})
		}
	}
}

func serve(t *testing.T, dialect string, secure bool) served {
	t.Helper()
	pod, err := podsim.Start(podsim.Options{Dialect: dialect, TLS: secure})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pod.Close(); err != nil {
			t.Errorf("closing the pod: %v", err)
		}
	})
	s := served{Server: pod, dialect: dialect}
	if secure {
		s.caFile = filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(s.caFile, pod.CA(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// httpClient trusts the pod and nobody else.
func (s served) httpClient(t *testing.T) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CA())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// run runs a client, which trusts the pod's authority, and returns what it prints.
func (s served) run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	// A proxy of this machine is none of the pod's.
	cmd.Env = append(os.Environ(), "REQUESTS_CA_BUNDLE="+s.caFile, "NO_PROXY=*")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes()
}

// counts are what the collections of the pod hold.
func (s served) counts(t *testing.T) map[string]float64 {
	t.Helper()
	counts := map[string]float64{}
	for _, name := range []string{"Systems", "Chassis", "Managers"} {
		req, err := http.NewRequest("GET", s.URL+"/redfish/v1/"+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("admin", "admin")
		resp, err := s.httpClient(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			Count float64 `json:"Members@odata.count"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.Count == 0 {
			t.Fatalf("%s: %d members, error %v", name, int(body.Count), err)
		}
		resp.Body.Close()
		counts[name] = body.Count
	}
	return counts
}

func TestRedfishtool(t *testing.T) {
	if _, err := exec.LookPath("redfishtool"); err != nil {
		t.Skip("redfishtool is not installed: scripts/needs-redfish-clients.sh does")
	}
	onEachPod(t, func(t *testing.T, pod served) {
		secure := "Never"
		if pod.caFile != "" {
			secure = "Always"
		}
		counts := pod.counts(t)
		_, host, _ := strings.Cut(pod.URL, "://")
		for _, collection := range []string{"Systems", "Chassis"} {
			out := pod.run(t, "redfishtool", "-r", host, "-u", "admin", "-p", "admin", "-S", secure, collection, "list")
			if listed := bytes.Count(out, []byte(`"@odata.id"`)); float64(listed) != counts[collection] {
				t.Errorf("it lists %d %s, want %g\n%s", listed, collection, counts[collection], out)
			}
		}
	})
}

func TestSushy(t *testing.T) {
	if out, err := exec.Command(debianPython, "-c", "import sushy").CombinedOutput(); err != nil {
		t.Skipf("python3-sushy is not installed, scripts/needs-redfish-clients.sh does: %s", out)
	}
	onEachPod(t, func(t *testing.T, pod served) {
		counts := pod.counts(t)
		var seen map[string]any
		if err := json.Unmarshal(pod.run(t, debianPython, filepath.Join("testdata", "use_sushy.py"), pod.URL), &seen); err != nil {
			t.Fatal(err)
		}
		uuid, _ := seen["uuid"].(string)
		if len(uuid) != 36 {
			t.Errorf("UUID %q", uuid)
		}
		delete(seen, "uuid")
		want := map[string]any{
			"systems": counts["Systems"], "chassis": counts["Chassis"], "managers": counts["Managers"],
			"power": "Off", "cores": 8.0, "memory": 16.0, "macs": 2.0,
			"boot": []any{"Pxe", "Once"}, "power after": "On",
		}
		if pod.dialect == "dmtf" { // its first system is of another kind
			want["cores"], want["memory"] = 24.0, 128.0
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("sushy saw (-want +got):\n%s", diff)
		}
	})
}
