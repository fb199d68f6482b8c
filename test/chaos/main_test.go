package chaos

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the built service.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

// buildAndRun builds the service with the race detector: what it reports is in
// the logs of the replicas, which the tests read.
func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "valence-chaos")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "valence-api")
	if out, err := exec.Command("go", "build", "-race", "-o", program, "../../cmd/valence-api").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building valence-api: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
