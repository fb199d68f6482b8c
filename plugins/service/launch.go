package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// lastLines is how much of the log of a service that did not start is shown.
const lastLines = 5

// arguments are what a service is started with. It is reached where it was
// reached the last time; that the simulated pod keeps its address lets the
// service find it again.
func (p *pidfiles) arguments(name string) []string {
	address := []string{"--address-file", p.folder.file(name, "url.new")}
	if name == podsimName {
		return append(address, "--listen", "127.0.0.1:"+p.lastPort(name), "--state", p.folder.file(name, "state"))
	}
	if configured() {
		return address
	}
	return append(address, "--data-dir", p.folder.file(name, "data"))
}

// simulation are what the service is started with that is the user's own,
// whatever is configured on this host.
func (p *pidfiles) simulation() []string {
	return []string{
		"--address-file", p.folder.file(apiName, "url.new"), "--data-dir", p.folder.file(apiName, "data"),
		"--config-file", os.DevNull, "--bind-host", "127.0.0.1", "--bind-port", p.lastPort(apiName),
	}
}

// configured says whether valence-api has a configuration on this host, which
// then decides where it keeps its data.
func configured() bool {
	for _, path := range []string{"/etc/valence/valence.conf", "/etc/valence/valence.conf.d"} {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// lastPort is the port of the last run, 0 for any without one.
func (p *pidfiles) lastPort(name string) string {
	if u, err := url.Parse(p.folder.text(name, "url")); err == nil {
		if _, port, err := net.SplitHostPort(u.Host); err == nil {
			return port
		}
	}
	return "0"
}

// findProgram finds the program of a service beside the shell, or else in PATH.
func findProgram(name string) (string, error) {
	if path, err := exec.LookPath(filepath.Join(shellFolder(), name)); err == nil && filepath.IsAbs(path) {
		return path, nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", plugin.Errorf(plugin.Failed, "the program %s is neither beside valence nor in PATH", name)
	}
	return path, nil
}

// launched is a process that has just been started.
type launched struct {
	*pidfiles
	name  string
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has
}

// launch starts the process and writes its pid file. It has nothing of ours but
// a log: not our streams, our terminal's session or our working directory.
func (p *pidfiles) launch(name string, args []string) (*launched, error) {
	path, err := p.program(name)
	if err != nil {
		return nil, err
	}
	log, err := p.newLog(name)
	if err != nil {
		return nil, fmt.Errorf("making the log of %s: %w", name, err)
	}
	defer func() { _ = log.Close() }()
	l := &launched{pidfiles: p, name: name, cmd: exec.Command(path, args...), ended: make(chan struct{})}
	if l.cmd.Env, err = p.environment(name); err != nil {
		return nil, err
	}
	l.cmd.Dir, l.cmd.Stdout, l.cmd.Stderr, l.cmd.SysProcAttr = string(p.folder), log, log, detached()
	if err := l.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	// The process is known before its end is waited for: until then nobody else can have its number.
	id, err := identify(l.cmd.Process.Pid)
	go func() {
		_ = l.cmd.Wait() // how it ended is in its ProcessState
		close(l.ended)
	}()
	if errors.Is(err, os.ErrProcessDone) || errors.Is(err, fs.ErrNotExist) {
		return l, nil // await says why
	}
	if err == nil {
		err = p.folder.write(name, record{id, time.Now().UTC().Truncate(time.Second)})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", name, err), l.undo())
	}
	return l, nil
}

// newLog begins a log; that of the run before stays beside it.
func (p *pidfiles) newLog(name string) (*os.File, error) {
	log := p.folder.file(name, "log")
	if err := os.Rename(log, log+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	_ = os.Remove(p.folder.file(name, "url.new"))
	return os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// environment is ours without what the shell tells its plugins.
func (p *pidfiles) environment(name string) ([]string, error) {
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PLUGIN_") && !strings.HasPrefix(v, "VALENCE_") {
			env = append(env, v)
		}
	}
	if name != podsimName {
		return env, nil
	}
	password, err := p.folder.password(name)
	return append(env, "PODSIM_PASSWORD="+password), err
}

// await waits until the service has written its address. A service that does
// not come so far leaves nothing behind but its log.
func (l *launched) await(ctx context.Context, call *plugin.Call, timeout time.Duration) error {
	address, began := l.folder.file(l.name, "url"), time.Now()
	for {
		if _, err := os.Stat(address + ".new"); err == nil {
			return os.Rename(address+".new", address)
		}
		waited := time.Since(began)
		if waited >= timeout {
			return errors.Join(plugin.Errorf(plugin.Timeout, "%s did not start within %s", l.name, timeout), l.undo())
		}
		call.Progress("starting "+l.name, int64(waited.Seconds()), int64(timeout.Seconds()))
		select {
		case <-l.ended:
			return errors.Join(l.failure(call), l.undo())
		case <-ctx.Done():
			return errors.Join(plugin.Errorf(plugin.Interrupted, "interrupted: %s is not started", l.name), l.undo())
		case <-time.After(waitStep / 10):
		}
	}
}

// failure shows the end of the log of a service that ended at once.
func (l *launched) failure(call *plugin.Call) error {
	lines := tail(l.folder.file(l.name, "log"), lastLines)
	for _, line := range lines {
		call.Warnf("%s: %s", l.name, line)
	}
	e := plugin.Errorf(plugin.Failed, "%s ended at once: %v", l.name, l.cmd.ProcessState)
	e.Hint = "its log is " + l.folder.file(l.name, "log")
	return e
}

// undo ends the process, if it still runs, and forgets it.
func (l *launched) undo() error {
	_ = l.cmd.Process.Kill() // fails for one that has ended, whose number it does not use
	<-l.ended
	err := os.Remove(l.folder.file(l.name, "pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
