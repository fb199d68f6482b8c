package test

import (
	"bytes"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/keystone"
	"github.com/valence-rsd/valence/test/stack"
)

// Where the lab's Keystone and its Valence are, for those that go through its
// proxy: pages are to have names in them, and https.
const (
	labKeystone = "keystone.example.com:5000"
	labValence  = "valence.example.com:8181"
)

// lab is a cloud with a real Keystone and a service that asks it, beside what
// simulated has. The user ann may do what a member may.
func lab(t *testing.T, home string) []string {
	t.Helper()
	server := keystone.Shared(t)
	admin := server.Admin(t)
	web := admin.Make("project", "/v3/projects", keystone.Object{"name": "web", "domain_id": "default"})
	ann := admin.Make("user", "/v3/users", keystone.Object{"name": "ann", "password": "three-blind-mice", "domain_id": "default"})
	admin.Call("PUT", "/v3/projects/"+web+"/users/"+ann+"/roles/"+admin.RoleID("member"), nil)
	region := admin.Make("region", "/v3/regions", keystone.Object{"id": "lab"})
	admin.AddService("identity", region, map[string]string{"public": "https://" + labKeystone + "/v3"})
	admin.AddService("rack-scale", region, map[string]string{"public": "https://" + labValence})
	front := newFront(t, map[string]string{labKeystone: server.URL, labValence: keystoned(t, server, admin).URL})
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(home, "lab-ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	env := slices.DeleteFunc(simulated(t, home), func(s string) bool { return strings.HasPrefix(s, "VALENCE_URL=") })
	return append(env, "HTTPS_PROXY="+newProxy(t, front.Listener.Addr().String()).URL)
}

// keystoned is a service that asks Keystone who its callers are.
func keystoned(t *testing.T, server *keystone.Server, admin *keystone.Client) *stack.Stack {
	t.Helper()
	account := admin.NewUser("admin")
	return stack.New(t, append(stack.WithKeystone(server.URL, account.Name, account.Password, account.Project),
		"KEYSTONE_AUTHTOKEN_WWW_AUTHENTICATE_URI=https://"+labKeystone+"/v3")...)
}

// newFront ends the https of several servers, which it tells apart by their
// names. Links in their answers keep to it.
func newFront(t *testing.T, servers map[string]string) *httptest.Server {
	t.Helper()
	front := httptest.NewTLSServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			target, err := url.Parse(servers[r.In.Host])
			if err == nil {
				r.SetURL(target)
			}
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			text, err := io.ReadAll(r.Body)
			text = bytes.ReplaceAll(text, []byte("http://"+r.Request.Host), []byte("https://"+r.Request.Host))
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
			r.Header.Set("Content-Length", strconv.Itoa(len(text)))
			return err
		},
	})
	t.Cleanup(front.Close)
	return front
}

// newProxy is a proxy for https that leads everybody to one address.
func newProxy(t *testing.T, address string) *httptest.Server {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		target, err := net.Dial("tcp", address)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer func() { _ = target.Close() }()
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = client.Close() }()
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(target, client) }()
		_, _ = io.Copy(client, target)
	}))
	t.Cleanup(proxy.Close)
	return proxy
}
