package contract_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
)

// table is the page that says which test is about what.
const table = "../../docs/api-tests.md"

func TestMain(m *testing.M) {
	update := flag.Bool("update", false, "write "+table+" anew")
	flag.Parse()
	code := m.Run()
	if code == 0 && whole() && !recorded.lacking {
		code = review(*update)
	}
	os.Exit(code)
}

// whole says whether all tests ran, and not those of a choice only.
func whole() bool {
	for _, choice := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(choice).Value.String() != "" {
			return false
		}
	}
	return true
}

// review looks at what all tests together have done.
func review(update bool) int {
	if missing := recorded.neverGranted(); len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "no test saw these succeed: %v\n", slices.Sorted(slices.Values(missing)))
		return 1
	}
	if !update {
		return 0 // TestTable reads the page; an answer that depends on the machine's speed must not fail it
	}
	if err := os.WriteFile(table, recorded.table(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
