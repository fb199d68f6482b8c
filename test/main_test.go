package test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// binaries is the folder with the built binaries, its plugins in plugins/.
var binaries string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "valence-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binaries = dir
	if err := build(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// build builds every binary with the race detector, the service a second time
// with the points at which the crash test kills it, and the plugins that
// misbehave.
func build(dir string) error {
	families, err := filepath.Glob("../plugins/*")
	if err != nil {
		return err
	}
	bad, err := filepath.Glob("testdata/plugins/*")
	if err != nil {
		return err
	}
	jobs := [][]string{
		{"-o", dir + "/", "../cmd/..."},
		{"-tags", "crashtest", "-o", filepath.Join(dir, "crash", "valence-api"), "../cmd/valence-api"},
	}
	for _, f := range families {
		jobs = append(jobs, []string{"-o", filepath.Join(dir, "plugins", "valence-plugin-"+filepath.Base(f)), f})
	}
	for _, f := range bad {
		jobs = append(jobs, []string{"-o", filepath.Join(dir, "bad", "valence-plugin-"+filepath.Base(f)), "./" + f})
	}
	for _, args := range jobs {
		out, err := exec.Command("go", append([]string{"build", "-race"}, args...)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("go build %v: %w\n%s", args, err, out)
		}
	}
	return nil
}

// process is a binary of ours that runs in the background.
type process struct {
	*exec.Cmd
	URL  string // where it answers
	done chan struct{}
	log  string // file with its stderr
}

// start starts a binary that writes its address to a file, and waits for it.
// The binary runs in a folder of the test's, in an environment without any
// variable that could lead it astray.
func start(dir, name, binary string, env []string, args ...string) (*process, error) {
	address := filepath.Join(dir, name+".url")
	_ = os.Remove(address)
	p := &process{
		Cmd: exec.Command(binary, append(args, "--address-file", address)...), //nolint:gosec // our own binary
		log: filepath.Join(dir, name+".log"), done: make(chan struct{}),
	}
	p.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}, env...)
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	p.Stderr = log
	if err := p.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.Wait()
		close(p.done)
	}()
	return p, p.await(address)
}

// await waits for the address file.
func (p *process) await(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if data, err := os.ReadFile(address); err == nil {
			p.URL = strings.TrimSpace(string(data))
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended at once:\n%s", p.Path, p.output())
		case <-ctx.Done():
			p.end()
			return fmt.Errorf("%s did not start:\n%s", p.Path, p.output())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// output is what it has written to stderr.
func (p *process) output() string {
	data, _ := os.ReadFile(p.log)
	return string(data)
}

// end asks the process to end, and makes it.
func (p *process) end() {
	_ = p.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		_ = p.Process.Kill()
		<-p.done
	}
}

// kill ends the process outright.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.done
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.RunT(watched{t}, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               setup,
		Cmds:                commands(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		ContinueOnError:     true,
	})
}
