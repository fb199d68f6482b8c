package packages

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/test/debian"
)

// TestSameBytes builds the packages once more, in a clone of the commit that is
// in a folder of another name and was made with another umask. Go's cache is
// that of the first build: "make packages-check" does without.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "git")
	if changes := run(t, "git", "status", "--porcelain"); changes != "" {
		t.Skip("a clone would not have what is not committed:\n" + changes)
	}
	commit := strings.TrimSpace(run(t, "git", "rev-parse", "HEAD"))
	clone := filepath.Join(t.TempDir(), "a clone elsewhere")
	script := `umask 077 && git clone --quiet "$(git rev-parse --show-toplevel)" "$0" && cd "$0" && git checkout --quiet "$1" && scripts/packages.sh`
	build := exec.Command("sh", "-c", script, clone, commit)
	build.Env = append(os.Environ(), "VERSION=v"+older, "ARCHES="+runtime.GOARCH)
	first := debian.Packages(t, older) // now: the tree may change
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(sums(t, first), sums(t, filepath.Join(clone, "dist"))); diff != "" {
		t.Errorf("the checksums (-here +elsewhere):\n%s", diff)
	}
}

func sums(t *testing.T, dir string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")
}
