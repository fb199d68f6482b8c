package test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// goIn runs the go command in a folder.
func goIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), goEnv()...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s in %s: %v\n%s\nif the kit needs other modules now, run there: cp ../../go.sum . && go get -t ./...", strings.Join(args, " "), dir, err, out)
	}
}

// TestExamples builds and tests each example, a module of its own, as a
// stranger would.
func TestExamples(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Glob("../examples/*/go.mod")
	if err != nil || len(modules) == 0 {
		t.Fatal(modules, err)
	}
	for _, module := range modules {
		dir := filepath.Dir(module)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			goIn(t, dir, "test", "-race", "-count=1", "./...")
		})
	}
}

// TestDisks takes the example to the real shell: a service of a type that
// Valence knows nothing of, found in clouds.yaml.
func TestDisks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	goIn(t, "../examples/disks", "build", "-o", filepath.Join(dir, "plugins", "valence-plugin-disks"), ".")
	goIn(t, "../examples/disks", "build", "-o", filepath.Join(dir, "disk-shelf"), "./cmd/disk-shelf")
	clouds, err := os.ReadFile("../examples/disks/clouds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "clouds.yaml")
	moved := strings.Replace(string(clouds), "http://127.0.0.1:8182", startShelf(t, dir), 1)
	if err := os.WriteFile(file, []byte(moved), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(line string) (stdout, stderr string, status int) {
		var out, errs strings.Builder
		cmd := shell(t, dir, strings.Fields(line)...)
		cmd.Env = []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + dir,
			"OS_CLIENT_CONFIG_FILE=" + file, "OS_CLOUD=shelf", "VALENCE_PLUGIN_PATH=" + filepath.Join(dir, "plugins"),
		}
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run()
		return out.String(), errs.String(), cmd.ProcessState.ExitCode()
	}
	for _, step := range []struct {
		line, stdout, stderr string
		status               int
	}{
		{"disk list -f value", "disk-1 480 ready\ndisk-2 960 ready\ndisk-3 1440 ready\ndisk-4 1920 ready\ndisk-5 2400 broken\n", "", 0},
		{"disk erase disk-1", "", "disk disk-1 is erased\n", 0},
		{"disk show disk-1 -f value -c erased_percent", "100\n", "", 0},
		{"disk erase disk-5", "", "valence: disk disk-5 cannot be erased: it is broken\n", 5},
		{"disk show disk-6", "", "valence: no disk is named \"disk-6\"\n", 4},
	} {
		stdout, stderr, status := run(step.line)
		if d := cmp.Diff(step.stdout, stdout); d != "" || status != step.status || stderr != step.stderr {
			t.Errorf("%s: status %d, stderr %q, stdout (-want +got):\n%s", step.line, status, stderr, d)
		}
	}
}

// startShelf starts the example's service and gives its address.
func startShelf(t *testing.T, dir string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "disk-shelf"), "-listen", "127.0.0.1:0")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the test's context has ended, and the process with it
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "the shelf is at "))
}
