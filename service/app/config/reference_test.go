package config

import (
	"flag"
	"testing"

	"github.com/valence-rsd/valence/test/golden"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

// TestReference compares docs/configuration.md with the table of options; with
// -update it is written anew.
func TestReference(t *testing.T) {
	t.Parallel()
	golden.Compare(t, "../../../docs/configuration.md", Reference(), *update)
}
