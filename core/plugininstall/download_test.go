package plugininstall

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

// server serves one plugin, and redirects.
func server(t *testing.T, data []byte) *http.ServeMux {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/"+prefix+"one", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	mux.HandleFunc("/to/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("url"), http.StatusFound)
	})
	mux.HandleFunc("/loop/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	return mux
}

// TestTrustedTLS runs the test below with the server's certificate trusted, as
// a person would with a certificate authority of their own.
func TestTrustedTLS(t *testing.T) {
	s := httptest.NewTLSServer(server(t, program(t, "one", "apple")))
	defer s.Close()
	ca := write(t, filepath.Join(t.TempDir(), "ca.pem"),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	for _, tt := range []struct{ ca, want string }{{ca, "PASS"}, {filepath.Join(t.TempDir(), "none"), "certificate signed by unknown authority"}} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestOverTLS$", "-test.v")
		cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+tt.ca, "SSL_CERT_DIR=/nowhere", "TEST_URL="+s.URL)
		if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), tt.want) {
			t.Errorf("no %s in\n%s", tt.want, out)
		}
	}
}

func TestOverTLS(t *testing.T) {
	base := os.Getenv("TEST_URL")
	if base == "" {
		t.Skip("TestTrustedTLS runs this")
	}
	i, sum := newInstaller(t), sumOf(program(t, "one", "apple"))
	got, err := i.Install(t.Context(), strings.Replace(base, "://", "://me:hunter2@", 1)+"/"+prefix+"one?token=hunter2", sum)
	if err != nil {
		t.Fatal(err)
	}
	if want := base + "/" + prefix + "one"; got[0].Source != want {
		t.Errorf("source %s, want %s", got[0].Source, want)
	}
	_, err = i.Install(t.Context(), base+"/to/"+prefix+"one?url=http://127.0.0.1:1/", sum)
	wantFault(t, err, fault.Failed, "redirected from https to http")
}

func TestInstallFromThisMachine(t *testing.T) {
	data := program(t, "one", "apple")
	s := httptest.NewServer(server(t, data))
	defer s.Close()
	i := newInstaller(t)
	if _, err := i.Install(t.Context(), s.URL+"/to/"+prefix+"one?url=/"+prefix+"one", sumOf(data)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"one": "apple"}, usable(t, i)); d != "" {
		t.Error(d)
	}
}

func TestDownloadRefuses(t *testing.T) {
	data := program(t, "one", "apple")
	s := httptest.NewServer(server(t, data))
	defer s.Close()
	sum, p := sumOf(data), "/"+prefix+"one"
	tests := map[string]struct {
		source, sum string
		code        fault.Code
		want        string
	}{
		"no checksum":          {s.URL + p, "", fault.Usage, "needs --checksum"},
		"another checksum":     {s.URL + p, sumOf(nil), fault.Failed, "has the checksum"},
		"http elsewhere":       {"http://192.0.2.1" + p, sum, fault.Usage, "only https"},
		"another scheme":       {"ftp://192.0.2.1" + p, sum, fault.Usage, "only https"},
		"a file":               {"file:///etc" + p, sum, fault.Usage, "it names no host"},
		"no URL":               {"https://[" + p, sum, fault.Usage, "not a valid URL"},
		"not there":            {s.URL + "/x" + p, sum, fault.Failed, "answered 404 Not Found"},
		"no plugin's name":     {s.URL + "/to/x?url=" + p, sum, fault.Usage, "neither a plugin nor an archive"},
		"nobody answers":       {"http://127.0.0.1:1" + p, sum, fault.Failed, "connection refused"},
		"redirected elsewhere": {s.URL + "/to" + p + "?url=http://192.0.2.1/", sum, fault.Failed, "redirected to http://192.0.2.1/: only https"},
		"redirected to a file": {s.URL + "/to" + p + "?url=file:///etc/passwd", sum, fault.Failed, "redirected to file:///etc/passwd"},
		"redirected for ever":  {s.URL + "/loop" + p, sum, fault.Failed, "more than 5 times"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			i := newInstaller(t)
			secret := strings.Replace(tt.source, "://", "://me:hunter2@", 1)
			if name == "a file" || name == "no URL" {
				secret = tt.source
			}
			_, err := i.Install(t.Context(), secret, tt.sum)
			wantFault(t, err, tt.code, tt.want)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a secret is in %v", err)
			}
			untouched(t, i)
		})
	}
}
