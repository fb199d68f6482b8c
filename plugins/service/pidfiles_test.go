package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
)

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	first := shell(t, h).Run("service", "start", podsimName)
	if first.Err != nil || first.Rows[0]["state"] != "running" {
		t.Fatalf("start: %+v", first)
	}
	again := shell(t, h).Run("service", "start", podsimName)
	if len(first.Notices) != 1 || !strings.Contains(first.Notices[0], "podmanager create simulated-pod "+first.Rows[0]["url"].(string)) {
		t.Errorf("it does not say how to register the pod: %v", first.Notices)
	}
	if d := cmp.Diff(first.Rows, again.Rows); d != "" || len(again.Notices) != 2 || !strings.Contains(again.Notices[0], "is running already") {
		t.Errorf("start again: %v\n%s", again.Notices, d)
	}
	shown := shell(t, h).Run("service", "show", podsimName)
	// These names are a promise to scripts.
	if d := cmp.Diff(strings.Fields("log manager name pid since state url"), shown.Names()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if since, err := time.Parse(time.RFC3339, shown.Rows[0]["since"].(string)); err != nil || time.Since(since) > time.Minute {
		t.Errorf("since: %v, %v", since, err)
	}
	for _, what := range []string{"stop", "stop"} {
		if got := shell(t, h).Run("service", what, podsimName); got.Err != nil {
			t.Errorf("%s: %v", what, got.Err)
		}
	}
	if left := started(programOf(h)); len(left) != 0 {
		t.Errorf("still there after stop: %v", left)
	}
	want := []map[string]any{
		{"name": "valence-api", "state": "stopped", "pid": nil, "manager": "pidfile", "url": nil},
		{"name": "valence-podsim", "state": "stopped", "pid": nil, "manager": "pidfile", "url": nil},
	}
	if d := cmp.Diff(want, short(shell(t, h).Run("service", "list"))); d != "" {
		t.Errorf("list (-want +got):\n%s", d)
	}
}

// short leaves out the columns of --long.
func short(r *plugintest.Result) []map[string]any {
	for _, row := range r.Rows {
		delete(row, "since")
		delete(row, "log")
	}
	return r.Rows
}

func TestPodKeepsAddressAndPassword(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	url := func() any {
		got := shell(t, h).Run("service", "start", podsimName)
		if got.Err != nil {
			t.Fatal(got.Err)
		}
		shell(t, h).Run("service", "stop", podsimName)
		return got.Rows[0]["url"]
	}
	first, password := url(), h.pidfiles.folder.text(podsimName, "password")
	if second := url(); first != second || password == "" || h.pidfiles.folder.text(podsimName, "password") != password {
		t.Errorf("at first at %v, then at %v", first, second)
	}
	log, _ := os.ReadFile(h.pidfiles.folder.file(podsimName, "log"))
	if !strings.Contains(string(log), "PODSIM_PASSWORD="+password) {
		t.Error("the pod was not given its password")
	}
	for _, file := range []string{"", podsimName + ".password", podsimName + ".log", podsimName + ".url"} {
		info, err := os.Stat(filepath.Join(string(h.pidfiles.folder), file))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may look at %q: %v, %v", file, info.Mode(), err)
		}
	}
}

