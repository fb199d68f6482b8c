package session

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/test/keystone"
)

func TestKeystonePassword(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	in := "200 " + s.user.Name + " in " + s.user.Project
	s.gets(s.identity(), in)
	s.gets(s.identity("username", "", "user_id", s.user.ID, "user_domain_name", "", "project_name", "", "project_id", s.user.ProjectID), in)
	id := s.identity()
	id.AuthType = "v3password"
	id.Auth["auth_url"] += "/v3"
	s.gets(id, in)
	s.refused(s.identity("password", wrong), fault.Denied, "the user name or the password")
	s.refused(s.identity("username", "nobody"), fault.Denied, "the user name or the password")
	s.refused(s.identity("project_name", "nothing"), fault.Denied, "a project, domain or trust that is not there")
	s.refused(s.identity("user_domain_name", ""), fault.Denied, "something missing or wrong", "domain")
	s.refused(s.identity("project_name", ""), fault.Failed, "the catalog is empty")
	s.refused(s.identity("auth_url", s.server.URL+"/nowhere"), fault.Failed, "no Keystone at "+s.server.URL+"/nowhere")
	id = s.identity()
	id.Service = func(string) (Service, error) { return Service{Types: []string{"no-such-service"}}, nil }
	s.refused(id, fault.Failed, `the catalog of cloud "c" has no rack-scale service`, "identity", "rack-scale")
}

func TestKeystoneScopes(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	member := s.admin.RoleID("member")
	s.admin.Call("PUT", "/v3/domains/default/users/"+s.user.ID+"/roles/"+member, nil)
	s.admin.Call("PUT", "/v3/system/users/"+s.user.ID+"/roles/"+member, nil)
	s.gets(s.identity("project_name", "", "domain_name", "Default"), "200 "+s.user.Name+" in domain Default")
	s.gets(s.identity("project_name", "", "domain_id", "default"), "200 "+s.user.Name+" in domain Default")
	s.gets(s.identity("project_name", "", "system_scope", "all"), "200 "+s.user.Name+" in the system")

	trustor := s.admin.NewUser("member")
	trust := s.server.SignIn(t, trustor).Make("trust", "/v3/OS-TRUST/trusts", keystone.Object{
		"trustor_user_id": trustor.ID, "trustee_user_id": s.user.ID, "project_id": trustor.ProjectID,
		"impersonation": false, "roles": []keystone.Object{{"name": "member"}},
	})
	s.gets(s.identity("project_name", "", "trust_id", trust), "200 "+s.user.Name+" by trust in "+trustor.Project)
	s.refused(s.identity("project_name", "", "trust_id", "nothing"), fault.Denied)
}

func TestKeystoneToken(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	session := s.open(s.identity(), "")
	token, err := session.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := what(token); got != s.user.Name+" in "+s.user.Project || time.Until(token.ExpiresAt) < 50*time.Minute || len(token.Roles) == 0 {
		t.Errorf("%s, %v, %v", got, token.ExpiresAt, token.Roles)
	}
	for _, kind := range []string{"token", "v3token"} {
		id := s.identity("password", "", "username", "", "user_domain_name", "", "token", token.ID)
		id.AuthType = kind
		s.gets(id, "200 "+s.user.Name+" in "+s.user.Project)
	}
	catalog, err := session.Catalog(t.Context())
	if err != nil || len(catalog) < 2 {
		t.Errorf("%v, %v", catalog, err)
	}
	if err := session.Revoke(t.Context(), token.ID); err != nil {
		t.Error(err)
	}
	s.fails(session.Revoke(t.Context(), token.ID), fault.NotFound, "no such token")
	s.fails(session.Revoke(t.Context(), "nonsense"), fault.NotFound, "no such token")
	id := s.identity("password", "", "username", "", "user_domain_name", "", "token", token.ID)
	id.AuthType = "v3token"
	s.refused(id, fault.Denied, "does not accept the token", "expired or been revoked")
}

