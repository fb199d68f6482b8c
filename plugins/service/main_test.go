package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/sdk/plugintest"
)

// The test's own program stands in for those of the services: by the name that
// it is started under it is a simulated pod, one that does not heed SIGTERM,
// or a program that ends at once.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "pod":
		os.Exit(servePod(syscall.SIGTERM))
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		os.Exit(servePod(syscall.SIGINT))
	case "broken":
		fmt.Fprintln(os.Stderr, "one\ntwo\nthree\nfour\nfive\nno such rack")
		os.Exit(3)
	case "silent":
		select {}
	}
	os.Exit(m.Run())
}

// servePod serves a real simulated pod, with the arguments of valence-podsim.
func servePod(end os.Signal) int {
	ctx, stop := signal.NotifyContext(context.Background(), end)
	defer stop()
	argument := func(flag string) string { return os.Args[slices.Index(os.Args, flag)+1] }
	sim, err := podsim.New(podsim.Options{Password: os.Getenv("PODSIM_PASSWORD"), StateFile: argument("--state")})
	if err != nil {
		return 1
	}
	ln, err := net.Listen("tcp", argument("--listen"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stderr, "listening; the environment is", os.Environ())
	if os.WriteFile(argument("--address-file"), []byte("http://"+ln.Addr().String()+"\n"), 0o600) != nil {
		return 1
	}
	if sim.Serve(ctx, ln) != nil {
		return 1
	}
	return 0
}

// newHost is a host without systemd whose programs all are what role says. What
// a test leaves running on it is ended.
func newHost(t *testing.T, role string) *host {
	t.Helper()
	if err := supported(); err != nil {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, role)
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	h := &host{pidfiles: &pidfiles{
		folder:  folder(filepath.Join(dir, "state", "services")),
		program: func(string) (string, error) { return program, nil },
	}}
	t.Cleanup(func() {
		for _, pid := range started(program) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	return h
}

// started are the processes that were started as that program, and live.
func started(program string) []int {
	var pids []int
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		if argument, _, _ := strings.Cut(string(line), "\x00"); argument == program {
			var pid int
			if _, err := fmt.Sscan(filepath.Base(dir), &pid); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// programOf is the path of the host's programs.
func programOf(h *host) string { path, _ := h.pidfiles.program(podsimName); return path }

// bystander is a living process of the test's that nobody may signal.
func bystander(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd
}

// alive waits long enough for a signal to have had its effect.
func alive(cmd *exec.Cmd) bool {
	time.Sleep(200 * time.Millisecond)
	_, err := identify(cmd.Process.Pid)
	return err == nil
}

// shell is a shell around the family on a host.
func shell(t *testing.T, h *host) *plugintest.Shell {
	t.Helper()
	return plugintest.New(t, family(h))
}
