package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// systemd manages the units of the system.
type systemd struct{}

// properties are those that are asked for: org.freedesktop.systemd1(5) tells
// what they mean.
const properties = "LoadState,ActiveState,SubState,MainPID,ActiveEnterTimestamp"

func unit(name string) string { return name + ".service" }

// find asks for the properties of the unit.
func (systemd) find(ctx context.Context, name string) (service, bool, error) {
	out, err := systemctl(ctx, "show", "--property="+properties, unit(name))
	if err != nil {
		return service{}, false, err
	}
	return parseUnit(name, out)
}

// parseUnit reads what "systemctl show" prints: lines with a property, "=" and
// its value. A unit that does not exist has a LoadState, too.
func parseUnit(name, text string) (s service, known bool, err error) {
	p := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), "=")
		p[key] = value
	}
	switch p["LoadState"] {
	case "":
		return s, false, fmt.Errorf("systemctl show %s says nothing of the unit's LoadState", unit(name))
	case "not-found":
		return s, false, nil
	}
	s = service{Name: name, Manager: bySystemd, State: unitState(p["ActiveState"], p["SubState"]), Log: "journal of " + unit(name)}
	if s.State != running {
		return s, true, nil
	}
	s.PID, _ = strconv.Atoi(p["MainPID"]) // 0 where the unit has none
	// The moment is in the time zone that systemctl was given, which is UTC; it
	// is empty before the unit is active.
	s.Since, _ = time.Parse("Mon 2006-01-02 15:04:05 MST", p["ActiveEnterTimestamp"])
	return s, true, nil
}

// unitState says it in our words. A unit that waits to be started again has
// failed a moment ago.
func unitState(active, sub string) string {
	switch {
	case active == "failed", sub == "auto-restart":
		return failed
	case active == "inactive":
		return stopped
	}
	return running
}

func (m systemd) start(ctx context.Context, call *plugin.Call, name string, timeout time.Duration) (service, error) {
	s, _, err := m.find(ctx, name)
	if err != nil {
		return s, err
	}
	if s.State == running {
		call.Infof("%s is running already, as process %d", name, s.PID)
		return s, nil
	}
	err = m.act(ctx, call, "starting "+name, timeout, "start", unit(name))
	if errors.Is(err, context.DeadlineExceeded) {
		return s, plugin.Errorf(plugin.Timeout, "%s did not start within %s; systemd goes on trying", name, timeout)
	}
	if err != nil {
		return s, err
	}
	s, _, err = m.find(ctx, name)
	return s, err
}

func (m systemd) stop(ctx context.Context, call *plugin.Call, name string, timeout time.Duration) error {
	if s, _, err := m.find(ctx, name); err != nil || s.State == stopped {
		return notRunning(call, name, err)
	}
	err := m.act(ctx, call, "waiting for "+name+" to end", timeout, "stop", unit(name))
	if errors.Is(err, context.DeadlineExceeded) {
		return stillRunning(name, timeout)
	}
	return err
}

func (m systemd) kill(ctx context.Context, call *plugin.Call, name string) error {
	if s, _, err := m.find(ctx, name); err != nil || s.State == stopped {
		return notRunning(call, name, err)
	}
	return m.act(ctx, call, "killing "+name, killTimeout, "kill", "--signal=SIGKILL", unit(name))
}

// act runs systemctl and says meanwhile what it is about.
func (systemd) act(ctx context.Context, call *plugin.Call, text string, timeout time.Duration, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer stayAwake(call, text)()
	_, err := systemctl(ctx, args...)
	return err
}

// systemctl runs it as somebody who answers no questions, and in the language
// and time zone that we read.
func systemctl(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "systemctl", append([]string{"--no-ask-password", "--no-pager"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("systemctl %s: %w", args[0], ctx.Err())
	case err != nil:
		return "", systemctlError(args[0], err)
	}
	return string(out), nil
}

// systemctlError passes on what systemctl printed.
func systemctlError(verb string, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return fmt.Errorf("systemctl %s: %w", verb, err)
	}
	said := strings.Join(strings.Fields(string(exit.Stderr)), " ")
	e := plugin.Errorf(plugin.Failed, "systemctl %s: %v: %s", verb, err, said)
	if strings.Contains(said, "authentication required") || strings.Contains(said, "Access denied") {
		e.Code, e.Hint = plugin.Denied, "run it as root, for example with sudo"
	}
	return e
}

// logs reads the journal.
func (systemd) logs(ctx context.Context, name string, lines int, follow bool, give func(line string) error) error {
	args := []string{"--no-pager", "--quiet", "--output=short-iso", "--unit=" + unit(name), "--lines=" + strconv.Itoa(lines)}
	if follow {
		args = append(args, "--follow")
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "journalctl", args...)
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("journalctl: %w", err)
	}
	giveErr := giveLines(out, give)
	if giveErr != nil {
		_ = cmd.Process.Kill() // nobody takes what it has to say
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return errFollowed
	case giveErr != nil:
		return giveErr
	case err != nil:
		return fmt.Errorf("journalctl: %w: %s", err, said.String())
	}
	return nil
}

func giveLines(r io.Reader, give func(line string) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		if err := give(in.Text()); err != nil {
			return err
		}
	}
	return in.Err()
}