// A cached token that is revoked is replaced without a word.
func TestKeystoneRevoked(t *testing.T) {
	t.Parallel()
	s, dir := newStage(t, nil), t.TempDir()
	want := "200 " + s.user.Name + " in " + s.user.Project
	ask := func() string {
		t.Helper()
		timing := &Timing{}
		if got, err := s.asks(s.openWith(s.identity(), Options{CacheDir: dir, Timing: timing})); got != want || err != nil {
			t.Errorf("%s, %v", got, err)
		}
		var methods []string
		for _, r := range timing.Requests() {
			methods = append(methods, r.Method)
		}
		return strings.Join(methods, " ")
	}
	steps := []string{ask(), ask()}
	cached := newCache(dir, s.identity()).load()
	if err := s.open(s.identity(), "").Revoke(t.Context(), cached.ID); err != nil {
		t.Fatal(err)
	}
	steps = append(steps, ask(), ask())
	if diff := cmp.Diff([]string{"POST GET", "GET", "GET POST GET", "GET"}, steps); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	session := s.open(s.identity(), dir)
	if err := session.Revoke(t.Context(), newCache(dir, s.identity()).load().ID); err != nil || len(listFiles(t, dir)) > 0 {
		t.Errorf("%v; left: %v", err, listFiles(t, dir))
	}
}

func TestKeystoneExpired(t *testing.T) {
	t.Parallel()
	s := newStage(t, &keystone.Options{Expiration: 2 * time.Second})
	dir := t.TempDir()
	token, err := s.open(s.identity(), dir).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if names := listFiles(t, dir); len(names) > 0 {
		t.Errorf("a token that is about to end is cached: %v", names)
	}
	session := s.open(s.identity(), dir)
	for range 2 {
		if got, err := s.asks(session); !strings.HasPrefix(got, "200") || err != nil {
			t.Errorf("%s, %v", got, err)
		}
		time.Sleep(2 * time.Second)
	}
	id := s.identity("password", "", "username", "", "user_domain_name", "", "token", token.ID)
	id.AuthType = "token"
	s.refused(id, fault.Denied, "does not accept the token")
}

func TestKeystoneApplicationCredential(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	user := s.server.SignIn(t, s.user)
	path := "/v3/users/" + s.user.ID + "/application_credentials"
	id := user.Make("application_credential", path, keystone.Object{"name": "robot", "secret": password})
	robot := func(more ...string) Identity {
		i := s.identity(append([]string{"password", "", "project_name", "", "application_credential_secret", password}, more...)...)
		i.AuthType = "v3applicationcredential"
		return i
	}
	in := "200 " + s.user.Name + " in " + s.user.Project
	s.gets(robot("application_credential_id", id, "username", "", "user_domain_name", ""), in)
	s.gets(robot("application_credential_name", "robot"), in)
	s.refused(robot("application_credential_id", id, "application_credential_secret", wrong), fault.Denied, "does not accept the application credential")

	user.Make("application_credential", path, keystone.Object{"name": "narrow", "secret": password, "access_rules": []keystone.Object{
		{"service": "rack-scale", "method": "GET", "path": "/v1/nodes"},
	}})
	narrow := robot("application_credential_name", "narrow")
	at := plainRequest(t, "GET", s.server.Guarded(t, "rack-scale"), nil).URL
	narrow.Service = func(string) (Service, error) { return Service{Endpoint: at}, nil }
	session := s.open(narrow, t.TempDir())
	resp, err := session.Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/v1/nodes", nil))
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("what the rules allow: %v, %v", resp, err)
	}
	_, err = session.Do(t.Context(), "rack-scale", plainRequest(t, "DELETE", "/v1/nodes/7", nil))
	s.fails(err, fault.Denied, `the application credential "narrow" does not allow DELETE /v1/nodes/7`, "GET /v1/nodes of rack-scale")
}

func TestKeystoneFactors(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	codes := s.admin.NewTOTP(s.user)
	in := "200 " + s.user.Name + " in " + s.user.Project
	totp := s.identity("password", "", "passcode", codes.Passcode())
	totp.AuthType = "v3totp"
	s.gets(totp, in)
	totp.Auth["passcode"] = "000000"
	s.refused(totp, fault.Denied, "the user name or the passcode")

	both := s.identity("passcode", codes.Passcode())
	both.AuthType, both.Methods = "v3multifactor", []string{"v3password", "v3totp"}
	s.gets(both, in)
	both.Auth["passcode"] = "000000"
	s.refused(both, fault.Denied, "one of v3password, v3totp")

	s.admin.Call("PATCH", "/v3/users/"+s.user.ID, keystone.Object{"user": keystone.Object{"options": keystone.Object{
		"multi_factor_auth_enabled": true, "multi_factor_auth_rules": [][]string{{"password", "totp"}},
	}}})
	both.Auth["passcode"] = codes.Passcode()
	s.gets(both, in)
	s.refused(s.identity(), fault.Denied, "Keystone wants more than the password, also the totp", "auth_methods to v3password,v3totp")
	s.gets(s.identity("passcode", codes.Passcode()), in)
	s.refused(s.identity("passcode", "000000"), fault.Denied)
	asked := 0
	prompting := s.openWith(s.identity(), Options{Prompt: func(text string, secret bool) (string, error) {
		asked++
		if text != "TOTP passcode: " || !secret {
			t.Errorf("asked for %q", text)
		}
		return codes.Passcode(), nil
	}})
	if got, err := s.asks(prompting); got != in || err != nil || asked != 1 {
		t.Errorf("%s, %v, asked %d times", got, err, asked)
	}
}

