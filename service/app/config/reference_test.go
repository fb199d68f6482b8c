package config

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

// TestReference compares docs/configuration.md with the table of options; with
// -update it is written anew.
func TestReference(t *testing.T) {
	t.Parallel()
	const page = "../../../docs/configuration.md"
	got := Reference()
	if *update {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil { //nolint:gosec // a page for everybody
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is out of date (-page +options); go test ./service/app/config -run TestReference -update writes it:\n%s", page, diff)
	}
}
