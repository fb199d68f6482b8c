package redfish

import (
	"net/url"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfishtest"
)

const (
	password = "c0rrect-horse-battery"
	nodeUUID = "6f1d9a52-0a3c-4c0e-9f52-7b0f3c1f8a01"
)

func document[T any](t *testing.T, name string) T {
	t.Helper()
	doc, err := Decode[T](redfishtest.Shared(t, name))
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

// fuzz holds a document to what Decode promises.
func fuzz[T any](f *testing.F, pattern string, check func(*testing.T, T)) {
	redfishtest.Seed(f, pattern)
	redfishtest.Fuzz(f, Decode[T], check)
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