func TestKeystoneDown(t *testing.T) {
	t.Parallel()
	s := newStage(t, &keystone.Options{})
	dir := t.TempDir()
	if _, err := s.asks(s.open(s.identity(), dir)); err != nil {
		t.Fatal(err)
	}
	s.server.Stop()
	if got, err := s.asks(s.open(s.identity(), dir)); !strings.HasPrefix(got, "200") || err != nil {
		t.Errorf("with a cached token: %s, %v", got, err)
	}
	s.refused(s.identity(), fault.Failed, "cannot reach Keystone at "+s.server.URL+": connection refused", "the right auth_url")
}

func TestKeystoneTLS(t *testing.T) {
	t.Parallel()
	a := keystone.NewAuthority(t)
	for _, wants := range []bool{false, true} {
		s := newStage(t, &keystone.Options{TLS: a, ClientCert: wants})
		in := "200 " + s.user.Name + " in " + s.user.Project
		with := func(c TLS) Identity {
			id := s.identity()
			id.TLS = c
			return id
		}
		s.refused(with(TLS{}), fault.Failed, "cannot reach Keystone at "+s.server.URL, "certificate", "cacert")
		full := TLS{CA: a.CA, Cert: a.ClientCert, Key: a.ClientKey}
		s.gets(with(full), in)
		if wants {
			s.refused(with(TLS{CA: a.CA}), fault.Failed, "cannot reach Keystone at "+s.server.URL, "client certificate")
			cert, _ := os.ReadFile(a.ClientCert)
			key, _ := os.ReadFile(a.ClientKey)
			both := filepath.Join(t.TempDir(), "both.pem")
			s.must(os.WriteFile(both, append(cert, key...), 0o600))
			s.gets(with(TLS{CA: a.CA, Cert: both}), in)
			continue
		}
		s.gets(with(TLS{CA: a.CA}), in)
		s.gets(with(TLS{Insecure: true}), in)
	}
}

// What clouds.yaml says comes through.
func TestKeystoneFromCloud(t *testing.T) {
	t.Parallel()
	s, dir := newStage(t, nil), t.TempDir()
	text := fmt.Sprintf(`clouds:
  lab:
    auth: {auth_url: %q, username: %q, project_name: %q, user_domain_id: default, project_domain_id: default}
    region_name: %s
`, s.server.URL, s.user.Name, s.user.Project, s.region)
	s.must(os.WriteFile(filepath.Join(dir, "clouds.yaml"), []byte(text), 0o600))
	asked := 0
	resolve := func(answer string) *cloud.Resolved {
		c, err := cloud.Resolve(cloud.Request{
			Options: map[string]string{"cloud": "lab"}, Dir: dir, Getenv: func(string) string { return "" },
			Prompt: func(string, bool) (string, error) { asked++; return answer, nil },
		})
		s.must(err)
		return c
	}
	cacheDir := t.TempDir()
	session := New(resolve(wrong), Options{CacheDir: cacheDir})
	for want := range 2 { // a wrong password is asked for again
		_, err := s.asks(session)
		s.fails(err, fault.Denied, `cannot sign in to cloud "lab"`)
		if asked != want+1 {
			t.Errorf("asked %d times, want %d", asked, want+1)
		}
	}
	for range 2 {
		got, err := s.asks(New(resolve(s.user.Password), Options{CacheDir: cacheDir}))
		if want := "200 " + s.user.Name + " in " + s.user.Project; got != want || err != nil {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	if asked != 3 {
		t.Errorf("asked %d times, want 3", asked)
	}
	c := resolve("")
	u, err := url.Parse(s.server.URL)
	s.must(err)
	if id := fromCloud(c); id.Cloud != "lab" || id.Auth["auth_url"] != u.String() {
		t.Errorf("%+v", id)
	}
}
