package test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVintagePluginIsFrozen sees to it that the old plugin stays what it is for:
// were it built with the kit or the protocol of today, it would prove nothing.
func TestVintagePluginIsFrozen(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./testdata/plugins/vintage").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); regexp.MustCompile(`^github.com/valence-rsd/valence/(sdk|internal|core)/`).MatchString(line) {
			t.Errorf("it uses %s", line)
		}
	}
}

// TestVintagePluginIsInterrupted sends what Ctrl-C sends: the old plugin is
// told, and stops by itself.
func TestVintagePluginIsInterrupted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(binaries, "bad", "valence-plugin-vintage"), filepath.Join(dir, "valence-plugin-vintage")); err != nil {
		t.Fatal(err)
	}
	cmd := shell(t, t.TempDir(), "vintage", "wait")
	cmd.Env = append(cmd.Env, "VALENCE_PLUGIN_PATH="+dir)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		all.WriteString(lines.Text() + "\n")
		if strings.HasSuffix(lines.Text(), "waiting") {
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(all.String(), "told to stop") {
		t.Errorf("exit status %d, stderr:\n%s", code, all.String())
	}
}
