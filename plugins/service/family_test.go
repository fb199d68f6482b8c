package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/plugin"
)

func TestWrongInput(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	tests := map[string]struct {
		code plugin.Code
		says string
	}{
		"stop":                               {plugin.Usage, "say which services: valence-api, valence-podsim, or --all"},
		"kill":                               {plugin.Usage, "say which services"},
		"start":                              {plugin.Usage, "say which services to start"},
		"stop --all valence-api":             {plugin.Usage, "--all and names exclude each other"},
		"stop --all --timeout 0s":            {plugin.Usage, "--timeout is 0s, expected more than nothing"},
		"stop --all --timeout soon":          {plugin.Usage, "--timeout"},
		"start --simulate valence-api":       {plugin.Usage, "it takes neither names nor --manager systemd"},
		"show valence-api --manager init":    {plugin.Usage, "--manager"},
		"show valence-ap":                    {plugin.NotFound, `no service is named "valence-ap": there are valence-api and valence-podsim`},
		"logs valence-api":                   {plugin.NotFound, "valence-api has no log: it has not been started from here"},
		"logs valence-api --lines=-1":        {plugin.Usage, "--lines is -1, expected 0 or more"},
		"start sshd valence-":                {plugin.NotFound, "2 of 2 failed"},
		"show valence-api --manager systemd": {plugin.NotFound, "systemd has no service valence-api"},
	}
	for line, want := range tests {
		got := shell(t, h).Run(append([]string{"service"}, strings.Fields(line)...)...)
		if got.Err == nil || got.Err.Code != want.code || !strings.Contains(got.Err.Message, want.says) {
			t.Errorf("%s: %+v", line, got.Err)
		}
	}
}

func TestFolderOfOthers(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	if err := os.MkdirAll(string(h.pidfiles.folder), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(string(h.pidfiles.folder), 0o770); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"list", "stop --all", "start valence-podsim"} {
		got := shell(t, h).Run(append([]string{"service"}, strings.Fields(line)...)...)
		if got.Err == nil || (got.Err.Code != plugin.Denied) {
			t.Errorf("%s in a folder that others may write to: %+v", line, got.Err)
		}
	}
}

func TestDamagedPidFile(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	if err := h.pidfiles.folder.make(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "4711\n", `{"pid": 0}`, `{"pid": -1}`} {
		if err := h.pidfiles.folder.replace(podsimName, "pid", []byte(text)); err != nil {
			t.Fatal(err)
		}
		got := shell(t, h).Run("service", "stop", podsimName)
		if got.Err == nil || !strings.Contains(got.Err.Message, "does not name a process") {
			t.Errorf("%q: %+v", text, got.Err)
		}
	}
}

func TestFindProgram(t *testing.T) {
	t.Parallel()
	if path, err := findProgram("sh"); err != nil || !filepath.IsAbs(path) {
		t.Errorf("%q, %v", path, err)
	}
	want := "the program valence-nobody-has is neither beside valence nor in PATH"
	if _, err := findProgram("valence-nobody-has"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestStateFolder(t *testing.T) {
	t.Parallel()
	tests := map[[2]string]folder{
		{"/state", "/home/me"}: "/state/valence/services",
		{"state", "/home/me"}:  "/home/me/.local/state/valence/services",
		{"", "/home/me"}:       "/home/me/.local/state/valence/services",
	}
	for env, want := range tests {
		get := func(name string) string { return map[string]string{"XDG_STATE_HOME": env[0], "HOME": env[1]}[name] }
		if got := stateFolder(get); got != want {
			t.Errorf("%v: %s, want %s", env, got, want)
		}
	}
	if err := stateFolder(func(string) string { return "" }).check(); err == nil || !strings.Contains(err.Error(), "HOME") {
		t.Errorf("without any: %v", err)
	}
}

func TestLogs(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	if err := h.pidfiles.folder.make(); err != nil {
		t.Fatal(err)
	}
	log := h.pidfiles.folder.file(apiName, "log")
	if err := os.WriteFile(log, []byte("a\nb\r\n\nd\nunfinished"), 0o600); err != nil {
		t.Fatal(err)
	}
	for lines, want := range map[string][]any{"0": nil, "1": {"unfinished"}, "3": {"", "d", "unfinished"}, "9": {"a", "b", "", "d", "unfinished"}} {
		got := shell(t, h).Run("service", "logs", apiName, "--lines="+lines)
		var rows []any
		for _, row := range got.Rows {
			rows = append(rows, row["line"])
		}
		if d := cmp.Diff(want, rows); d != "" || got.Err != nil {
			t.Errorf("%s lines: %v\n%s", lines, got.Err, d)
		}
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	write := func(text string) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString(text)
		}
		if err != nil || f.Close() != nil {
			t.Error(err)
		}
	}
	write("old\n")
	log := &logFile{path: path}
	if err := log.open(); err != nil {
		t.Fatal(err)
	}
	if _, err := lastOf(log, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	write("fir")
	time.AfterFunc(3*followStep, func() { write("st\nsecond\n") })
	var got []string
	err := log.follow(ctx, func(line string) error {
		switch got = append(got, line); line {
		case "second":
			if err := os.Rename(path, path+".1"); err != nil {
				t.Error(err)
			}
			write("of the next run\n")
		case "of the next run":
			cancel()
		}
		return nil
	})
	if d := cmp.Diff([]string{"first", "second", "of the next run"}, got); d != "" || err != errFollowed {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}
