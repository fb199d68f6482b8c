package shell

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	h := newHistory(environment("HOME=" + home))
	if got := h.lines(); got != nil {
		t.Errorf("a new history has %q", got)
	}
	h.add("node list")
	h.add("node show web-1 ")
	if diff := cmp.Diff([]string{"node list", "node show web-1"}, h.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	file := filepath.Join(home, ".local", "state", "valence", "history")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for i := range mostHistory {
		h.add(fmt.Sprint("node show ", i))
	}
	if got := h.lines(); len(got) != mostHistory || got[0] != "node show 0" {
		t.Errorf("%d lines, the first %q", len(got), got[0])
	}
	if data, err := os.ReadFile(file); err != nil || strings.Count(string(data), "\n") != mostHistory {
		t.Errorf("the file was not shortened: %v", err)
	}
	nowhere := newHistory(environment())
	nowhere.add("x")
	if nowhere.lines() != nil {
		t.Error("without a home there is a history")
	}
	state := newHistory(environment("HOME=/h", "XDG_STATE_HOME=/s"))
	if state.file != "/s/valence/history" {
		t.Errorf("%q", state.file)
	}
}

func TestWorthKeeping(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"node list":                       true,
		"":                                false,
		"# a note":                        false,
		" node list":                      false,
		"token issue":                     true,
		"--os-password hunter2 node list": false,
		"--os-password=hunter2 node list": false,
		"node list --os-token=x":          false,
		"--os-application-credential-secret x token issue": false,
		"--os-code=x node list":                            false,
		"podmanager create a u --auth password=hunter2":    false,
		"podmanager create a u --auth=password=hunter2":    false,
		`podmanager create a u --auth "pass"word=hunter2`:  false,
		`podmanager create a u --auth 'PASSWORD=hunter2`:   false,
		"podmanager create a u --password-file pw":         true,
		"node show password":                               true,
		"node create --description 'for tokens'":           true,
	} {
		if got := worthKeeping(line); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
