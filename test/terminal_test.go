package test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// patience is how long a person waits for a terminal to show something.
const patience = 20 * time.Second

// cmdTerminal runs a program at a terminal as a person does, by a file of steps:
//
//	type TEXT     type, with Go's escapes: \t \r \x03
//	see REGEXP    wait until it is on the screen, after what was seen before
//	pause TIME    do nothing
//	exit CODE     wait until the program has ended with CODE
//
// It is usage: terminal STEPS PROGRAM ARG...
func cmdTerminal(ts *testscript.TestScript, neg bool, args []string) {
	noNegation(ts, "terminal", neg)
	if len(args) < 2 {
		ts.Fatalf("usage: terminal STEPS PROGRAM ARG...")
	}
	var env []string
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
		"OS_CLIENT_CONFIG_FILE", "OS_CLOUD", "VALENCE_URL", "VALENCE_PLUGIN_PATH", "WORK", "BIN"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	t, err := newTerminal(exec.Command(args[1], args[2:]...), ts.Getenv("WORK"), append(env, "TERM=xterm", "LC_ALL=C.UTF-8"))
	ts.Check(err)
	ts.Defer(t.end)
	for number, step := range strings.Split(ts.ReadFile(args[0]), "\n") {
		if err := t.step(step); err != nil {
			ts.Fatalf("%s:%d: %s: %v\nthe screen since the last step:\n%q", args[0], number+1, step, err, t.text())
		}
	}
}

// terminal is a program and the other end of its terminal.
type terminal struct {
	cmd  *exec.Cmd
	side *os.File
	done chan error

	mu     sync.Mutex
	screen []byte // that nobody has looked at yet
}

func newTerminal(cmd *exec.Cmd, dir string, env []string) (*terminal, error) {
	side, tty, err := openTerminal()
	if err != nil {
		return nil, err
	}
	defer func() { _ = tty.Close() }()
	path, err := lookPath(cmd.Args[0], env)
	if err != nil {
		return nil, err
	}
	cmd.Path, cmd.Err = path, nil
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	t := &terminal{cmd: cmd, side: side, done: make(chan error, 1)}
	go t.watch()
	go func() { t.done <- cmd.Wait() }()
	return t, nil
}

// lookPath finds a program in the PATH of env, not of this process.
func lookPath(name string, env []string) (string, error) {
	for _, v := range env {
		list, ok := strings.CutPrefix(v, "PATH=")
		for _, dir := range strings.Split(list, ":") {
			if path, err := exec.LookPath(dir + "/" + name); ok && err == nil {
				return path, nil
			}
		}
	}
	return "", fmt.Errorf("no program %s", name)
}

// openTerminal makes a pseudo-terminal of 24 lines of 100 columns.
func openTerminal() (side, tty *os.File, err error) {
	side, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(side.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 100})
	}
	if err == nil {
		tty, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	return side, tty, err
}

// watch reads what the program prints, and answers where the cursor is, as a
// terminal must.
func (t *terminal) watch() {
	buf := make([]byte, 4096)
	for {
		n, err := t.side.Read(buf)
		for range bytes.Count(buf[:n], []byte("\x1b[6n")) {
			_, _ = t.side.WriteString("\x1b[1;1R")
		}
		t.mu.Lock()
		t.screen = append(t.screen, buf[:n]...)
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.screen)
}

func (t *terminal) step(step string) error {
	verb, rest, _ := strings.Cut(step, " ")
	switch verb {
	case "", "#":
		return nil
	case "type":
		text, err := strconv.Unquote(`"` + rest + `"`)
		if err == nil {
			_, err = t.side.WriteString(text)
		}
		return err
	case "see":
		return t.see(rest)
	case "pause":
		d, err := time.ParseDuration(rest)
		time.Sleep(d)
		return err
	case "exit":
		return t.exit(rest)
	}
	return errors.New("no such step")
}

func (t *terminal) see(pattern string) error {
	wanted, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		t.mu.Lock()
		at := wanted.FindIndex(t.screen)
		if at != nil {
			t.screen = t.screen[at[1]:]
		}
		t.mu.Unlock()
		if at != nil {
			return nil
		}
	}
	return errors.New("it never came")
}

func (t *terminal) exit(code string) error {
	select {
	case err := <-t.done:
		t.done <- err
	case <-time.After(patience):
		return errors.New("it did not end")
	}
	if got := strconv.Itoa(t.cmd.ProcessState.ExitCode()); got != code {
		return fmt.Errorf("it ended with %s", got)
	}
	return nil
}

func (t *terminal) end() {
	_ = t.cmd.Process.Kill()
	<-t.done
	_ = t.side.Close()
}
