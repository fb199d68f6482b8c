package shell

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/prompt"
)

func runBatch(t *testing.T, h *plugins, text string, args ...string) result {
	t.Helper()
	return runWith(t, h, Streams{In: strings.NewReader(text)}, append(args, "--batch", "-")...)
}

// failing fails with the code that the node is called by.
func failing(_ context.Context, c pluginhost.Call) error {
	word := c.Args[len(c.Args)-1]
	if word == "fine" {
		return nil
	}
	return fault.New(fault.Code(word), "%s it is", word)
}

func TestBatch(t *testing.T) {
	t.Parallel()
	const lines = "# note\n\npower on fine\r\n  power on not_found # x\npower on usage\nvalence power on fine"
	for name, tt := range map[string]struct {
		args []string
		want result
		runs int
	}{
		"stops":    {nil, result{"", "valence: stdin:4: not_found it is\n", 4}, 2},
		"goes on":  {[]string{"--keep-going"}, result{"", "valence: stdin:4: not_found it is\nvalence: stdin:5: usage it is\nvalence: stdin: 2 of 4 lines failed\n", 4}, 4},
		"machines": {[]string{"-f", "json"}, result{"", `{"code":"not_found","status":0,"message":"not_found it is","request_id":"","exit_code":4,"where":"stdin:4"}` + "\n", 4}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newPlugins()
			h.run = failing
			got := runBatch(t, h, lines, tt.args...)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(h.calls) != tt.runs || h.catalogs.Load() != 1 || h.warm {
				t.Errorf("%d runs, %d catalogs, warm %v", len(h.calls), h.catalogs.Load(), h.warm)
			}
		})
	}
}

