package doctor

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const member = `[{"name": "member"}, {"name": "reader"}]`

func TestWell(t *testing.T) {
	t.Parallel()
	k, _ := keystone(t, serve(t, service()).URL, member)
	c := examine(t, patientOf(t, signingIn(k.URL, secret)))
	want := `cloud: ok
secrets: ok
token cache: skipped
manifest cache: skipped
plugins: ok
keystone: ok
keystone tls: skipped
keystone clock: ok
sign-in: ok
catalog: ok
service: ok
service tls: skipped
service clock: ok
ready: ok
access: ok
pod managers: ok
pod manager pod: ok
`
	if got := c.states(); got != want {
		t.Errorf("%s, want\n%s\n%v", got, want, c.findings)
	}
	c.is("keystone", OK, "/v3 has the Identity API v3.14")
	c.is("sign-in", OK, "as ann in project p, with the roles member, reader, until 20")
	c.is("catalog", OK, "rack-scale is at http://127.0.0.1:")
	c.is("cloud", OK, `cloud "c", region "R1", auth_type password, from --os-cloud, /`)
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	k, _ := keystone(t, serve(t, service()).URL, member)
	c := examine(t, patientOf(t, signingIn(k.URL, "wrong")))
	c.is("keystone", OK)
	c.is("sign-in", Failed, `cannot sign in to cloud "c"`, "check username, password")
	for _, name := range []string{"catalog", "service", "service tls", "service clock", "ready", "access", "pod managers"} {
		c.is(name, Skipped, "because the check sign-in failed")
	}
}

// TestServiceWithoutSignIn: where the cloud says where the service is, it is looked
// at even when nobody can sign in.
func TestServiceWithoutSignIn(t *testing.T) {
	t.Parallel()
	s := serve(t, service())
	k, _ := keystone(t, s.URL, member)
	c := examine(t, patientOf(t, signingIn(k.URL, "wrong")+"\nrack_scale_endpoint_override: "+s.URL))
	c.is("sign-in", Failed)
	c.is("service", OK)
	c.is("ready", OK, "store ok")
	c.is("access", Skipped, "because the check sign-in failed")
}

func TestNoRole(t *testing.T) {
	t.Parallel()
	k, _ := keystone(t, serve(t, service()).URL, `[]`)
	c := examine(t, patientOf(t, signingIn(k.URL, secret)))
	c.is("sign-in", Warning, "without any role", "have a role given")
	c.is("access", OK)
}

func TestNotInTheCatalog(t *testing.T) {
	t.Parallel()
	k, _ := keystone(t, serve(t, service()).URL, member)
	c := examine(t, patientOf(t, signingIn(k.URL, secret)+"\nrack_scale_region_name: R2"))
	c.is("catalog", Failed, "no rack-scale service in region R2", "it is in R1")
	c.is("service", Skipped, "because the check catalog failed")
}

func TestNoKeystone(t *testing.T) {
	t.Parallel()
	k, a := keystone(t, "http://nobody", member)
	a["/v3"] = says(http.StatusOK, `{"version": {"id": "v2.0"}}`)
	c := examine(t, patientOf(t, signingIn(k.URL, secret)))
	c.is("keystone", Failed, "offers no version 3 of the Identity API", "check auth_url")
	c.is("sign-in", Skipped, "because the check keystone failed")
	c = examine(t, patientOf(t, signingIn("http://user:"+secret+"@127.0.0.1", secret)))
	c.is("keystone", Failed, "auth_url is not a URL of host and path")
}

// TestVersionsWithoutAPath: an auth_url without a version is asked what there is.
func TestVersionsWithoutAPath(t *testing.T) {
	t.Parallel()
	k, a := keystone(t, serve(t, service()).URL, member)
	a["/"] = says(http.StatusMultipleChoices, `{"versions": {"values": [{"id": "v3.14"}, {"id": "v2.0"}]}}`)
	p := patientOf(t, signingIn(k.URL, secret))
	p.Cloud.Options["auth_url"] = k.URL
	examine(t, p).is("keystone", OK, "v3.14, v2.0")
}

// TestSilence: somebody who takes a connection and says nothing is given up.
func TestSilence(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for path, check := range map[string]string{"/v3": "keystone", "/v3/auth/tokens": "sign-in", "/": "service", "/readyz": "ready", "/v1/nodes": "access"} {
		s := service()
		k, a := keystone(t, serve(t, s).URL, member)
		for _, all := range []answers{a, s} {
			if all[path] != nil {
				all[path] = silence
			}
		}
		p := patientOf(t, signingIn(k.URL, secret))
		wg.Go(func() { // all at once, for each takes as long as the doctor is patient
			begin := time.Now()
			examine(t, p).is(check, Failed, "service does not answer within 5s", "no firewall or proxy")
			if took := time.Since(begin); took > 2*patience {
				t.Errorf("%s took %s", check, took)
			}
		})
	}
	wg.Wait()
}

func silence(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // else the end of the connection is not noticed
	<-r.Context().Done()
}

// TestNothingIsHidden: nothing is tried again, and no token is taken from the cache
// or put into it.
func TestNothingIsHidden(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	a := service()
	a["/v1/nodes"] = func(w http.ResponseWriter, _ *http.Request) {
		tries.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	k, _ := keystone(t, serve(t, a).URL, member)
	p := patientOf(t, signingIn(k.URL, secret))
	p.Session.CacheDir = filepath.Join(t.TempDir(), "tokens")
	examine(t, p).is("access", Failed, "503 Service Unavailable")
	if tries.Load() != 1 {
		t.Errorf("%d tries", tries.Load())
	}
	if _, err := os.Stat(p.Session.CacheDir); err == nil {
		t.Error("a token was cached")
	}
}

// TestStrangeKeystone: nobody signs in at a Keystone whose certificate is not good.
func TestStrangeKeystone(t *testing.T) {
	t.Parallel()
	k, a := keystone(t, "http://nobody", member)
	k.Close()
	asked := false
	a["/v3/auth/tokens"] = func(http.ResponseWriter, *http.Request) { asked = true }
	safe := httptest.NewTLSServer(a)
	t.Cleanup(safe.Close)
	c := examine(t, patientOf(t, signingIn(safe.URL, secret)))
	c.is("keystone", OK)
	c.is("keystone tls", Failed, "is not known here")
	c.is("sign-in", Skipped, "because the check keystone tls failed")
	if asked {
		t.Error("it was asked for a token")
	}
}
