package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is a built valence-api.
type process struct {
	url  string
	pid  int
	stop func()
}

// address is where it listens.
func (p process) address() string { return strings.TrimPrefix(p.url, "http://") }

// startService starts bin/valence-api over a data folder, until the benchmark
// ends or stop is called.
func startService(b *testing.B, dataDir string) process {
	b.Helper()
	file := filepath.Join(b.TempDir(), "address")
	cmd := exec.Command(bin+"valence-api", "--bind-port", "0", "--data-dir", dataDir, "--log-level", "warning", "serve", "--address-file", file)
	url := start(b, cmd, file)
	return process{url: url, pid: cmd.Process.Pid, stop: func() { end(cmd) }}
}

// startBare starts a program that answers everything with body, and gives its
// address.
func startBare(b *testing.B, body []byte) string {
	b.Helper()
	const text = `package main

import (
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	body, _ := os.ReadFile(os.Args[1])
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	_ = os.WriteFile(os.Args[2]+".new", []byte("http://"+listener.Addr().String()+"\n"), 0o600)
	_ = os.Rename(os.Args[2]+".new", os.Args[2])
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})))
}
`
	binary := build(b, text)
	address := filepath.Join(b.TempDir(), "address")
	cmd := exec.Command(binary, tempFile(b, "body", body), address)
	return strings.TrimPrefix(start(b, cmd, address), "http://")
}

// start starts a process and waits for the address that it writes.
func start(b *testing.B, cmd *exec.Cmd, file string) string {
	b.Helper()
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { end(cmd) })
	for range 600 {
		if text, err := os.ReadFile(file); err == nil {
			return strings.TrimSpace(string(text))
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Fatalf("%s does not serve: %s", cmd.Path, &output)
	return ""
}

func end(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
}

// settle waits until the process uses no more memory than it has to, and gives
// that in MB. Its peak is counted from then on.
func (p process) settle(b *testing.B) float64 {
	b.Helper()
	idle := p.memory(b, "VmRSS")
	for range 20 {
		time.Sleep(500 * time.Millisecond)
		now := p.memory(b, "VmRSS")
		if now >= idle-0.1 {
			break
		}
		idle = now
	}
	// 5 makes the peak begin anew (proc(5), clear_refs).
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.pid), []byte("5"), 0); err != nil {
		b.Fatal(err)
	}
	return idle
}

func (p process) peak(b *testing.B) float64 { return p.memory(b, "VmHWM") }

// memory reads a figure of /proc/PID/status, in MB.
func (p process) memory(b *testing.B, key string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), key+":")
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