func TestRaceOfStarts(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	const starts = 4
	program, came := programOf(h), make(chan struct{}, starts)
	// Whoever finds that nothing runs waits a little for others to find it, too.
	h.pidfiles.program = func(string) (string, error) {
		came <- struct{}{}
		for range 50 {
			if len(came) == starts {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		return program, nil
	}
	results := make([]*plugintest.Result, starts)
	var all sync.WaitGroup
	for i := range starts {
		s := shell(t, h)
		all.Go(func() { results[i] = s.Run("service", "start", podsimName) })
	}
	all.Wait()
	told := 0
	for _, r := range results {
		if r.Err != nil || r.Rows[0]["pid"] != results[0].Rows[0]["pid"] {
			t.Errorf("one of the starts: %+v", r)
		}
		told += len(r.Notices) - 1 // one is on how to register it
	}
	if told != starts-1 {
		t.Errorf("%d starts were told that it runs already, expected %d", told, starts-1)
	}
	if got := started(program); len(got) != 1 {
		t.Errorf("started %v", got)
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	h := newHost(t, "broken")
	got := shell(t, h).Run("service", "start", podsimName)
	if got.Err == nil || got.Err.Code != plugin.Failed || got.Err.Message != "valence-podsim ended at once: exit status 3" || got.Err.Hint == "" {
		t.Errorf("%+v", got.Err)
	}
	want := []string{"two", "three", "four", "five", "no such rack"}
	for i, line := range want {
		want[i] = "warning valence-podsim: " + line
	}
	if d := cmp.Diff(want, got.Notices); d != "" {
		t.Errorf("the end of the log (-want +got):\n%s", d)
	}
	if s := shell(t, h).Run("service", "show", podsimName); s.Rows[0]["state"] != "stopped" {
		t.Errorf("it is not cleaned up: %v", s.Rows)
	}
}

func TestStartGivesUp(t *testing.T) {
	t.Parallel()
	h := newHost(t, "silent")
	got := shell(t, h).Run("service", "start", podsimName, "--timeout=200ms")
	if got.Err == nil || got.Err.Code != plugin.Timeout || len(got.Progress) == 0 {
		t.Errorf("%+v", got)
	}
	if left := started(programOf(h)); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
	if s := shell(t, h).Run("service", "show", podsimName); s.Rows[0]["state"] != "stopped" {
		t.Errorf("it is not cleaned up: %v", s.Rows)
	}
}

func TestStopGivesUpAndKill(t *testing.T) {
	t.Parallel()
	h := newHost(t, "stubborn")
	if got := shell(t, h).Run("service", "start", podsimName); got.Err != nil {
		t.Fatal(got.Err)
	}
	got := shell(t, h).Run("service", "stop", podsimName, "--timeout=1s")
	if got.Err == nil || got.Err.Code != plugin.Timeout || !strings.Contains(got.Err.Hint, "service kill valence-podsim") || len(got.Progress) == 0 {
		t.Errorf("stop: %+v", got)
	}
	if got := shell(t, h).Run("service", "show", podsimName); got.Rows[0]["state"] != "running" {
		t.Errorf("after a stop that it does not heed: %v", got.Rows)
	}
	if got := shell(t, h).Run("service", "kill", podsimName); got.Err != nil {
		t.Errorf("kill: %v", got.Err)
	}
	if left := started(programOf(h)); len(left) != 0 {
		t.Errorf("still there after kill: %v", left)
	}
}

// A pid file that does not name one of our processes never leads to a signal:
// whatever differs, it is stale, and stop and kill remove it.
func TestNeverSignalsOthers(t *testing.T) {
	t.Parallel()
	other := bystander(t)
	is, err := identify(other.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	changes := map[string]func(*identity){
		"start time": func(id *identity) { id.StartTime-- },
		"executable": func(id *identity) { id.Executable = "/usr/bin/valence-podsim" },
		"user":       func(id *identity) { id.UID++ },
		"boot":       func(id *identity) { id.BootID = "b0a1" },
		"number":     func(id *identity) { id.PID = 1 << 30 },
	}
	for what, change := range changes {
		for _, verb := range []string{"stop", "kill"} {
			h := newHost(t, "pod")
			id := is
			change(&id)
			if err := h.pidfiles.folder.make(); err != nil {
				t.Fatal(err)
			}
			if err := h.pidfiles.folder.write(podsimName, record{identity: id}); err != nil {
				t.Fatal(err)
			}
			if s := shell(t, h).Run("service", "show", podsimName); s.Rows[0]["state"] != "stale" || s.Rows[0]["pid"] != nil {
				t.Errorf("another %s: %v", what, s.Rows)
			}
			got := shell(t, h).Run("service", verb, podsimName)
			want := []string{"info valence-podsim is not running; its stale pid file is removed"}
			if d := cmp.Diff(want, got.Notices); d != "" || got.Err != nil {
				t.Errorf("%s, another %s: %v\n%s", verb, what, got.Err, d)
			}
			if r, err := h.pidfiles.folder.read(podsimName); r != nil || err != nil {
				t.Errorf("%s, another %s: the pid file is still there: %v, %v", verb, what, r, err)
			}
		}
	}
	if !alive(other) {
		t.Error("a process that is not ours was signalled")
	}
}

// What the test above forbids would happen if the pid file were right.
func TestSignalsItsOwn(t *testing.T) {
	t.Parallel()
	own, h := bystander(t), newHost(t, "pod")
	is, err := identify(own.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.pidfiles.folder.make(); err != nil {
		t.Fatal(err)
	}
	if err := h.pidfiles.folder.write(podsimName, record{identity: is}); err != nil {
		t.Fatal(err)
	}
	if got := shell(t, h).Run("service", "stop", podsimName); got.Err != nil || alive(own) {
		t.Errorf("it still runs: %v", got.Err)
	}
}

// A stop that ends after the service was started again leaves its pid file.
func TestForgetsOnlyWhatEnded(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	if got := shell(t, h).Run("service", "start", podsimName); got.Err != nil {
		t.Fatal(got.Err)
	}
	now, err := h.pidfiles.folder.read(podsimName)
	if err != nil {
		t.Fatal(err)
	}
	before := *now
	before.StartTime--
	if err := h.pidfiles.folder.forget(t.Context(), &plugin.Call{}, podsimName, before); err != nil {
		t.Fatal(err)
	}
	if left, err := h.pidfiles.folder.read(podsimName); err != nil || left == nil {
		t.Errorf("the pid file of the service that runs is gone: %v", err)
	}
}

// What a service inherits is not what the shell tells its plugins.
func TestEnvironment(t *testing.T) {
	t.Setenv("PLUGIN_UNIX_SOCKET_DIR", "/x")
	t.Setenv("VALENCE_PLUGIN_COOKIE", "x")
	t.Setenv("LC_TIME", "C.UTF-8")
	env, err := newHost(t, "pod").pidfiles.environment(apiName)
	if err != nil || !slices.Contains(env, "LC_TIME=C.UTF-8") {
		t.Errorf("the locale is missing: %v", err)
	}
	for _, v := range env {
		if strings.HasPrefix(v, "PLUGIN_") || strings.HasPrefix(v, "VALENCE_") || strings.HasPrefix(v, "PODSIM_") {
			t.Errorf("it inherits %s", v)
		}
	}
}
