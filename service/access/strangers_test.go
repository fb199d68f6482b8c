package access_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/access"
	"github.com/valence-rsd/valence/test/keystone"
)

// Not everything that answers is a Keystone. None of it lets anybody in or
// calls a token bad, and a redirect does not take the tokens elsewhere.
func TestOthersInKeystonesPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed: %s %s", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	token := w.userToken()
	answers := map[string]http.HandlerFunc{
		"redirect": func(out http.ResponseWriter, r *http.Request) {
			http.Redirect(out, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		},
		"proxy":    http.NotFound,
		"web page": func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte("<html>hello</html>")) },
		"nothing":  func(http.ResponseWriter, *http.Request) {},
		"list":     func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte(`[{"token":{}}]`)) },
		"no user":  func(out http.ResponseWriter, _ *http.Request) { _, _ = out.Write([]byte(`{"token":{}}`)) },
		"wrong types": func(out http.ResponseWriter, _ *http.Request) {
			_, _ = out.Write([]byte(`{"token":{"user":[],"roles":7}}`))
		},
		"broken off":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"quoting error": func(out http.ResponseWriter, r *http.Request) { http.Error(out, r.Header.Get("X-Subject-Token"), 500) },
		"no expiry": func(out http.ResponseWriter, _ *http.Request) {
			_, _ = out.Write([]byte(`{"token":{"user":{"id":"u"},"roles":[{"name":"admin"}]}}`))
		},
	}
	for name, answer := range answers {
		for _, signedIn := range []bool{false, true} {
			broken := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
				if signedIn && r.Method == http.MethodPost {
					w.counter.handler.ServeHTTP(out, r)
				} else {
					answer(out, r)
				}
			}))
			defer broken.Close()
			o := w.options()
			o.AuthURL, o.Retries = broken.URL, -1
			k := w.open(o)
			caller, err := w.ask(k, token)
			if service.CodeOf(err) != service.Unavailable || caller != (service.Caller{}) {
				t.Errorf("%s, signed in %v: %+v, %v", name, signedIn, caller, err)
			}
			if err := k.Check(t.Context()); service.CodeOf(err) != service.Unavailable {
				t.Errorf("%s, signed in %v: Check gave %v", name, signedIn, err)
			}
		}
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	ours, theirs := keystone.NewAuthority(t), keystone.NewAuthority(t)
	server := keystone.Start(t, keystone.Options{TLS: ours, ClientCert: true})
	w := newWorld(t)
	token := w.signIn(w.user, tokens.Scope{ProjectID: w.user.ProjectID})
	for name, c := range map[string]struct {
		change func(*access.KeystoneOptions)
		ok     bool
	}{
		"both":        {func(*access.KeystoneOptions) {}, true},
		"insecure":    {func(o *access.KeystoneOptions) { o.CAFile, o.Insecure = "", true }, true},
		"unknown":     {func(o *access.KeystoneOptions) { o.CAFile = "" }, false},
		"other":       {func(o *access.KeystoneOptions) { o.CAFile = theirs.CA }, false},
		"none of us":  {func(o *access.KeystoneOptions) { o.CertFile, o.KeyFile = "", "" }, false},
		"other of us": {func(o *access.KeystoneOptions) { o.CertFile, o.KeyFile = theirs.ClientCert, theirs.ClientKey }, false},
	} {
		o := w.options()
		o.AuthURL, o.CAFile, o.CertFile, o.KeyFile = server.URL, ours.CA, ours.ClientCert, ours.ClientKey
		o.Retries = -1
		c.change(&o)
		caller, err := w.ask(w.open(o), token)
		if c.ok && (err != nil || caller != w.member()) || !c.ok && service.CodeOf(err) != service.Unavailable {
			t.Errorf("%s: %+v, %v", name, caller, err)
		}
	}
}
