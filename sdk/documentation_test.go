package sdk

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDocumentation renders what pkgsite and go doc show. Every exported name
// says what it is, every example runs (go test runs those with an output only),
// and nothing in square brackets is a link that leads nowhere.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	examples := 0
	for _, dir := range folders(t) {
		p := documentation(t, dir)
		complain := func(name, text string) {
			switch {
			case strings.TrimSpace(text) == "":
				t.Errorf("%s: %s is not documented", dir, name)
			case len(p.HTML(text)) == 0 || dead(string(p.Markdown(text))):
				t.Errorf("%s: what %s says is not rendered as it was meant:\n%s", dir, name, p.Markdown(text))
			}
		}
		complain("the package", p.Doc)
		for name, text := range exported(p) {
			complain(name, text)
		}
		for _, e := range doc.Examples(testFiles(t, dir)...) {
			examples++
			if e.Output == "" && !e.EmptyOutput {
				t.Errorf("%s: the example %s is not run: it has no output", dir, e.Name)
			}
		}
	}
	if examples < 40 {
		t.Errorf("%d examples were found: the test has missed some", examples)
	}
}

// dead tells whether square brackets were left that go doc would have made a
// link of: [Name], with a capital letter as exported names have.
func dead(markdown string) bool {
	for piece := range strings.SplitSeq(markdown, `\[`) {
		name, _, closed := strings.Cut(piece, "]")
		if closed && piece != markdown && token.IsExported(name) && token.IsIdentifier(name) {
			return true
		}
	}
	return false
}

// folders are those of the public packages.
func folders(t *testing.T) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		dir := filepath.Dir(path)
		source := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
		if source && !strings.Contains(path, "internal/") && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		return err
	})
	if err != nil || len(dirs) < 11 {
		t.Fatalf("the packages are %v (%v)", dirs, err)
	}
	return dirs
}

func documentation(t *testing.T, dir string) *doc.Package {
	t.Helper()
	fset := token.NewFileSet()
	files := slices.DeleteFunc(parse(t, fset, dir, "*.go"), func(f *ast.File) bool {
		return strings.HasSuffix(fset.File(f.Pos()).Name(), "_test.go")
	})
	p, err := doc.NewFromFiles(fset, files, root+dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func testFiles(t *testing.T, dir string) []*ast.File {
	t.Helper()
	return parse(t, token.NewFileSet(), dir, "*_test.go")
}

func parse(t *testing.T, fset *token.FileSet, dir, pattern string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// exported are the names of a package with what is said of each. Names that
// stand in one declaration share what is said of it.
func exported(p *doc.Package) map[string]string {
	texts := map[string]string{}
	funcs := func(prefix string, all []*doc.Func) {
		for _, f := range all {
			texts[prefix+f.Name] = f.Doc
		}
	}
	funcs("", p.Funcs)
	for _, typ := range p.Types {
		texts[typ.Name] = typ.Doc
		funcs("", typ.Funcs)
		funcs(typ.Name+".", typ.Methods)
	}
	return texts
}
