// Package redfishtest is what the tests of the Redfish drivers have in common:
// the documents that were collected from real software, and fuzzing that starts
// from them. It knows the domain only.
package redfishtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/valence-rsd/valence/service"
)

// Dir is the folder of the collected documents: below the one that
// VALENCE_SHARED names, or else below one beside the checkout. It need not be
// there.
func Dir() string {
	root := os.Getenv("VALENCE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared") // from a room of the service
	}
	return filepath.Join(root, "data", "redfish")
}

// Shared reads a collected document. Where there are none, the test is skipped.
func Shared(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(Dir(), name))
	if os.IsNotExist(err) {
		t.Skip("the collected documents are not here (VALENCE_SHARED)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Seed adds the collected documents of some patterns, where they are, and odd
// ones.
func Seed(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(Dir(), pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	for _, odd := range []string{
		"", "null", "{}", "[]", `{"Members":[null]}`, `{"error":[]}`, `{"Links":{"Memory":{}}}`, `{"Links":[]}`, `{"Oem":7}`, `{"Status":7}`,
	} {
		f.Add([]byte(odd))
	}
}

// Fuzz holds the decoding of a document to what it promises, that an error has
// a code, and what is decoded to a check. The seeds are added before.
func Fuzz[T any](f *testing.F, decode func([]byte) (T, error), check func(*testing.T, T)) {
	f.Helper()
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := decode(body)
		if err != nil {
			if service.CodeOf(err) != service.PodFailed {
				t.Errorf("the code is %s", service.CodeOf(err))
			}
			return
		}
		check(t, doc)
	})
}
