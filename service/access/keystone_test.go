package access_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/access"
	"github.com/valence-rsd/valence/test/keystone"
)

func TestRolesInAProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	w.admin.Make("role", "/v3/roles", keystone.Object{"name": "observer"})
	for want, names := range map[service.Role][]string{
		service.NoRole: {"observer"},
		service.Reader: {"reader"},
		service.Member: {"reader", "member", "observer"},
		service.Admin:  {"admin"},
	} {
		u := w.newUser(names...)
		w.letsIn(k, w.signIn(u, tokens.Scope{ProjectID: u.ProjectID}),
			service.Caller{UserID: u.ID, ProjectID: u.ProjectID, Role: want})
	}
}

func TestRolesByOtherNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.admin.Make("role", "/v3/roles", keystone.Object{"name": "Rack-Keeper"})
	o := w.options()
	o.AdminRoles = []string{"nobody", "rack-keeper"}
	o.MemberRoles = []string{"Reader"}
	o.ReaderRoles = []string{"reader"}
	k := w.open(o)
	for name, want := range map[string]service.Role{
		"Rack-Keeper": service.Admin,
		"reader":      service.Member, // the higher of both
		"member":      service.Member, // it implies reader
	} {
		u := w.newUser(name)
		w.letsIn(k, w.signIn(u, tokens.Scope{ProjectID: u.ProjectID}),
			service.Caller{UserID: u.ID, ProjectID: u.ProjectID, Role: want})
	}
}

func TestOtherScopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	for name, role := range map[string]service.Role{"reader": service.Reader, "member": service.Member, "admin": service.Admin} {
		u := w.newUser("admin") // in its project, which must not matter here
		id := w.admin.RoleID(name)
		w.admin.Call("PUT", "/v3/system/users/"+u.ID+"/roles/"+id, nil)
		w.admin.Call("PUT", "/v3/domains/default/users/"+u.ID+"/roles/"+id, nil)
		w.letsIn(k, w.signIn(u, tokens.Scope{System: true}), service.Caller{UserID: u.ID, Role: role, System: true})
		w.letsIn(k, w.signIn(u, tokens.Scope{DomainID: "default"}), service.Caller{UserID: u.ID, Role: role})
		w.letsIn(k, w.signIn(u, tokens.Scope{}), service.Caller{UserID: u.ID, Role: service.NoRole})
	}
}

func TestApplicationCredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	id := w.applicationCredential(w.user, keystone.Object{"roles": []keystone.Object{{"name": "reader"}}})
	w.letsIn(k, w.token(w.server.URL, id), service.Caller{
		UserID: w.user.ID, ProjectID: w.user.ProjectID, Role: service.Reader,
	})
}

// The rules of an application credential name a type of service and paths.
// Nothing here can judge them, so that Keystone keeps such a token to itself.
func TestAccessRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	rule := keystone.Object{"service": "rack-scale", "method": "GET", "path": "/v1/nodes"}
	id := w.applicationCredential(w.user, keystone.Object{"access_rules": []keystone.Object{rule}})
	w.refuses(k, service.Unauthorized, w.token(w.server.URL, id))
}

// applicationCredential makes one for a user and gives what it signs in with.
func (w *world) applicationCredential(u keystone.User, fields keystone.Object) tokens.AuthOptions {
	w.Helper()
	secret := w.secret("Secret-of-" + u.ID)
	fields["name"], fields["secret"] = "ac-of-"+u.Name, secret
	id := w.server.SignIn(w, u).Make("application_credential", "/v3/users/"+u.ID+"/application_credentials", fields)
	return tokens.AuthOptions{ApplicationCredentialID: id, ApplicationCredentialSecret: secret}
}

func TestMalformedTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	_, err := w.ask(k)
	w.fails(err, service.Unauthorized, "no X-Auth-Token header")
	_, err = w.ask(k, "")
	w.fails(err, service.Unauthorized, "no X-Auth-Token header")
	good := w.userToken()
	_, err = w.ask(k, good, good)
	w.fails(err, service.Unauthorized, "malformed")
	for _, token := range []string{
		good + "\n", "a b", "a\tb", "a\x00b", "tök€n", "\x7f", strings.Repeat("a", 2049), strings.Repeat("a", 1<<20),
	} {
		w.refuses(k, service.Unauthorized, token, "malformed", "2048")
	}
	w.counted(0, 0)
}

