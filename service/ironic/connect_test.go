package ironic

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/service"
	harness "github.com/valence-rsd/valence/test/ironic"
	"github.com/valence-rsd/valence/test/keystone"
)

// comesAndGoes registers a node and removes it again.
func (w *world) comesAndGoes() {
	w.t.Helper()
	e := enrolment(newMACs(1)...)
	w.register(e)
	w.succeeds(w.Register(w.t.Context(), e))
	w.succeeds(w.Deregister(w.t.Context(), e.Node.UUID))
}

func TestHTTPBasic(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.Options{HTTPBasic: true})
	newWorldWith(t, Options{Endpoint: s.URL, Username: harness.Username, Password: harness.Password}).comesAndGoes()

	w := newWorldWith(t, Options{Endpoint: s.URL, Username: harness.Username, Password: "A-wrong-password"})
	w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "does not take our credentials")
	w.fails(w.Deregister(t.Context(), uuid.NewString()), service.Unavailable, "does not take our credentials")
}

// TestKeystone signs in to the real Keystone, for a real Ironic that asks it
// about the token.
func TestKeystone(t *testing.T) {
	t.Parallel()
	cloud := keystone.Shared(t)
	s := harness.Start(t, harness.Options{Keystone: cloud})
	admin := cloud.Admin(t)
	region := admin.NewRegion()
	admin.AddService("baremetal", region, map[string]string{"public": "http://127.0.0.1:1", "internal": s.URL + "/v1"})
	options := Options{
		AuthURL: cloud.URL, Username: "admin", Password: keystone.AdminPassword, Project: "admin",
		Region: region, Interface: "internal",
	}

	t.Run("from the catalog", func(t *testing.T) {
		newWorldWith(t, options).comesAndGoes()
	})
	t.Run("for the system", func(t *testing.T) {
		o := options
		o.AuthURL, o.Project = cloud.URL+"/v3/", ""
		newWorldWith(t, o).comesAndGoes()
	})
	t.Run("with an endpoint", func(t *testing.T) {
		o := options
		o.Region, o.Interface, o.Endpoint = "", "", s.URL
		newWorldWith(t, o).comesAndGoes()
	})
	t.Run("the public interface", func(t *testing.T) {
		o := options
		o.Interface = ""
		w := newWorldWith(t, o)
		w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "127.0.0.1:1")
	})
	t.Run("an unknown region", func(t *testing.T) {
		o := options
		o.Region = "nowhere"
		w := newWorldWith(t, o)
		w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "no baremetal endpoint", "internal", `"nowhere"`)
	})
	t.Run("a wrong password", func(t *testing.T) {
		o := options
		o.Password = "A-wrong-password"
		w := newWorldWith(t, o)
		w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "Keystone", "does not take our credentials")
		w.o.Password = keystone.AdminPassword // a sign-in that failed is not kept
		w.comesAndGoes()
	})
	t.Run("without rights", func(t *testing.T) {
		u := admin.NewUser("reader")
		o := options
		o.Username, o.Password, o.Project = u.Name, u.Password, u.Project
		w := newWorldWith(t, o)
		w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "does not take our credentials")
	})
	t.Run("a token that is over", func(t *testing.T) {
		w := newWorldWith(t, options)
		w.comesAndGoes()
		first := w.client.Token()
		identity := &gophercloud.ServiceClient{
			ProviderClient: &gophercloud.ProviderClient{TokenID: admin.Token}, Endpoint: cloud.URL + "/v3/",
		}
		w.succeeds(tokens.Revoke(t.Context(), identity, first).Err)
		w.comesAndGoes()
		if w.client.Token() == first {
			t.Error("it did not sign in again")
		}
	})
	t.Run("Keystone gone", func(t *testing.T) {
		gone := keystone.Start(t, keystone.Options{})
		o := options
		o.AuthURL, o.Endpoint = gone.URL, s.URL
		w := newWorldWith(t, o)
		w.comesAndGoes()
		gone.Stop()
		w.client.SetToken("one-that-is-not-good")
		w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "signing in to Keystone again", "Keystone cannot be reached")
	})
}

// behindTLS serves the shared Ironic with a certificate, which it gives too.
func behindTLS(t *testing.T) (address, caFile string) {
	t.Helper()
	to, err := url.Parse(harness.Shared(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(to))
	t.Cleanup(s.Close)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(caFile, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return s.URL, caFile
}

func TestTLS(t *testing.T) {
	t.Parallel()
	address, caFile := behindTLS(t)
	for name, o := range map[string]Options{
		"its authority": {Endpoint: address, CAFile: caFile},
		"any":           {Endpoint: address, Insecure: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldWith(t, o)
			e := enrolment()
			w.register(e)
			w.succeeds(w.Deregister(t.Context(), e.Node.UUID))
		})
	}
	w := newWorldWith(t, Options{Endpoint: address})
	w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "certificate of Ironic cannot be verified")
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	a := keystone.NewAuthority(t)
	cloud := keystone.Start(t, keystone.Options{TLS: a, ClientCert: true})
	o := Options{
		AuthURL: cloud.URL, Username: "admin", Password: keystone.AdminPassword, Project: "admin",
		Endpoint: harness.Shared(t).URL, CAFile: a.CA,
	}
	w := newWorldWith(t, o)
	w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "signing in to Keystone")
	o.CertFile, o.KeyFile = a.ClientCert, a.ClientKey
	newWorldWith(t, o).comesAndGoes()
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	junk := filepath.Join(t.TempDir(), "junk")
	if err := os.WriteFile(junk, []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	const url = "http://ironic.example:6385"
	for want, o := range map[string]Options{
		"auth_url and endpoint_override are empty": {},
		"option endpoint_override is not a URL":    {Endpoint: "ironic.example:6385"},
		"option endpoint_override has a user":      {Endpoint: "http://me:A-secret@ironic.example", Password: "A-secret"},
		"option auth_url is not a URL":             {AuthURL: "ftp://keystone", Username: "u", Password: podPassword},
		"option username is empty":                 {AuthURL: url, Password: podPassword},
		"option password is empty":                 {Endpoint: url, Username: "u"},
		`option interface is "any"`:                {Endpoint: url, Interface: "any"},
		"certfile and keyfile is given":            {Endpoint: url, CertFile: junk},
		"options certfile and keyfile":             {Endpoint: url, CertFile: junk, KeyFile: junk},
		"option cafile: open":                      {Endpoint: url, CAFile: junk + "-missing"},
		"option cafile: there is no certificate":   {Endpoint: url, CAFile: junk},
		"option timeout is -1s":                    {Endpoint: url, Timeout: -time.Second},
	} {
		_, err := New(o)
		w := world{t: t, Provisioner: &Provisioner{o: o}}
		if err == nil {
			t.Errorf("no error; want one with %q", want)
			continue
		}
		w.contains(err.Error(), want)
		w.hides(err.Error())
	}
}

// A redirect would carry the token to whoever it leads to.
func TestRedirect(t *testing.T) {
	t.Parallel()
	var asked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Store(true) }))
	defer other.Close()
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer s.Close()
	w := newWorldWith(t, Options{Endpoint: s.URL})
	w.fails(w.Register(t.Context(), enrolment()), service.Unavailable, "HTTP 302, a redirect")
	if asked.Load() {
		t.Error("it was followed")
	}
}
