package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func farAway() time.Time { return time.Now().Add(time.Hour) }

// granting is a Keystone that adds something to its tokens.
func granting(more string, w *world) func(http.ResponseWriter, *http.Request) bool {
	return func(out http.ResponseWriter, _ *http.Request) bool {
		out.Header().Set("X-Subject-Token", "gAAAA-the-token-number-1")
		out.WriteHeader(http.StatusCreated)
		fmt.Fprintf(out, `{"token": {%s "expires_at": %q, "catalog": %s}}`, more, farAway().UTC().Format(time.RFC3339), w.catalog)
		return true
	}
}

func TestWireLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.open(w.identity(), "")
	req := plainRequest(t, "POST", "/v1/pod_managers?password="+password, strings.NewReader(
		`{"name": "it's", "authentication": [{"auth_items": {"username": "u", "password": "`+password+`"}}], "url": "http://h/`+password+`"}`))
	resp, err := s.Do(t.Context(), "rack-scale", req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	log := w.logs.String()
	for _, want := range []string{
		"REQ: curl -g -i -X POST '" + w.keystone.URL + "/v3/auth/tokens'",
		"X-Subject-Token: {SHA256}" + hash("gAAAA-the-token-number-1"),
		"RESP BODY: (of a token, not shown)",
		"-H 'X-Auth-Token: {SHA256}" + hash("gAAAA-the-token-number-1") + "'",
		`/v1/pod_managers?password=***'`,
		`\"password\":\"***\"`, `\"url\":\"http://h/***\"`, `it'\\''s`,
		"RESP: [201]", "RESP: [200]", `RESP BODY: {`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, "ann") && strings.Contains(log, "methods") {
		t.Errorf("the body that signs in is logged:\n%s", log)
	}
}

// What is logged of a large answer is bounded, and reading it is not disturbed.
func TestLargeAnswer(t *testing.T) {
	t.Parallel()
	want := strings.Repeat(`{"a": "`+password+`"}`, 20_000)
	var log bytes.Buffer
	endpoint := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, want) })
	resp, err := open(t, endpoint, &log).Do(t.Context(), "rack-scale", plainRequest(t, "GET", "/v1", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); string(got) != want || err != nil {
		t.Errorf("%d bytes, want %d (%v)", len(got), len(want), err)
	}
	if !strings.Contains(log.String(), fmt.Sprintf("(%d bytes, not shown)", len(want))) || log.Len() > 10_000 {
		t.Errorf("logged %d bytes", log.Len())
	}
}

// The curl line is one argument after another for a shell.
func TestCurlLine(t *testing.T) {
	t.Parallel()
	id := Identity{TLS: TLS{CA: "/a b/ca", Cert: "/c", Key: "/k", Insecure: true}}
	s := &Session{id: id, options: Options{Log: slog.New(slog.DiscardHandler)}}
	req, err := http.NewRequest("PUT", "http://h/v1/x?a=$(id)&secret=s", strings.NewReader(`{"n":"a'b $HOME"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic "+password)
	out, err := exec.Command("/bin/sh", "-c", `curl() { for a; do printf '%s\n' "$a"; done; }; `+s.curl(req)).CombinedOutput()
	want := "-g\n-i\n--insecure\n--cacert\n/a b/ca\n--cert\n/c\n--key\n/k\n-X\nPUT\nhttp://h/v1/x?a=$(id)&secret=***\n" +
		"-H\nAuthorization: ***\n-d\n" + `{"n":"a'b $HOME"}` + "\n"
	if err != nil || string(out) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
}

func FuzzMasks(f *testing.F) {
	f.Add("password", "x")
	f.Add("OS-Auth-Token", "y\"\n")
	f.Add("user secret", "<&>")
	f.Fuzz(func(t *testing.T, key, value string) {
		secret := "S3cr3t" + value
		for _, field := range []string{key + "_password", "x-token" + key, "Client Secret " + key} {
			document, err := json.Marshal(map[string]any{"a": []any{map[string]any{field: secret, key: 1}}, "b": map[string]any{field: []string{secret}}})
			if err != nil {
				return
			}
			text, ok := maskedJSON(document)
			if !ok || strings.Contains(text, "S3cr3t") {
				t.Errorf("%s became %s, %v", document, text, ok)
			}
			if !json.Valid([]byte(text)) {
				t.Errorf("%s is not JSON", text)
			}
			u := &url.URL{Scheme: "http", Host: "h", RawQuery: url.QueryEscape(field) + "=" + url.QueryEscape(secret) + "&a=b"}
			if shown := maskedURL(u); strings.Contains(shown, "S3cr3t") {
				t.Errorf("%s became %s", u, shown)
			}
		}
	})
}
