package shell

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

const row = `["8c0f", "web-1", 64, {"a": 1}]`

func send(c pluginhost.Call, rows ...string) error {
	for _, r := range rows {
		if err := c.Sink.Row(json.RawMessage(r)); err != nil {
			return err
		}
	}
	return nil
}

func TestRows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line string
		want []string
	}{
		"table":       {"node list", []string{"| UUID | Name  | Memory MiB |", "| 8c0f | web-1 |         64 |"}},
		"long":        {"node list --long", []string{"| Metadata |", "| a='1'    |"}},
		"picked":      {"node ls -c NAME -c metadata", []string{"| Name  | Metadata |"}},
		"json":        {"-f json node list", []string{"[\n  {\n    \"uuid\": \"8c0f\",\n"}},
		"json record": {"node show x -f json -c uuid", []string{"{\n  \"uuid\": \"8c0f\"\n}\n"}},
		"record":      {"node create", []string{"| Field      | Value |", "| Metadata   | a='1' |"}},
	} {
		h := newPlugins()
		h.run = func(_ context.Context, c pluginhost.Call) error { return send(c, row) }
		got := runLine(t, h, strings.Fields(c.line)...)
		if got.status != 0 || got.err != "" {
			t.Errorf("%s: %+v", name, got)
		}
		for _, want := range c.want {
			if !strings.Contains(got.out, want) {
				t.Errorf("%s: no %q in\n%s", name, want, got.out)
			}
		}
	}
}

func TestWhatThePluginIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	runLine(t, h, "--os-cloud=", "machine", "ls", "-f", "json", "--long")
	runLine(t, h, "node", "delete", "--", "a", "-b")
	var got [][]string
	for _, c := range h.calls {
		got = append(got, c.Command, c.Args)
	}
	want := [][]string{{"node", "list"}, nil, {"node", "delete"}, {"--", "a", "-b"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for _, e := range exits() {
		h := newPlugins()
		h.run = func(context.Context, pluginhost.Call) error {
			return fmt.Errorf("running: %w", &fault.Error{Code: e.code, Message: "no \x1b[2Jnode", Hint: "look\nharder", Status: 418, RequestID: "req-1"})
		}
		got := runLine(t, h, "node", "list")
		want := result{err: "valence: no \\x1b[2Jnode\nhint: look\\nharder\nrequest id: req-1\n", status: e.status}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", e.code, diff)
		}
		got = runLine(t, h, "node", "list", "-f", "json")
		var document map[string]any
		if err := json.Unmarshal([]byte(got.err), &document); err != nil {
			t.Fatalf("%v in %q", err, got.err)
		}
		wanted := map[string]any{
			"code": string(e.code), "status": 418.0, "message": "no \x1b[2Jnode", "hint": "look\nharder",
			"request_id": "req-1", "exit_code": float64(e.status),
		}
		if diff := cmp.Diff(wanted, document); diff != "" || got.out != "" || got.status != e.status {
			t.Errorf("%s: %+v (-want +got):\n%s", e.code, got, diff)
		}
	}
}

// The statuses are a promise to scripts, so they stand here once more.
func TestExitStatuses(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		"failed": 1, "usage": 2, "denied": 3, "not_found": 4, "conflict": 5, "timeout": 6, "plugin": 7, "interrupted": 130,
	}
	got := map[string]int{}
	for _, code := range wire.Codes() {
		got[code] = exitStatus(fault.Code(code))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(exits()) != len(want) || exitStatus("of a later protocol") != 1 {
		t.Errorf("%d exits; an unknown code ends with %d", len(exits()), exitStatus("of a later protocol"))
	}
}

func TestRowsBeforeAFailureAreKept(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	h.run = func(_ context.Context, c pluginhost.Call) error {
		return errors.Join(send(c, row), fault.New(fault.NotFound, "no node b"))
	}
	if got := runLine(t, h, "node", "list"); got.status != 4 || !strings.Contains(got.out, "web-1") {
		t.Errorf("%+v", got)
	}
	h.run = func(context.Context, pluginhost.Call) error { return fault.New(fault.NotFound, "no node b") }
	if got := runLine(t, h, "node", "list", "-f", "json"); got.status != 4 || got.out != "" {
		t.Errorf("%+v", got)
	}
}

