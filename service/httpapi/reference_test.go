package httpapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/valence-rsd/valence/test/golden"
)

var update = flag.Bool("update", false, "write docs/api-reference.md and docs/openapi.json anew")

// TestReference compares the documents of docs/ with the description of the API;
// with -update they are written anew. The program needs neither the template nor
// a command for this: it has the same at /docs and /openapi.json.
func TestReference(t *testing.T) {
	t.Parallel()
	h, err := New(Options{Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry()})
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "../../docs/api-reference.md", markdown(t, h.api), *update)
	document, err := json.MarshalIndent(h.api.doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "../../docs/openapi.json", string(document)+"\n", *update)
}

// chapter is a path with what can be done there.
type chapter struct {
	Path       string
	Operations []anchored
}

type anchored struct {
	documentedOperation
	Anchor string
}

func markdown(t *testing.T, a *api) string {
	t.Helper()
	page := template.New("reference.md.tmpl").Funcs(template.FuncMap{
		"cell":   func(text string) string { return strings.NewReplacer("|", `\|`, "*", `\*`, "<", `\<`).Replace(text) },
		"schema": func(name string) string { return "schema-" + strings.ToLower(name) },
	})
	if _, err := page.ParseFiles("testdata/reference.md.tmpl"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	data := map[string]any{"Info": a.doc.Info, "Paths": byPath(a.documented()), "Schemas": a.documentedSchemas()}
	if err := page.Execute(&out, data); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// byPath groups operations, which come in the order of their paths.
func byPath(operations []documentedOperation) []chapter {
	var paths []chapter
	for _, op := range operations {
		if len(paths) == 0 || paths[len(paths)-1].Path != op.Path {
			paths = append(paths, chapter{Path: op.Path})
		}
		last := &paths[len(paths)-1]
		last.Operations = append(last.Operations, anchored{op, anchor(op.Method + " " + op.Path)})
	}
	return paths
}

// anchor is that of a heading, as forges and the site make them. They differ in
// that of "GET /", which comes first.
func anchor(title string) string {
	if title == "GET /" {
		return "operations"
	}
	return strings.NewReplacer("/", "", "{", "", "}", "", ".", "", " ", "-").Replace(strings.ToLower(title))
}
