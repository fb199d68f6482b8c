package access_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/access"
	"github.com/valence-rsd/valence/test/keystone"
)

// world is a real Keystone behind a counter, an account for the service, and a
// user. Everything that is logged or said to callers is kept: when the test
// ends no secret may be in it.
type world struct {
	testing.TB
	server  *keystone.Server
	admin   *keystone.Client
	counter *counter
	account keystone.User // with the role that lets it ask about tokens
	user    keystone.User // with the role member

	mu      sync.Mutex
	said    bytes.Buffer
	secrets []string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldAt(t, keystone.Shared(t))
}

func newWorldAt(t testing.TB, server *keystone.Server) *world {
	t.Helper()
	shared := keystone.Shared(t)
	w := &world{TB: t, server: server, admin: shared.Admin(t), counter: newCounter(t, server.URL)}
	w.account = keystone.User{Name: "admin", Password: w.secret(keystone.AdminPassword), Project: "admin"}
	w.user = w.newUser("member")
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, secret := range append(w.secrets, w.counter.seen()...) {
			if strings.Contains(w.said.String(), secret) {
				t.Errorf("the secret %s was told:\n%s", secret, &w.said)
			}
		}
	})
	return w
}

// Write makes the world a place for logs.
func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.Write(p)
}

// log is all that was logged and told so far.
func (w *world) log() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.String()
}

func (w *world) secret(s string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secrets = append(w.secrets, s)
	return s
}

func (w *world) newUser(roles ...string) keystone.User {
	u := w.admin.NewUser(roles...)
	w.secret(u.Password)
	return u
}

// options are those of the service's account at the counted Keystone. They are
// patient: all tests share one process of Keystone's.
func (w *world) options() access.KeystoneOptions {
	return access.KeystoneOptions{
		AuthURL:  w.counter.url,
		Username: w.account.Name, UserDomainName: "Default", Password: w.account.Password,
		ProjectName: w.account.Project, ProjectDomainName: "Default",
		HTTPTimeout: time.Minute,
		Logger:      slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (w *world) open(o access.KeystoneOptions) *access.Keystone {
	w.Helper()
	k, err := access.NewKeystone(o)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = k.Close() })
	return k
}

// signIn gives a token of the user, for what the scope says.
func (w *world) signIn(u keystone.User, scope tokens.Scope) string {
	w.Helper()
	return w.token(w.server.URL, tokens.AuthOptions{UserID: u.ID, Password: u.Password, Scope: scope})
}

func (w *world) token(keystoneURL string, o tokens.AuthOptions) string {
	w.Helper()
	client := &gophercloud.ServiceClient{ProviderClient: &gophercloud.ProviderClient{}, Endpoint: keystoneURL + "/v3/"}
	token, err := tokens.Create(w.Context(), client, &o).ExtractTokenID()
	if err != nil {
		w.Fatal(err)
	}
	return w.secret(token)
}

// userToken is one of the user's, for its project.
func (w *world) userToken() string {
	w.Helper()
	return w.signIn(w.user, tokens.Scope{ProjectID: w.user.ProjectID})
}

func (w *world) revoke(token string) {
	w.Helper()
	client := &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{TokenID: w.admin.Token}, Endpoint: w.server.URL + "/v3/",
	}
	if err := tokens.Revoke(w.Context(), client, token).Err; err != nil {
		w.Fatal(err)
	}
}

// ask is one request with a token.
func (w *world) ask(k *access.Keystone, values ...string) (service.Caller, error) {
	return w.askIn(w.Context(), k, values...)
}

func (w *world) askIn(ctx context.Context, k *access.Keystone, values ...string) (service.Caller, error) {
	r := httptest.NewRequestWithContext(ctx, "GET", "/v1/nodes", nil)
	for _, value := range values {
		r.Header.Add("X-Auth-Token", value)
	}
	caller, err := k.Caller(r)
	if err != nil {
		_, _ = w.Write([]byte(err.Error() + "\n"))
	}
	return caller, err
}

func (w *world) letsIn(k *access.Keystone, token string, want service.Caller) {
	w.Helper()
	if got, err := w.ask(k, token); got != want || err != nil {
		w.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

// refuses wants an error with a code whose text has all of parts in it.
func (w *world) refuses(k *access.Keystone, code service.Code, token string, parts ...string) {
	w.Helper()
	caller, err := w.ask(k, token)
	w.fails(err, code, parts...)
	if caller != (service.Caller{}) {
		w.Errorf("%+v was let in", caller)
	}
}

func (w *world) fails(err error, code service.Code, parts ...string) {
	w.Helper()
	if err == nil || service.CodeOf(err) != code {
		w.Errorf("got %v (%s); want %s", err, service.CodeOf(err), code)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			w.Errorf("%q does not say %q", err, part)
		}
	}
}

// until waits for something that takes at most a moment.
func (w *world) until(what string, limit time.Duration, ok func() bool) {
	w.Helper()
	for end := time.Now().Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("after %v still not: %s", limit, what)
		}
	}
}

func (w *world) counted(signIns, asked int) {
	w.Helper()
	if s, a := w.counter.counts(); s != signIns || a != asked {
		w.Errorf("the service signed in %d times and asked %d times; want %d and %d", s, a, signIns, asked)
	}
}
