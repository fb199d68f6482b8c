package contract_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/stack"
)

// With Keystone, whoever brings no token is told where to get one; while
// Keystone does not answer, nobody is let in. What each role may do is tested
// where there is a real Keystone.
func TestAccess(t *testing.T) {
	t.Parallel()
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	keystone := "http://" + unused.Addr().String()
	if err := unused.Close(); err != nil {
		t.Fatal(err)
	}
	spec := newWorld(t).spec
	settings := append(stack.WithKeystone(keystone, "valence", "secret", "service"), "KEYSTONE_AUTHTOKEN_HTTP_REQUEST_MAX_RETRIES=0")
	w := &world{Stack: stack.New(t, settings...), spec: spec}
	for _, op := range spec.operations() {
		if op.open() {
			continue
		}
		refused := w.call(t, op.String(), w.body(t, op)).want(t, http.StatusUnauthorized)
		if challenge := refused.header.Get("WWW-Authenticate"); !strings.Contains(challenge, keystone) {
			t.Errorf("%s: WWW-Authenticate is %q", op, challenge)
		}
		unsure := w.call(t, op.String(), w.body(t, op), "X-Auth-Token", "canary-token").want(t, http.StatusServiceUnavailable)
		if strings.Contains(unsure.body, "canary") {
			t.Errorf("%s repeats the token: %s", op, unsure.body)
		}
	}
	w.call(t, "GET /healthz", "").want(t, 200)
	w.call(t, "GET /readyz", "").want(t, http.StatusServiceUnavailable)
	w.call(t, "GET /v1", "").want(t, 200)
}
