package test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell prepares a run of the shell with a home of its own.
func shell(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(binaries, "valence"), args...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + home,
		"VALENCE_URL=http://127.0.0.1:1",
	}
	return cmd
}

// TestKilledShellLeavesNoPlugin kills the shell outright while a plugin hangs.
func TestKilledShellLeavesNoPlugin(t *testing.T) {
	t.Parallel()
	cmd := shell(t, t.TempDir(), "crashy", "hang")
	cmd.Env = append(cmd.Env, "VALENCE_PLUGIN_PATH="+filepath.Join(binaries, "bad"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := pluginPID(t, bufio.NewScanner(stderr))
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	time.Sleep(time.Second)
	if err := syscall.Kill(pid, 0); err == nil && !zombie(pid) {
		t.Errorf("the plugin %d outlived its shell by a second", pid)
	}
}

// pluginPID reads the number of the hanging plugin's process.
func pluginPID(t *testing.T, lines *bufio.Scanner) int {
	t.Helper()
	pattern := regexp.MustCompile(`hanging, pid (\d+)`)
	for lines.Scan() {
		if m := pattern.FindStringSubmatch(lines.Text()); m != nil {
			pid, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("the plugin never hung")
	return 0
}

// zombie says whether a process has ended and waits only for its parent, which
// in a container without init never asks.
func zombie(pid int) bool {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := bytes.Cut(data, []byte(") "))
	return bytes.HasPrefix(state, []byte("Z"))
}

// TestInterruptEndsTheCommand sends the shell what Ctrl-C sends.
func TestInterruptEndsTheCommand(t *testing.T) {
	t.Parallel()
	cmd := shell(t, t.TempDir(), "crashy", "hang")
	cmd.Env = append(cmd.Env, "VALENCE_PLUGIN_PATH="+filepath.Join(binaries, "bad"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	pluginPID(t, lines)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		continue // drained, so that Wait can end
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit status %d, want 130", code)
	}
}

// TestPluginProcesses counts the plugin processes that a command starts: a warm
// help none, a warm command exactly one.
func TestPluginProcesses(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed")
	}
	home := t.TempDir()
	if out, err := shell(t, home, "--help").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tests := map[string]struct {
		args []string
		want int
	}{
		"help":         {[]string{"--help"}, 0},
		"command help": {[]string{"node", "create", "--help"}, 0},
		"version":      {[]string{"--version"}, 0},
		"plugin list":  {[]string{"plugin", "list"}, 0},
		"usage error":  {[]string{"node", "frobnicate"}, 0},
		"a command":    {[]string{"node", "list"}, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := started(t, shell(t, home, tt.args...)); got != tt.want {
				t.Errorf("%v started %d plugins, want %d", tt.args, got, tt.want)
			}
		})
	}
}

// started runs a command under strace and counts the plugins that it executes.
func started(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	traced := exec.CommandContext(ctx, "strace", append([]string{"-f", "-e", "trace=execve", "-o", trace}, cmd.Args...)...)
	traced.Env = cmd.Env
	_ = traced.Run() // its exit status is the command's, which may fail
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(data), "/valence-plugin-")
}