func TestWrongRowsAreThePluginsFault(t *testing.T) {
	t.Parallel()
	for line, rows := range map[string][]string{
		"node list":     {`["too", "short"]`},
		"node show x":   {row, row},
		"node delete x": {`["from", "nowhere"]`},
		"node ls":       {`{}`},
	} {
		h := newPlugins()
		h.run = func(_ context.Context, c pluginhost.Call) error { return send(c, rows...) }
		if got := runLine(t, h, strings.Fields(line)...); got.status != 7 || strings.Count(got.err, "\n") != 1 {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

func TestNoticesAndProgress(t *testing.T) {
	t.Parallel()
	run := func(_ context.Context, c pluginhost.Call) error {
		c.Sink.Progress("composing\x1b web-1", 0, 0)
		c.Sink.Progress("composing web-1", 1, 3)
		c.Sink.Notice("info", "nearly \x1b[2Jthere")
		c.Sink.Progress("composing web-1", 3, 3)
		c.Sink.Notice("warning", "late")
		c.Sink.Notice("error", "web-2 failed")
		c.Sink.Progress("writing", 0, 0)
		return send(c, row)
	}
	const wipe = "\r\x1b[K"
	for name, c := range map[string]struct {
		io   Streams
		line string
		want string
	}{
		"pipe":     {Streams{}, "node show x", "nearly \\x1b[2Jthere\nvalence: warning: late\nvalence: web-2 failed\n"},
		"terminal": {Streams{ErrTerminal: true}, "node show x", "composing\\x1b web-1 ..." + wipe + "composing web-1 [######--------------] 1/3" + wipe + "nearly \\x1b[2Jthere\ncomposing web-1 [####################] 3/3" + wipe + "valence: warning: late\nvalence: web-2 failed\nwriting ..." + wipe},
		"narrow":   {Streams{ErrTerminal: true, Width: 9}, "node show x", "composin" + wipe + "composin" + wipe + "nearly \\x1b[2Jthere\ncomposin" + wipe + "valence: warning: late\nvalence: web-2 failed\nwriting " + wipe},
		"quiet":    {Streams{ErrTerminal: true}, "node show x -q", "valence: web-2 failed\n"},
	} {
		h := newPlugins()
		h.run = run
		got := runWith(t, h, c.io, strings.Fields(c.line)...)
		if diff := cmp.Diff(c.want, got.err); diff != "" || got.status != 0 {
			t.Errorf("%s: status %d (-want +got):\n%s", name, got.status, diff)
		}
	}
}

type closedPipe struct{ after int }

func (c *closedPipe) Write(p []byte) (int, error) {
	if c.after -= len(p); c.after < 0 {
		return 0, fmt.Errorf("write |1: %w", syscall.EPIPE)
	}
	return len(p), nil
}

func TestAClosedPipeEndsQuietly(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	sent := 0
	h.run = func(_ context.Context, c pluginhost.Call) error {
		for ; sent < 1_000_000; sent++ {
			if err := send(c, row); err != nil {
				return err
			}
		}
		return nil
	}
	for _, line := range []string{"node list -f json", "--help", "--version", "plugin list", "node create --help"} {
		got := runWith(t, h, Streams{Out: &closedPipe{after: 10}}, strings.Fields(line)...)
		if got.status != 0 || got.err != "" {
			t.Errorf("%s: %+v", line, got)
		}
	}
	if sent > 10_000 {
		t.Errorf("%d rows were taken after the pipe was closed", sent)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestAFullDiskIsAFailure(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	h.run = func(_ context.Context, c pluginhost.Call) error { return send(c, row) }
	for _, line := range []string{"node list", "node show x -f json", "--help", "--version"} {
		if got := runWith(t, h, Streams{Out: fullDisk{}}, strings.Fields(line)...); got.status != 1 || !strings.Contains(got.err, "no space left") {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// From the line to a service over a real socket and back.
func TestRequestsReachTheCloudsService(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Method+" "+r.RequestURI+" "+r.Header.Get("User-Agent"))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	text := fmt.Sprintf("clouds:\n  rsd:\n    auth_type: none\n    rack_scale_endpoint_override: %s/api\n  other:\n    auth_type: password\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "clouds.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newPlugins()
	h.run = func(ctx context.Context, c pluginhost.Call) error {
		req, err := http.NewRequestWithContext(ctx, "GET", "/v1/nodes?limit=1", nil)
		if err != nil {
			return err
		}
		resp, err := c.Do(ctx, "rack-scale", req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		c.Sink.Notice("info", string(body))
		return err
	}
	io := Streams{Dir: dir, Getenv: environment("OS_CLOUD=rsd")}
	const want = "GET /api/v1/nodes?limit=1 valence/1.0-test\n"
	if got := runWith(t, h, io, "node", "list"); got.status != 0 || got.err != want {
		t.Errorf("%+v", got)
	}
	got := runWith(t, h, io, "node", "list", "--debug")
	for _, part := range []string{"INFO cloud", "name=rsd", "REQ: curl -g -i -X GET", "RESP: [200]", "/api/v1/nodes", want} {
		if !strings.Contains(got.err, part) {
			t.Errorf("--debug prints no %q in\n%s", part, got.err)
		}
	}
	if got := runWith(t, h, io, "node", "list", "-v"); strings.Contains(got.err, "DEBUG") || !strings.Contains(got.err, "clouds.yaml") {
		t.Errorf("-v prints\n%s", got.err)
	}
	calls := len(h.calls)
	if got := runWith(t, h, io, "node", "list", "--os-cloud=other"); got.status != 3 || !strings.Contains(got.err, "auth_type password") {
		t.Errorf("%+v", got)
	}
	if len(h.calls) != calls {
		t.Error("a plugin was started for a cloud that cannot be signed in to")
	}
	io.Getenv = environment("OS_CLOUD=rsd", "VALENCE_URL=http://127.0.0.1:1")
	if got := runWith(t, h, io, "node", "list", "-q"); got.status != 1 || !strings.HasPrefix(got.err, "valence: cannot reach the rack-scale service at http://127.0.0.1:1: ") {
		t.Errorf("%+v", got)
	}
}

func TestAPluginWithoutServicesNeedsNoCloudAndGetsNone(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	h.run = func(ctx context.Context, c pluginhost.Call) error {
		req := httptest.NewRequest("GET", "/v1", nil)
		_, err := c.Do(ctx, "rack-scale", req)
		return err
	}
	got := runWith(t, h, Streams{Getenv: environment()}, "power", "on", "x")
	if got.status != 7 || !strings.Contains(got.err, "declares no service") {
		t.Errorf("%+v", got)
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	h := newPlugins()
	h.run = func(ctx context.Context, _ pluginhost.Call) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}
	var out, errs bytes.Buffer
	args := []string{"power", "on", "x"}
	s := newShell(args, Streams{Out: &out, Err: &errs, Getenv: environment()})
	s.host = h
	if status := s.main(ctx, args); status != 130 || errs.String() != "valence: interrupted\n" {
		t.Errorf("status %d, stderr %q", status, errs.String())
	}
}

func TestHostOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  []string
		env   []string
		cache string
		log   bool
	}{
		"home":     {nil, []string{"HOME=/h"}, "/h/.cache/valence/manifests.json", false},
		"xdg":      {nil, []string{"HOME=/h", "XDG_CACHE_HOME=/x"}, "/x/valence/manifests.json", false},
		"relative": {nil, []string{"HOME=/h", "XDG_CACHE_HOME=x"}, "/h/.cache/valence/manifests.json", false},
		"no home":  {nil, nil, "", false},
		"no cache": {[]string{"node", "list", "--no-cache"}, []string{"HOME=/h"}, "", false},
		"debug":    {[]string{"node", "--debug"}, nil, "", true},
		"not ours": {[]string{"node", "--", "--debug", "--no-cache"}, []string{"HOME=/h"}, "/h/.cache/valence/manifests.json", false},
	} {
		o := newShell(c.args, Streams{Getenv: environment(c.env...), Executable: "/opt/bin/valence"}).hostOptions()
		if log := o.Log.(*gate).open.Load(); o.CacheFile != c.cache || log != c.log {
			t.Errorf("%s: cache %q, log %v", name, o.CacheFile, log)
		}
	}
}

func TestMainHasARealHost(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	io := Streams{Out: &out, Err: &errs, Version: "9", Getenv: environment("XDG_DATA_HOME=" + t.TempDir())}
	status := Main(t.Context(), []string{"plugin", "list", "-f", "json"}, io)
	var list []any
	if err := json.Unmarshal(out.Bytes(), &list); status != 0 || err != nil {
		t.Errorf("status %d, stdout %q (%v), stderr %q", status, out.String(), err, errs.String())
	}
}
