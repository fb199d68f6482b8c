package drivertest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
)

// testMissingProperties takes away everything that is not essential, once by
// making it null and once by leaving it out.
func testMissingProperties(t *testing.T, d *desk) {
	ref := d.assemble(t)
	whole, err := d.pod.Machine(t.Context(), ref)
	if err != nil {
		t.Fatalf("Machine: %v", err)
	}
	for _, null := range []bool{true, false} {
		d.tap.use(rewriting(func(body []byte) []byte {
			var doc any
			if json.Unmarshal(body, &doc) != nil {
				return body
			}
			b, _ := json.Marshal(d.bare(doc, null))
			return b
		}))
		pod := d.open(t, d.PodManager)
		if err := pod.Probe(t.Context()); err != nil {
			t.Errorf("Probe: %v", err)
		}
		if state, err := pod.State(t.Context(), ref); state != service.MachineAssembled || err != nil {
			t.Errorf("State = %q, %v", state, err)
		}
		m, err := pod.Machine(t.Context(), ref)
		if err != nil {
			t.Errorf("Machine: %v", err)
			continue
		}
		if m.PowerState != "" || len(m.Processors) != len(whole.Processors) || m.Processors[0].TotalCores != nil {
			t.Errorf("the machine has what was taken away, or lacks what was not: %+v", m)
		}
	}
}

// bare takes the scalars off a document, except links, annotations, action
// targets and what is essential.
func (d *desk) bare(doc any, null bool) any {
	switch doc := doc.(type) {
	case []any:
		for i := range doc {
			doc[i] = d.bare(doc[i], null)
		}
	case map[string]any:
		for name, v := range doc {
			switch v.(type) {
			case []any, map[string]any:
				doc[name] = d.bare(v, null)
				continue
			}
			switch {
			case strings.Contains(name, "@") || name == "target" || slices.Contains(d.Essential, name):
			case null:
				doc[name] = nil
			default:
				delete(doc, name)
			}
		}
	}
	return doc
}

func testWrongPassword(t *testing.T, d *desk) {
	stage := d.stage(t)
	pm := d.PodManager
	pm.Credentials.Password = "not-" + pm.Credentials.Password
	for _, c := range d.calls(stage) {
		err := c.do(t.Context(), d.open(t, pm))
		wantCode(t, c.name, err, service.PodFailed)
		wantMessage(t, d, err)
		d.wantNoSecret(t, c.name, err)
	}
	if state, err := d.pod.State(t.Context(), stage.machine); err != nil {
		t.Errorf("afterwards the machine is %q, %v", state, err)
	}
}

// wantNoSecret looks for everything secret in everything an error prints.
func (d *desk) wantNoSecret(t *testing.T, what string, err error) {
	t.Helper()
	c := d.PodManager.Credentials
	secrets := append(d.tap.secrets(), c.Password,
		base64.StdEncoding.EncodeToString([]byte(c.Username+":"+c.Password)))
	for e := err; e != nil; {
		for _, text := range []string{e.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e)} {
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s: there is a secret in %q", what, text)
				}
			}
		}
		next, ok := e.(interface{ Unwrap() error })
		if !ok {
			return
		}
		e = next.Unwrap()
	}
}

// testSecrets has every request, secrets and all, quoted in the answer.
func testSecrets(t *testing.T, d *desk) {
	stage := d.stage(t)
	cut := func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = fmt.Fprintf(conn, "%s %s\r\n\r\n", r.Header.Get("Authorization"), r.Header.Get("X-Auth-Token"))
		_ = conn.Close()
	}
	filters := map[string]filter{"200": echoing(200), "400": echoing(400), "401": echoing(401), "404": echoing(404),
		"409": echoing(409), "500": echoing(500), "503": echoing(503), "no HTTP": cut}
	matches := map[string]func(*http.Request) bool{
		"everything": func(*http.Request) bool { return true },
		"changes":    changing,
		"signing in": signingIn,
		"the rest":   func(r *http.Request) bool { return !signingIn(r) },
	}
	for status, f := range filters {
		for which, m := range matches {
			d.tap.use(where(m, f))
			for _, c := range d.lasting(stage) {
				what := fmt.Sprintf("%s with %s for %s", c.name, status, which)
				d.wantNoSecret(t, what, soon(t, c, d.open(t, d.PodManager)))
				if which != "signing in" { // it has
					d.wantNoSecret(t, what, soon(t, c, d.pod))
				}
			}
		}
	}
}

