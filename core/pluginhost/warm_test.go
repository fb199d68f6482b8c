package pluginhost

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// pid runs a command that tells the number of its process.
func pid(t *testing.T, h *Host) int {
	t.Helper()
	s := &sink{}
	if err := run(t, t.Context(), h, s, nil, "thing", "pid"); err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(s.notices[0], "info "))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func warmHost(t *testing.T) *Host {
	t.Helper()
	h := New(Options{
		Dirs: []string{folder(t, "good")}, StartTimeout: patient, SilenceTimeout: 3 * time.Second,
		CacheFile: filepath.Join(t.TempDir(), "manifests.json"),
	})
	h.KeepWarm()
	t.Cleanup(h.Close)
	return h
}

func TestAPluginIsKeptUntilClose(t *testing.T) {
	t.Parallel()
	h := warmHost(t)
	first := pid(t, h)
	// A failure that the command tells is no failure of the plugin.
	if err := run(t, t.Context(), h, &sink{}, nil, "thing", "not-found"); fault.Of(err).Code != fault.NotFound {
		t.Error(err)
	}
	if second := pid(t, h); second != first {
		t.Errorf("the second command ran in process %d, the first in %d", second, first)
	}
	h.Close()
	if alive(first) {
		t.Error("Close left the plugin")
	}
	if third := pid(t, h); third == first || alive(third) {
		t.Errorf("after Close the plugin is still kept, as %d", third)
	}
}

func TestWithoutKeepWarmNothingIsKept(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	if n := pid(t, h); alive(n) {
		t.Errorf("the plugin %d outlived its command", n)
	}
}

func TestAPluginThatFailedIsStartedAnew(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"panic", "crash", "hang"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			h := warmHost(t)
			first := pid(t, h)
			if err := run(t, t.Context(), h, &sink{}, nil, "thing", command); fault.Of(err).Code != fault.PluginFault {
				t.Error(err)
			}
			if second := pid(t, h); second == first || alive(first) {
				t.Errorf("first in %d (alive: %v), after it failed in %d", first, alive(first), second)
			}
		})
	}
}

func TestAPluginThatDiedIdleIsStartedAnew(t *testing.T) {
	t.Parallel()
	h := warmHost(t)
	first := pid(t, h)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// The host hears of it when the kernel has told it.
	for deadline := time.Now().Add(5 * time.Second); alive(first) && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	if second := pid(t, h); second == first {
		t.Error("a dead plugin answered")
	}
}

func TestAPluginThatWasReplacedIsStartedAnew(t *testing.T) {
	t.Parallel()
	h := warmHost(t)
	first := pid(t, h)
	path := filepath.Join(h.Dirs[0], prefix+"good")
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, program, 0o755); err != nil {
		t.Fatal(err)
	}
	if second := pid(t, h); second == first {
		t.Error("the old program ran")
	}
	if alive(first) {
		t.Error("the old program was left")
	}
}

func TestAnInterruptedPluginThatStopsIsKept(t *testing.T) {
	t.Parallel()
	h := warmHost(t)
	first := pid(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if err := run(t, ctx, h, &sink{}, nil, "thing", "wait"); fault.Of(err).Code != fault.Interrupted {
		t.Error(err)
	}
	if second := pid(t, h); second != first {
		t.Error("a plugin that heeded the interrupt was not kept")
	}
}

func TestTwoCommandsAtOnceHaveAProcessEach(t *testing.T) {
	t.Parallel()
	h := warmHost(t)
	first := pid(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	waiting := &sink{notify: make(chan string, 1)}
	done := make(chan error, 1)
	go func() { done <- run(t, ctx, h, waiting, nil, "thing", "wait") }()
	<-waiting.notify
	if second := pid(t, h); second == first {
		t.Error("two commands shared a process")
	}
	cancel()
	<-done
	h.Close()
	if alive(first) {
		t.Error("Close left a plugin")
	}
}
