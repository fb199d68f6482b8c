package pluginhost

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin/runner"
)

// process is a plugin's process, in the form that go-plugin drives. It keeps
// what the plugin printed, so that a failure can be told in one sentence
// instead of by go-plugin's texts.
type process struct {
	path   string
	cmd    *exec.Cmd
	stdout io.ReadCloser
	stderr io.ReadCloser
	said   tail // first line on stdout
	cried  tail // end of stderr

	mu     sync.Mutex // guards starting against killing
	killed bool
}

// newProcess prepares the process. The environment is an allow-list: no OS_*
// variable, no token and no path of a clouds.yaml reaches a plugin.
func newProcess(path string, log io.Writer) (*process, func(hclog.Logger, *exec.Cmd, string) (runner.Runner, error)) {
	p := &process{path: path}
	p.said.max, p.said.first = 512, true
	p.cried.max = 8 << 10
	return p, func(_ hclog.Logger, spec *exec.Cmd, _ string) (runner.Runner, error) {
		cmd := exec.Command(path)
		cmd.Env = append(environment(os.Environ()), spec.Env...)
		cmd.SysProcAttr = dieWithParent()
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		stderr, err := cmd.StderrPipe()
		if err != nil {
			return nil, err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.cmd = cmd
		p.stdout = teed{io.TeeReader(stdout, &p.said), stdout}
		p.stderr = teed{io.TeeReader(stderr, io.MultiWriter(&p.cried, log)), stderr}
		return p, nil
	}
}

// passed are the variables that a plugin inherits; LC_ is a prefix.
var passed = []string{
	"PATH", "HOME", "USER", "LOGNAME", "XDG_STATE_HOME", "TMPDIR", "TZ", "LANG", "LC_", "TERM", "NO_COLOR", "GOTRACEBACK", "GOCOVERDIR",
}

func environment(all []string) []string {
	var out []string
	for _, v := range all {
		name, _, _ := strings.Cut(v, "=")
		for _, p := range passed {
			if name == p || (strings.HasSuffix(p, "_") && strings.HasPrefix(name, p)) {
				out = append(out, v)
			}
		}
	}
	return out
}

// Start starts the process. Its stdin is empty: the terminal is the shell's.
func (p *process) Start(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.killed {
		return context.Canceled
	}
	return p.cmd.Start()
}

// Wait waits for the end of the process.
func (p *process) Wait(context.Context) error { return p.cmd.Wait() }

// Kill ends the process at once, or keeps it from starting. Ending one that
// has ended is success.
func (p *process) Kill(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
	}
	return nil
}

// ID is the process's number.
func (p *process) ID() string {
	if p.cmd.Process == nil {
		return ""
	}
	return strconv.Itoa(p.cmd.Process.Pid)
}

// Name is the plugin's path.
func (p *process) Name() string { return p.path }

// Stdout is read by go-plugin for the handshake.
func (p *process) Stdout() io.ReadCloser { return p.stdout }

// Stderr is read by go-plugin for its log, which we throw away: we have it.
func (p *process) Stderr() io.ReadCloser { return p.stderr }

// Diagnose adds nothing to go-plugin's own texts, which nobody sees.
func (p *process) Diagnose(context.Context) string { return "" }

// PluginToHost gives an address as it is: both sides share one machine.
func (p *process) PluginToHost(network, addr string) (string, string, error) {
	return network, addr, nil
}

// HostToPlugin gives an address as it is.
func (p *process) HostToPlugin(network, addr string) (string, string, error) {
	return network, addr, nil
}

// teed reads through a tee and closes what is behind it.
type teed struct {
	io.Reader
	io.Closer
}

// tail keeps the last bytes written to it, or only the first line.
type tail struct {
	max   int
	first bool

	mu  sync.Mutex
	buf bytes.Buffer
}

// Write keeps what it is for and never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.first && (t.buf.Len() >= t.max || bytes.IndexByte(t.buf.Bytes(), '\n') >= 0) {
		return len(p), nil
	}
	t.buf.Write(p)
	if over := t.buf.Len() - t.max; over > 0 && !t.first {
		t.buf.Next(over)
	}
	return len(p), nil
}

// lines are the lines kept.
func (t *tail) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Split(strings.TrimSpace(t.buf.String()), "\n")
}