// Keystone must not be brought out of step by what callers make up.
func TestUnknownTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	good := w.userToken()
	for _, token := range []string{
		"x", "not-a-token-at-all", good + "x", good[:len(good)-4] + "AAAA", strings.ToLower(good), "gAAAAA", "%s%n%00", "../../v3/users",
		`{"token":1}`, "eyJhbGciOiJub25lIn0.e30.", "'\";--", strings.Repeat("=", 100), strings.Repeat("A", 255), strings.Repeat("g", 2048),
	} {
		w.refuses(k, service.Unauthorized, token, "unknown, expired or revoked")
	}
	w.letsIn(k, good, w.member())
}

// member is the caller that the world's user is.
func (w *world) member() service.Caller {
	return service.Caller{UserID: w.user.ID, ProjectID: w.user.ProjectID, Role: service.Member}
}

func TestDisabledUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	token := w.userToken()
	w.admin.Call("PATCH", "/v3/users/"+w.user.ID, keystone.Object{"user": keystone.Object{"enabled": false}})
	w.refuses(k, service.Unauthorized, token)
}

func TestDisabledProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	token := w.userToken()
	w.admin.Call("PATCH", "/v3/projects/"+w.user.ProjectID, keystone.Object{"project": keystone.Object{"enabled": false}})
	w.refuses(k, service.Unauthorized, token)
}

func TestRevokedToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.options()
	o.CacheTTL = 1500 * time.Millisecond
	k := w.open(o)
	token := w.userToken()
	began := time.Now()
	w.letsIn(k, token, w.member())
	answered := time.Now()
	w.revoke(token)
	if time.Since(began) < o.CacheTTL {
		w.letsIn(k, token, w.member()) // the cache's stated time is not over
	}
	for time.Since(answered) <= o.CacheTTL {
		_, _ = w.ask(k, token) // being used does not make it live longer
		time.Sleep(10 * time.Millisecond)
	}
	w.refuses(k, service.Unauthorized, token, "revoked")
}

func TestWithoutACache(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.options()
	o.CacheTTL = -1
	k := w.open(o)
	token := w.userToken()
	w.letsIn(k, token, w.member())
	w.letsIn(k, token, w.member())
	w.revoke(token)
	w.refuses(k, service.Unauthorized, token)
	w.refuses(k, service.Unauthorized, token)
	w.counted(1, 4)
}

// Keystone is gone when the token runs out, so that only its expiry ends it.
func TestCachedNoLongerThanTheTokenLives(t *testing.T) {
	t.Parallel()
	short := keystone.Start(t, keystone.Options{Expiration: 8 * time.Second})
	w := newWorldAt(t, short)
	o := w.options()
	o.Retries = -1
	k := w.open(o)
	if err := k.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	token := w.userToken()
	expires := time.Now().Add(8 * time.Second)
	w.letsIn(k, token, w.member())
	short.Stop()
	w.letsIn(k, token, w.member())
	time.Sleep(time.Until(expires) + 50*time.Millisecond)
	w.refuses(k, service.Unavailable, token)
}

func TestExpiredToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	short := keystone.Start(t, keystone.Options{Expiration: time.Second})
	token := w.token(short.URL, tokens.AuthOptions{
		UserID: w.user.ID, Password: w.user.Password, Scope: tokens.Scope{ProjectID: w.user.ProjectID},
	})
	time.Sleep(1100 * time.Millisecond)
	w.refuses(k, service.Unauthorized, token, "expired")
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	o := access.KeystoneOptions{
		AuthURL: "http://127.0.0.1:5000", UserID: "u", Password: "p", ProjectID: "x",
	}
	for uri, want := range map[string]string{
		"":                            `Keystone uri="http://127.0.0.1:5000"`,
		"https://keystone.example/v3": `Keystone uri="https://keystone.example/v3"`,
	} {
		o.WWWAuthenticateURI = uri
		k, err := access.NewKeystone(o)
		if err != nil {
			t.Fatal(err)
		}
		if got := k.Challenge(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func BenchmarkCachedToken(b *testing.B) {
	w := newWorld(b)
	k := w.open(w.options())
	r := httptest.NewRequest("GET", "/v1/nodes", nil)
	r.Header.Set("X-Auth-Token", w.userToken())
	if _, err := k.Caller(r); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Caller(r); err != nil {
			b.Fatal(err)
		}
	}
	w.counted(1, 1)
}
