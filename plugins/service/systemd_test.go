package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/sdk/plugin"
)

func TestParseUnit(t *testing.T) {
	t.Parallel()
	const log = "journal of valence-api.service"
	tests := map[string]struct {
		text  string
		known bool
		want  service
	}{
		"running": {
			"MainPID=4711\nLoadState=loaded\nActiveState=active\nSubState=running\nActiveEnterTimestamp=Sat 2026-11-28 21:04:05 UTC\n", true,
			service{Name: apiName, State: running, Manager: bySystemd, PID: 4711, Since: time.Date(2026, 11, 28, 21, 4, 5, 0, time.UTC), Log: log},
		},
		"starting": {
			"MainPID=12\nLoadState=loaded\nActiveState=activating\nSubState=start\nActiveEnterTimestamp=\n", true,
			service{Name: apiName, State: running, Manager: bySystemd, PID: 12, Log: log},
		},
		"never started": {
			"MainPID=0\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nActiveEnterTimestamp=\n", true,
			service{Name: apiName, State: stopped, Manager: bySystemd, Log: log},
		},
		"failed": {
			"MainPID=0\nLoadState=loaded\nActiveState=failed\nSubState=failed\nActiveEnterTimestamp=Sat 2026-11-28 21:04:05 UTC\n", true,
			service{Name: apiName, State: failed, Manager: bySystemd, Log: log},
		},
		"failing again and again": {
			"MainPID=0\nLoadState=loaded\nActiveState=activating\nSubState=auto-restart\nActiveEnterTimestamp=\n", true,
			service{Name: apiName, State: failed, Manager: bySystemd, Log: log},
		},
		"masked": {
			"MainPID=0\nLoadState=masked\nActiveState=inactive\nSubState=dead\nActiveEnterTimestamp=\n", true,
			service{Name: apiName, State: stopped, Manager: bySystemd, Log: log},
		},
		"no such unit": {"MainPID=0\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nActiveEnterTimestamp=\n", false, service{}},
	}
	for name, tt := range tests {
		got, known, err := parseUnit(apiName, tt.text)
		if d := cmp.Diff(tt.want, got); d != "" || known != tt.known || err != nil {
			t.Errorf("%s: known %t, %v\n%s", name, known, err, d)
		}
	}
	if _, _, err := parseUnit(apiName, "Failed to connect to bus"); err == nil {
		t.Error("a text that is not of systemctl show is taken for one")
	}
}

// Runs where systemd does, and only looks: the services there are not the test's.
func TestSystemd(t *testing.T) {
	t.Parallel()
	if thisHost().systemd == nil {
		t.Skip("systemd does not run here: there is no /run/systemd/system")
	}
	got := shell(t, thisHost()).Run("service", "list")
	if got.Err != nil || len(got.Rows) < len(names()) {
		t.Errorf("list: %+v", got)
	}
	if _, known, err := (systemd{}).find(t.Context(), "valence-nobody-has-this"); known || err != nil {
		t.Errorf("a unit that does not exist: known %t, %v", known, err)
	}
	if s, known, err := (systemd{}).find(t.Context(), "systemd-journald"); !known || err != nil || s.State != running || s.PID == 0 || s.Since.IsZero() {
		t.Errorf("a unit that runs everywhere: %+v, %v", s, err)
	}
}

// The real systemctl, where nothing answers it: what it says reaches the person
// in one line.
func TestSystemctlFails(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/usr/bin/systemctl"); err != nil {
		t.Skip("there is no systemctl here")
	}
	if _, err := systemctl(t.Context(), "show", "--no-such-option"); err == nil {
		t.Error("no error")
	} else if e, ok := err.(*plugin.Error); !ok || e.Code != plugin.Failed || e.Message == "" {
		t.Errorf("%v", err)
	}
}

// both has a unit of every name, without a systemd: what is tested is whose
// service is meant.
type both struct{ systemd }

func (both) find(_ context.Context, name string) (service, bool, error) {
	return service{Name: name, Manager: bySystemd, State: running}, true, nil
}

func TestTwoServicesOfOneName(t *testing.T) {
	t.Parallel()
	h := newHost(t, "pod")
	if got := shell(t, h).Run("service", "start", podsimName); got.Err != nil {
		t.Fatal(got.Err)
	}
	h.systemd = both{}
	if got := shell(t, h).Run("service", "list"); len(got.Rows) != 3 || got.Rows[0]["manager"] != "systemd" || got.Rows[2]["manager"] != "pidfile" {
		t.Errorf("list: %+v", got)
	}
	got := shell(t, h).Run("service", "stop", podsimName)
	if got.Err == nil || got.Err.Code != plugin.Conflict || got.Err.Hint == "" {
		t.Errorf("stop without saying which: %+v", got.Err)
	}
	if got := shell(t, h).Run("service", "stop", podsimName, "--manager=pidfile"); got.Err != nil {
		t.Errorf("stop of the user's own: %v", got.Err)
	}
	if left := started(programOf(h)); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
	if got := shell(t, h).Run("service", "show", podsimName); got.Err != nil || got.Rows[0]["manager"] != "systemd" {
		t.Errorf("after that: %+v", got)
	}
}