func TestBatchThatIsAllRight(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n#\n", "power on a", "version\npower off b"} {
		if got := runBatch(t, newPlugins(), text, "-q"); got.status != 0 || got.err != "" {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestBatchMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"power on 'x": "stdin:1: a quote is not closed",
		`power on x\`: "stdin:1: the line ends in a backslash",
		"shell":       "stdin:1: lines are being read already",
		"--batch -":   "stdin:1: lines are being read already",
		"powr on x":   "stdin:1: there is no command",
	} {
		if got := runBatch(t, newPlugins(), text); got.status != 2 || !strings.Contains(got.err, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := runBatch(t, newPlugins(), "version\n"+strings.Repeat("x", longestLine+1)); got.status != 1 || !strings.Contains(got.err, "stdin:2: reading the batch") {
		t.Errorf("a line without end: %.200s", got.err)
	}
	got := runWith(t, newPlugins(), Streams{}, "--batch", "nowhere.txt")
	if got.status != 2 || !strings.Contains(got.err, "nowhere.txt") {
		t.Errorf("%+v", got)
	}
}

func TestAnInterruptEndsTheBatch(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	ctx, cancel := context.WithCancel(t.Context())
	h.run = func(ctx context.Context, _ pluginhost.Call) error {
		cancel()
		return ctx.Err()
	}
	var out, errs strings.Builder
	args := []string{"--batch", "-", "--keep-going"}
	s := newShell(args, Streams{In: strings.NewReader("power on a\npower on b\n"), Out: &out, Err: &errs, Getenv: environment()})
	s.host, s.lasting = h, ctx
	if status := s.main(ctx, args); status != 130 || len(h.calls) != 1 {
		t.Errorf("status %d after %d commands: %s", status, len(h.calls), errs.String())
	}
}

// typist is a person who writes lines that are known before.
type typist []string

func (p *typist) Read() (string, error) {
	if len(*p) == 0 {
		return "", io.EOF
	}
	line := (*p)[0]
	*p = (*p)[1:]
	if line == "^C" {
		return "", prompt.ErrInterrupt
	}
	return line, nil
}

func (p *typist) Close() error { return nil }

// talked is a console after a person has written lines.
func talked(t *testing.T, h *plugins, io Streams, lines ...string) (result, error) {
	t.Helper()
	var out, errs strings.Builder
	io.Out, io.Err, io.Version = &out, &errs, "1.0-test"
	if io.Getenv == nil {
		io.Getenv = environment()
	}
	s := newShell(nil, io)
	s.host, s.lasting = h, t.Context()
	c, err := s.newConsole(&line{given: []string{"--format=json"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	typed := typist(lines)
	err = c.talk(&typed, newHistory(io.Getenv))
	return result{out.String(), errs.String(), len(typed)}, err
}

func TestTalking(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	h.run = failing
	home := t.TempDir()
	got, err := talked(t, h, Streams{Getenv: environment("HOME=" + home)},
		"power on not_found", "^C", "", "# note", "power on fine", "version", "power 'on", "exit", "power on fine")
	if err != nil || got.status != 1 || got.out != "valence 1.0-test\n" || len(h.calls) != 2 || h.warm {
		t.Errorf("%+v, %v; %d commands, warm %v", got, err, len(h.calls), h.warm)
	}
	if !strings.HasPrefix(got.err, `{"code":"not_found"`) || strings.Contains(got.err, "where") {
		t.Errorf("%s", got.err)
	}
	kept := newHistory(environment("HOME=" + home)).lines()
	if diff := cmp.Diff([]string{"power on not_found", "power on fine", "version", "power 'on", "exit"}, kept); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func TestCtrlCStopsTheCommandAndNotTheShell(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	var press context.CancelFunc
	io := Streams{Interrupts: func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(parent)
		press = cancel
		return ctx, cancel
	}}
	h.run = func(ctx context.Context, _ pluginhost.Call) error {
		if len(h.calls) == 1 {
			press()
		}
		return ctx.Err()
	}
	got, err := talked(t, h, io, "power on a", "power on b")
	if err != nil || strings.Count(got.err, `"code":"interrupted"`) != 1 || len(h.calls) != 2 {
		t.Errorf("%+v, %v; %d commands", got, err, len(h.calls))
	}
}

func TestLinesShareASessionAndTheCatalog(t *testing.T) {
	t.Parallel()
	connections := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections++
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	h := newPlugins()
	h.run = func(ctx context.Context, c pluginhost.Call) error {
		req, err := http.NewRequestWithContext(ctx, "GET", "/v1/nodes", nil)
		if err != nil {
			return err
		}
		resp, err := c.Do(ctx, "rack-scale", req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		return errors.Join(err, resp.Body.Close())
	}
	got, err := talked(t, h, Streams{Getenv: environment("VALENCE_URL=" + server.URL)}, "node list", "node list -c name", "node delete x")
	if err != nil || got.err != "" || connections != 1 || h.catalogs.Load() != 1 {
		t.Errorf("%+v, %v; %d connections, %d catalogs", got, err, connections, h.catalogs.Load())
	}
	if _, err := talked(t, h, Streams{}, "plugin list", "node show x", "node show y"); err != nil || h.catalogs.Load() != 3 {
		t.Errorf("after a command that may have changed plugins: %v, %d catalogs", err, h.catalogs.Load()-1)
	}
}

func TestANewPluginIsNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := newPlugins()
	h.run = func(context.Context, pluginhost.Call) error {
		if len(h.calls) > 1 {
			return nil
		}
		return os.WriteFile(filepath.Join(dir, "valence-plugin-new"), nil, 0o700)
	}
	if _, err := talked(t, h, Streams{Getenv: environment("VALENCE_PLUGIN_PATH=" + dir)}, "power on a", "power on b", "power on c"); err != nil || h.catalogs.Load() != 2 {
		t.Errorf("%v, %d catalogs, want 2", err, h.catalogs.Load())
	}
}

func TestNoInteractiveShellWithoutATerminal(t *testing.T) {
	t.Parallel()
	for _, io := range []Streams{{}, {InTerminal: true}, {OutTerminal: true}} {
		if got := runWith(t, newPlugins(), io); got.status != 0 || !strings.HasPrefix(got.out, "Valence composes") {
			t.Errorf("valence alone: %+v", got)
		}
		if got := runWith(t, newPlugins(), io, "shell"); got.status != 2 || !strings.Contains(got.err, "needs a terminal") {
			t.Errorf("valence shell: %+v", got)
		}
	}
}

func TestPrompt(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]string{"OS_CLOUD=rsd": "valence(rsd)> ", "OS_CLOUD=nope": "valence> ", "X=": "valence> "} {
		dir := t.TempDir()
		text := "clouds:\n  rsd: {auth_type: none}\n  other: {auth_type: none}\n"
		if err := os.WriteFile(filepath.Join(dir, "clouds.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := newShell(nil, Streams{Getenv: environment(env), Dir: dir})
		if got := s.prompt(&line{}); got != want {
			t.Errorf("%s: %q", env, got)
		}
	}
}

func TestCompletionInTheConsole(t *testing.T) {
	t.Parallel()
	h := newPlugins()
	s := newShell(nil, Streams{Getenv: environment(), Err: io.Discard})
	s.host, s.lasting = h, t.Context()
	c, err := s.newConsole(&line{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	completed := c.completer()
	for text, want := range map[string]string{
		"ex": "exit", "valence ver": "version", "power o": "on off", "node create --b": "--boot --batch", "nope x": "",
	} {
		if got := strings.Join(completed(strings.Fields(text)), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if h.catalogs.Load() != 1 || len(h.calls) != 0 {
		t.Errorf("%d catalogs, %d commands", h.catalogs.Load(), len(h.calls))
	}
}
