package redfish

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
)

const (
	password = "c0rrect-horse-battery"
	nodeUUID = "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a01"
)

// sharedDir is where the collected documents of real software are.
func sharedDir() string {
	root := os.Getenv("VALENCE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	return filepath.Join(root, "data", "redfish")
}

func document[T any](t *testing.T, name string) T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sharedDir(), name))
	if os.IsNotExist(err) {
		t.Skip("the collected documents are not here (VALENCE_SHARED)")
	}
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Decode[T](b)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return doc
}

func wantCode(t *testing.T, what string, err error, want service.Code) {
	t.Helper()
	if err == nil || service.CodeOf(err) != want {
		t.Errorf("%s: got the error %v, want one with code %s", what, err, want)
	}
}

// seed adds the collected documents, where they are, and some odd ones.
func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob(filepath.Join(sharedDir(), pattern))
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
	for _, odd := range []string{"", "null", "{}", "[]", `{"Members":[null]}`, `{"error":[]}`, `{"Links":{"Memory":{}}}`, `{"Oem":7}`} {
		f.Add([]byte(odd))
	}
}

// fuzz holds a document to what Decode promises: an error has a code, and
// numbers are counts.
func fuzz[T any](f *testing.F, pattern string, check func(*testing.T, T)) {
	seed(f, pattern)
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := Decode[T](body)
		if err != nil {
			if service.CodeOf(err) != service.PodFailed {
				t.Errorf("the code is %s", service.CodeOf(err))
			}
			return
		}
		check(t, doc)
	})
}

func wantSize(t *testing.T, s Size) {
	if s.Value != nil && *s.Value < 0 {
		t.Errorf("a size is %d", *s.Value)
	}
}

func fuzzClient() *Client {
	return &Client{base: &url.URL{Scheme: "https", Host: "podm.example", Path: "/"}}
}

func wantRefs(t *testing.T, refs []string) {
	seen := map[string]bool{}
	for _, ref := range refs {
		if !strings.HasPrefix(ref, "/") || seen[ref] {
			t.Errorf("of %q, %q is no ref or there twice", refs, ref)
		}
		seen[ref] = true
	}
}
