package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// asMain, in the environment, turns the test binary into valence-api.
const asMain = "VALENCE_API_TEST_AS_MAIN"

// The tests run the command as a process of its own, which is this binary
// again: it has the race detector, and a cached result is never that of older
// code, as it would be with a binary built on the side.
func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// itself is the path of the test binary.
func itself(t *testing.T) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// build builds the command and gives the path of the binary.
func build(t *testing.T, flags ...string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "valence-api")
	command := exec.Command("go", append(append([]string{"build", "-o", binary}, flags...), ".")...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// process is a running valence-api.
type process struct {
	*exec.Cmd
	base   string
	stderr *bytes.Buffer // to be read once the process has ended
	ended  chan error
}

// start runs the service on a free port and waits until it can be reached.
func start(t *testing.T, binary, dataDir string, env []string, flags ...string) *process {
	t.Helper()
	addressFile := filepath.Join(t.TempDir(), "address")
	flags = append(flags, "--bind-port=0", "--data-dir="+dataDir, "--address-file="+addressFile)
	p := &process{Cmd: exec.Command(binary, flags...), stderr: &bytes.Buffer{}, ended: make(chan error, 1)}
	p.Env = append(append(os.Environ(), asMain+"=1"), env...)
	p.Stderr = p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	go func() { p.ended <- p.Wait() }()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if text, err := os.ReadFile(addressFile); err == nil {
			p.base = strings.TrimSpace(string(text))
			return p
		}
		select {
		case err := <-p.ended:
			t.Fatalf("it ended: %v: %s", err, p.stderr)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not say where it is")
		}
	}
}

// wait gives how the process ended.
func (p *process) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.ended:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("it does not end")
		return nil
	}
}

// killedBy gives the signal that ended a process, or nothing.
func killedBy(err error) syscall.Signal {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || !exit.Sys().(syscall.WaitStatus).Signaled() {
		return 0
	}
	return exit.Sys().(syscall.WaitStatus).Signal()
}

func request(method, url, body string) (int, string, error) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// register starts a pod and registers it.
func register(t *testing.T, base string, o podsim.Options) *podsim.Server {
	t.Helper()
	pod, err := podsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pod.Close() })
	status, text, err := request("POST", base+"/v1/pod_managers", fmt.Sprintf(`{"name":"pod","url":%q,"authentication":[`+
		`{"type":"basic","auth_items":{"username":"admin","password":"admin"}}]}`, pod.URL))
	if status != 200 || !strings.Contains(text, `"Online"`) {
		t.Fatalf("registering the pod: %d %s %v", status, text, err)
	}
	return pod
}

func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !true(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	binary := itself(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, takenPort, _ := net.SplitHostPort(taken.Addr().String())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	running := t.TempDir()
	start(t, binary, running, nil)
	dataDir := "--data-dir=" + t.TempDir()

	for name, c := range map[string]struct {
		args   []string
		env    string
		status int
		stdout string // what it must contain
		stderr string
	}{
		"version":           {[]string{"--version"}, "", 0, "valence-api ", ""},
		"help":              {[]string{"--help"}, "", 0, "$VALENCE_API_LOST_ANSWER_WINDOW", ""},
		"unknown flag":      {[]string{"--bind-prot=1"}, "", 2, "", "--bind-prot"},
		"argument":          {[]string{"surf"}, "", 2, "", "surf"},
		"port too high":     {[]string{"--bind-port=70000"}, "", 2, "", "--bind-port"},
		"log format":        {[]string{"--log-format=xml"}, "", 2, "", "--log-format"},
		"log level":         {[]string{"--log-level=loud"}, "", 2, "", "--log-level"},
		"environment":       {nil, "VALENCE_API_LOST_ANSWER_WINDOW=long", 1, "", "$VALENCE_API_LOST_ANSWER_WINDOW: "},
		"port taken":        {[]string{dataDir, "--bind-port=" + takenPort}, "", 1, "", "address already in use"},
		"port taken, env":   {[]string{dataDir}, "VALENCE_API_BIND_PORT=" + takenPort, 1, "", "address already in use"},
		"port taken, named": {[]string{"serve", dataDir, "--bind-port=" + takenPort}, "", 1, "", "address already in use"},
		"no such file":      {[]string{"--config-file=/nowhere/at/all"}, "", 1, "", "/nowhere/at/all"},
		"no log":            {[]string{dataDir, "--log-file=/nowhere/at/all"}, "", 1, "", "opening the log file"},
		"data dir in use":   {[]string{"--bind-port=0", "--data-dir=" + running}, "", 1, "", "in use by another process"},
		"data dir a file":   {[]string{"--bind-port=0", "--data-dir=" + file}, "", 1, "", "not a directory"},
		"open to all":       {[]string{dataDir, "--bind-host=0.0.0.0", "--bind-port=0"}, "", 1, "", "listens on loopback only"},
		"negative":          {[]string{dataDir, "--bind-port=0", "--lost-answer-window=-1s"}, "", 2, "", "--lost-answer-window"},
		"no place for address": {[]string{"--data-dir=" + t.TempDir(), "--bind-port=0", "--log-level=error", "--address-file=/nowhere/at/all"},
			"", 1, "", "writing the address file"},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.Command(binary, c.args...)
			command.Env = append(os.Environ(), asMain+"=1", c.env)
			var stdout, stderr bytes.Buffer
			command.Stdout, command.Stderr = &stdout, &stderr
			_ = command.Run() // the status says more
			if status := command.ProcessState.ExitCode(); status != c.status {
				t.Errorf("exit status %d, want %d", status, c.status)
			}
			if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("stdout: %s\nstderr: %s", &stdout, &stderr)
			}
			if lines := strings.Count(stderr.String(), "\n"); c.status == 1 && lines != 1 {
				t.Errorf("%d lines on stderr, want one: %s", lines, &stderr)
			}
		})
	}
}

func TestServeAndStop(t *testing.T) {
	t.Parallel()
	binary := itself(t)
	p := start(t, binary, t.TempDir(), nil, "--log-format=json")
	if status, text, err := request("GET", p.base+"/healthz", ""); status != 200 {
		t.Errorf("%d %s %v", status, text, err)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.wait(t); err != nil {
		t.Errorf("it ended with %v", err)
	}
	for line := range strings.Lines(p.stderr.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a line of JSON: %s", line)
		}
	}
	if !strings.Contains(p.stderr.String(), `"path":"/healthz"`) {
		t.Errorf("the request is not in the log: %s", p.stderr)
	}
}

func TestSecondSignalEndsItAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t, itself(t), t.TempDir(), nil)
	pod := register(t, p.base, podsim.Options{AssembleDelay: time.Minute})
	go request("POST", p.base+"/v1/nodes", `{"name":"a"}`)
	until(t, "the pod to work", func() bool { return len(pod.Nodes()) == 1 })

	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	until(t, "the drain", func() bool { // until then it takes connections
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	select {
	case err := <-p.ended:
		t.Fatalf("it did not wait for the compose: %v: %s", err, p.stderr)
	case <-time.After(300 * time.Millisecond):
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.wait(t); killedBy(err) != syscall.SIGTERM {
		t.Errorf("it ended with %v", err)
	}
}
