package composition

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// tree is the documents of a pod by URI. It belongs to the pod's mutex.
//
// Most documents of a large pod are components, which never change: they are made when somebody looks at them.
type tree struct {
	documents map[string]*document
	targets   map[string]action // by the URI of the target
	touched   map[string]bool   // what is no longer as it was at the start
}

type document struct {
	made func() object // of what never changes, nil for the others
	body object        // of the others
	raw  []byte        // the body as text; nil when it has changed
	etag string        // of raw

	original bool // there from the start
}

// action is one that a document offers.
type action struct {
	name string // such as #ComputerSystem.Reset
	of   string // URI of the document
}

func newTree() *tree {
	return &tree{documents: map[string]*document{}, targets: map[string]action{}, touched: map[string]bool{}}
}

// offer remembers the actions of a document.
func (t *tree) offer(uri string, body object) {
	for name, what := range objectAt(body, "Actions") {
		if target := clean(textAt(what, "target")); target != "" {
			t.targets[target] = action{name, uri}
		}
	}
}

func (t *tree) has(uri string) bool { return t.documents[uri] != nil }

// view returns a document to read; nil when there is none.
func (t *tree) view(uri string) object {
	d := t.documents[uri]
	if d == nil {
		return nil
	}
	if d.made != nil {
		return d.made()
	}
	return d.body
}

// edit returns a document to change; nil when there is none.
func (t *tree) edit(uri string) object {
	body := t.view(uri)
	if body != nil {
		*t.documents[uri] = document{body: body, original: t.documents[uri].original}
		t.touched[uri] = true
	}
	return body
}

// store adds a document that never changes.
func (t *tree) store(uri string, made func() object) { t.documents[uri] = &document{made: made} }

// put adds a document, or replaces one.
func (t *tree) put(uri string, body object) {
	before := t.documents[uri]
	t.documents[uri] = &document{body: body, original: before != nil && before.original}
	t.touched[uri] = true
	t.offer(uri, body)
}

// begin says that the documents are now as they are at the start.
func (t *tree) begin() {
	for _, d := range t.documents {
		d.original = true
	}
	t.touched = map[string]bool{}
}

// remove takes a document away, and all that are below it.
func (t *tree) remove(uri string) {
	for _, gone := range t.within(uri) {
		d := t.documents[gone]
		delete(t.documents, gone)
		delete(t.touched, gone)
		if d != nil && d.original {
			t.touched[gone] = true
		}
	}
	maps.DeleteFunc(t.targets, func(_ string, a action) bool { return a.of == uri })
}

// within lists a document and all that its links lead to below it.
func (t *tree) within(uri string) []string {
	found := []string{uri}
	var follow func(value any)
	follow = func(value any) {
		switch v := value.(type) {
		case object:
			if to := uriOf(v); below(uri)(to) && t.has(to) && !slices.Contains(found, to) {
				found = append(found, to)
				follow(t.view(to))
			}
			for _, one := range v {
				follow(one)
			}
		case []any:
			for _, one := range v {
				follow(one)
			}
		}
	}
	follow(t.view(uri))
	return found
}

// text returns a document as it is served, with its ETag; false when there is none.
func (t *tree) text(uri string) (raw []byte, etag string, ok bool) {
	d := t.documents[uri]
	if d == nil {
		return nil, "", false
	}
	if d.made != nil {
		raw = encode(d.made())
		return raw, etagOf(raw), true
	}
	if d.raw == nil {
		d.raw = encode(d.body)
		d.etag = etagOf(d.raw)
	}
	return d.raw, d.etag, true
}

func etagOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

// encode writes a body as JSON. Bodies consist of what JSON has, so there is no error.
func encode(body any) []byte {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("encoding a document: %v", err))
	}
	return raw
}
