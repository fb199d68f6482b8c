// Package golden compares files of the repository with what they are made of.
package golden

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Compare compares a file with what it is made of. The test's own flag -update
// writes it anew.
func Compare(t testing.TB, file, made string, update bool) {
	t.Helper()
	if update {
		if err := os.WriteFile(file, []byte(made), 0o644); err != nil { //nolint:gosec // for everybody
			t.Fatal(err)
		}
	}
	shown, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(shown), made); diff != "" {
		t.Errorf("%s is out of date (-file +made now); go test -run %s -update writes it:\n%s", file, t.Name(), diff)
	}
}
