package pluginhost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

// patient is how long tests wait for a plugin, on a machine that has much else to
// do and with the race detector.
const patient = time.Minute

// folder makes a plugin folder with the given families in it.
func folder(t *testing.T, families ...string) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if err := os.Symlink(self, filepath.Join(dir, prefix+f)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sink keeps what it is given.
type sink struct {
	mu      sync.Mutex
	rows    []string
	notices []string
	rowErr  error
	notify  chan string
}

func (s *sink) Row(values json.RawMessage) error {
	s.rows = append(s.rows, string(values))
	return s.rowErr
}

func (s *sink) Notice(level, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices = append(s.notices, level+" "+text)
	if s.notify != nil {
		s.notify <- text
	}
}

func (s *sink) Progress(string, int64, int64) {}

func (s *sink) Draw(text string) { s.Notice("drawn", text) }

// run runs a command of a well-behaved plugin.
func run(t *testing.T, ctx context.Context, h *Host, s *sink, do func(context.Context, string, *http.Request) (*http.Response, error), line ...string) error {
	t.Helper()
	cat := h.Catalog(t.Context())
	if len(cat.Plugins) != 1 {
		t.Fatalf("catalog: %+v", cat)
	}
	return h.Run(ctx, cat.Plugins[0], Call{Command: line[:2], Args: line[2:], Do: do, Sink: s})
}

func TestRunRows(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	s := &sink{}
	if err := run(t, t.Context(), h, s, nil, "thing", "list"); err != nil {
		t.Fatal(err)
	}
	if len(s.rows) != 200 || s.rows[199] != `["t199",199]` {
		t.Errorf("%d rows, last %s", len(s.rows), s.rows[len(s.rows)-1])
	}
	broken := &sink{rowErr: errSink}
	if err := run(t, t.Context(), h, broken, nil, "thing", "list"); !errors.Is(err, errSink) {
		t.Errorf("a reader that is gone gave %v", err)
	}
}

func TestRunFailures(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient, SilenceTimeout: 3 * time.Second})
	tests := map[string]struct {
		code    fault.Code
		message string
	}{
		"panic":     {fault.PluginFault, `plugin good crashed: "panic: on purpose"`},
		"crash":     {fault.PluginFault, `plugin good crashed: "panic: in the background"`},
		"hang":      {fault.PluginFault, "plugin good has said nothing for 3s and was ended"},
		"not-found": {fault.NotFound, "no thing named x"},
		"nonsense":  {fault.Usage, "unexpected argument nonsense"},
	}
	for command, tt := range tests {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			err := run(t, t.Context(), h, &sink{}, nil, "thing", command)
			e := fault.Of(err)
			if e.Code != tt.code || e.Message != tt.message {
				t.Errorf("%s: %s", e.Code, e.Message)
			}
		})
	}
}

func TestRunKeepsWhatAFailureSays(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	err := run(t, t.Context(), h, &sink{}, nil, "thing", "not-found")
	want := &fault.Error{Code: fault.NotFound, Message: "no thing named x", Hint: "look again", Status: 404, RequestID: "req-1"}
	if d := cmp.Diff(want, fault.Of(err)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRunInterrupt(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	for _, command := range []string{"wait", "hang"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(300*time.Millisecond, cancel)
			began := time.Now()
			err := run(t, ctx, h, &sink{}, nil, "thing", command)
			if fault.Of(err).Code != fault.Interrupted || time.Since(began) > cancelGrace+20*time.Second {
				t.Errorf("%v after %s", err, time.Since(began))
			}
		})
	}
}

func TestRunGarbageAfterTheHandshake(t *testing.T) {
	t.Parallel()
	s := &sink{}
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	if err := run(t, t.Context(), h, s, nil, "thing", "chatter"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"info worked"}, s.notices); d != "" {
		t.Error(d)
	}
}

func TestEnvironmentIsScrubbed(t *testing.T) {
	t.Setenv("OS_PASSWORD", "hunter2")
	t.Setenv("OS_CLIENT_CONFIG_FILE", "/somewhere/clouds.yaml")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
	t.Setenv("LC_TIME", "C.UTF-8")
	t.Setenv("XDG_STATE_HOME", "/somewhere/state")
	s := &sink{}
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	if err := run(t, t.Context(), h, s, nil, "thing", "dump"); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(s.notices, "\n")
	for _, bad := range []string{"hunter2", "clouds.yaml", "OS_"} {
		if strings.Contains(all, bad) {
			t.Errorf("%q reached the plugin:\n%s", bad, all)
		}
	}
	for _, good := range []string{"LC_TIME=C.UTF-8", "XDG_STATE_HOME=/somewhere/state"} {
		if !strings.Contains(all, good) {
			t.Errorf("%s did not reach the plugin", good)
		}
	}
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	do := func(_ context.Context, service string, req *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(req.Body)
		if req.URL.Host != "" {
			t.Errorf("the plugin named a host: %s", req.URL)
		}
		if req.URL.Path == "/down" {
			return nil, fault.New(fault.Denied, "not signed in").WithHint("sign in")
		}
		answer := fmt.Sprintf("%s %s %s token=%q mine=%q ", service, req.URL, body, req.Header.Get("X-Auth-Token"), req.Header.Get("X-Mine"))
		return &http.Response{
			StatusCode: 203,
			Header:     http.Header{"X-Answer": {"a", "b"}, "X-Subject-Token": {"secret"}},
			Body:       io.NopCloser(strings.NewReader(answer + strings.Repeat("x", 3*chunkSize))),
		}, nil
	}
	s := &sink{}
	if err := run(t, t.Context(), h, s, do, "thing", "get", "rack-scale", "/v1/a%2Fb?c=d"); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("info 203 [a b] %d rack-scale /v1/a%%2F", len(`rack-scale /v1/a%2Fb?c=d ping token="" mine="kept" `)+3*chunkSize)
	if !strings.HasPrefix(s.notices[0], want) || s.notices[1] != `info token ""` {
		t.Errorf("got %q, want %q", s.notices, want)
	}
	// What looks like a host is a path and nothing else.
	if err := run(t, t.Context(), h, s, do, "thing", "get", "rack-scale", "//evil.example/x"); err != nil {
		t.Error(err)
	}
	refused := map[string][]string{
		"asked for the service \"identity\"": {"identity", "/v3"},
		"not signed in":                      {"rack-scale", "/down"},
	}
	for text, args := range refused {
		err := run(t, t.Context(), h, &sink{}, do, append([]string{"thing", "get"}, args...)...)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