// soon makes a call that may wait for something that was said to have begun,
// and has not.
func soon(t *testing.T, c call, pod service.Pod) error {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	return c.do(ctx, pod)
}

// testExpiredSession refuses each token once.
func testExpiredSession(t *testing.T, d *desk) {
	stage := d.stage(t)
	if len(d.tap.secrets()) == 0 {
		t.Skip("this pod has no sessions")
	}
	for _, c := range d.lasting(stage) {
		if c.name == "Assemble" {
			continue // it was assembled
		}
		old := d.tap.secrets()
		d.tap.use(where(func(r *http.Request) bool {
			return slices.Contains(old, r.Header.Get("X-Auth-Token"))
		}, answering(http.StatusUnauthorized, "")))
		if err := c.do(t.Context(), d.pod); err != nil {
			t.Errorf("%s in an expired session: %v", c.name, err)
		}
	}
}

// testSessionsEnd counts the sessions that are left after Close.
func testSessionsEnd(t *testing.T, d *desk) {
	if err := d.pod.Probe(t.Context()); err != nil {
		t.Fatalf("Probe: %v", err)
	}
	if err := d.pod.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if got := d.tap.sessions(); got != 0 {
		t.Errorf("%d sessions are left", got)
	}
}

// testOtherHosts leads the driver to another host, which must hear nothing.
func testOtherHosts(t *testing.T, d *desk) {
	stage := d.stage(t)
	var heard atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard.Add(1) }))
	defer other.Close()
	host := strings.TrimPrefix(other.URL, "http:")
	redirect := func(status int) filter {
		return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Redirect(w, r, other.URL+r.URL.Path, status)
		}
	}
	links := func(to string) filter {
		return rewriting(func(body []byte) []byte {
			return []byte(strings.ReplaceAll(string(body), `"/redfish/`, `"`+to+`/redfish/`))
		})
	}
	filters := map[string]filter{"302": redirect(302), "307": redirect(307), "308": redirect(308),
		"absolute links": links(other.URL), "links without a scheme": links(host)}
	for name, f := range filters {
		d.tap.use(f)
		for _, c := range d.lasting(stage) {
			_ = soon(t, c, d.pod) // may work or fail
			_ = soon(t, c, d.open(t, d.PodManager))
		}
		if n := heard.Swap(0); n > 0 {
			t.Errorf("%s: the other host heard %d requests", name, n)
		}
	}
}

func testOpen(t *testing.T, d *desk) {
	const password = "tops3cret"
	good := d.PodManager
	bad := map[string]func(*service.PodManager){
		"no URL":         func(pm *service.PodManager) { pm.URL = "" },
		"no scheme":      func(pm *service.PodManager) { pm.URL = "podm.example:8443" },
		"other scheme":   func(pm *service.PodManager) { pm.URL = "ftp://podm.example" },
		"no host":        func(pm *service.PodManager) { pm.URL = "https://" },
		"userinfo":       func(pm *service.PodManager) { pm.URL = "https://root:" + password + "@podm.example" },
		"bad userinfo":   func(pm *service.PodManager) { pm.URL = "https://root:" + password + "%zz@podm.example" },
		"no user":        func(pm *service.PodManager) { pm.Credentials.Username = "" },
		"no password":    func(pm *service.PodManager) { pm.Credentials.Password = "" },
		"no credentials": func(pm *service.PodManager) { pm.Credentials = service.Credentials{} },
		"other type":     func(pm *service.PodManager) { pm.Credentials.Type = "kerberos" },
	}
	for name, spoil := range bad {
		pm := good
		spoil(&pm)
		pod, err := d.Driver(pm)
		wantCode(t, name, err, service.Invalid)
		if pod != nil {
			t.Errorf("%s: there is a pod with the error", name)
		}
		if err != nil && (strings.Contains(err.Error(), password) || strings.Contains(err.Error(), good.Credentials.Password)) {
			t.Errorf("%s: there is a password in %q", name, err)
		}
	}
}
