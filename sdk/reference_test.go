package sdk

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/printer"
	"go/token"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/golden"
)

const pages = "../docs/go-reference/"

// TestReference compares docs/go-reference with what the packages say of
// themselves; with -update it is written anew, a page for each.
func TestReference(t *testing.T) {
	t.Parallel()
	dirs := folders(t)
	for _, dir := range dirs {
		fset := token.NewFileSet()
		p, err := doc.NewFromFiles(fset, parse(t, fset, dir, "*.go"), root+dir)
		if err != nil {
			t.Fatal(err)
		}
		r := &reference{Package: p, fset: fset}
		r.write()
		golden.Compare(t, pages+path.Base(dir)+".md", r.String(), *update)
	}
	if files, err := os.ReadDir(pages); err != nil || len(files) != len(dirs) {
		t.Errorf("%d pages for %d packages (%v)", len(files), len(dirs), err)
	}
}

// reference is the page of a package while it is written.
type reference struct {
	*doc.Package
	fset *token.FileSet
	bytes.Buffer
}

func (r *reference) write() {
	fmt.Fprintf(r, "# Package %s\n", r.Name)
	r.code(fmt.Sprintf("import %q", r.ImportPath))
	r.text(r.Doc, 2)
	r.examples(r.Examples)
	r.values("Constants", r.Consts)
	r.values("Variables", r.Vars)
	r.funcs("func ", 2, r.Funcs)
	for _, typ := range r.Types {
		r.title(2, "type "+typ.Name)
		r.declaration(typ.Decl)
		r.text(typ.Doc, 4)
		r.examples(typ.Examples)
		for _, value := range append(typ.Consts, typ.Vars...) {
			r.declaration(value.Decl)
			r.text(value.Doc, 4)
		}
		r.funcs("func ", 3, typ.Funcs)
		r.funcs("func ("+typ.Name+") ", 3, typ.Methods)
	}
}

func (r *reference) title(level int, text string) {
	fmt.Fprintf(r, "\n%s %s\n", strings.Repeat("#", level), text)
}

func (r *reference) values(title string, values []*doc.Value) {
	if len(values) > 0 {
		r.title(2, title)
	}
	for _, value := range values {
		r.declaration(value.Decl)
		r.text(value.Doc, 4)
	}
}

func (r *reference) funcs(prefix string, level int, funcs []*doc.Func) {
	for _, f := range funcs {
		r.title(level, prefix+f.Name)
		r.declaration(f.Decl)
		r.text(f.Doc, 4)
		r.examples(f.Examples)
	}
}

// nowhere is a link that has no page here.
var nowhere = regexp.MustCompile(`\[([^\]]*)\]\(\)`)

// text is what a comment says, with its headings at a level. Code in it is Go:
// TestSnippets compiles it.
func (r *reference) text(text string, level int) {
	printer := r.Printer()
	printer.HeadingLevel = level
	printer.HeadingID = func(*comment.Heading) string { return "" }
	printer.DocLinkURL = page
	for _, block := range r.Parser().Parse(text).Content {
		if code, ok := block.(*comment.Code); ok {
			r.code(strings.TrimSpace(code.Text))
			continue
		}
		markdown := string(printer.Markdown(&comment.Doc{Content: []comment.Block{block}}))
		r.WriteString("\n" + nowhere.ReplaceAllString(markdown, "$1"))
	}
}

// page is that of another package of ours; names on the same page are found
// there.
func page(l *comment.DocLink) string {
	if !strings.HasPrefix(l.ImportPath, root) {
		return ""
	}
	return path.Base(l.ImportPath) + ".md"
}

func (r *reference) declaration(decl ast.Node) { r.code(r.source(decl)) }

// source is what gofmt makes of it.
func (r *reference) source(node any) string {
	var out bytes.Buffer
	gofmt := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := gofmt.Fprint(&out, r.fset, node); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.String()
}

func (r *reference) code(text string) { fmt.Fprintf(r, "\n```go\n%s\n```\n", text) }

func (r *reference) examples(examples []*doc.Example) {
	for _, e := range examples {
		fmt.Fprintf(r, "\n%s\n", strings.TrimSpace("Example "+e.Suffix)+":")
		r.code(body(r.source(&printer.CommentedNode{Node: e.Code, Comments: e.Comments})))
		fmt.Fprintf(r, "\nIt prints:\n\n```text\n%s```\n", e.Output)
	}
}

// expected is what an example ends with, for go test.
var expected = regexp.MustCompile(`(?is)\n\t// (unordered )?output:.*`)

// body is what stands in the braces of a function.
func body(block string) string {
	block = expected.ReplaceAllString(strings.Trim(block, "{}"), "")
	return strings.TrimSpace(strings.ReplaceAll(block, "\n\t", "\n"))
}
