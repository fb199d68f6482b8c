// Package sdk has no code: what is for plugins and programs is in the folders
// below it, and here is the test that none of it goes away unnoticed.
package sdk

import (
	"errors"
	"flag"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "record the surface anew")

const (
	module = "github.com/valence-rsd/valence"
	root   = module + "/sdk/"
	record = "testdata/surface.txt"
)

// TestSurface compares all that a stranger can use with what was recorded. The
// guide for plugin authors (docs/plugins.md, "What stays") says what may change.
func TestSurface(t *testing.T) {
	t.Parallel()
	var lines []string
	for _, pkg := range packages(t) {
		lines = append(lines, surface(pkg)...)
	}
	slices.Sort(lines)
	if *update {
		if err := os.WriteFile(record, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	recorded := strings.Split(strings.TrimSpace(string(data)), "\n")
	for _, line := range without(recorded, lines) {
		t.Errorf("gone, or another than it was: %s", line)
	}
	for _, line := range without(lines, recorded) {
		t.Errorf("not recorded: %s", line)
	}
	if t.Failed() {
		t.Log("docs/plugins.md says what may change, and when; a change that may is recorded with: go test ./sdk -update")
	}
	for _, line := range lines {
		if strings.Contains(line, module+"/internal/") {
			t.Errorf("a type that no stranger can name: %s", line)
		}
	}
}

// without are the lines that are not among the others.
func without(lines, others []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(others, line) })
}

// packages are the public packages of the kit, out of what the compiler wrote.
func packages(t *testing.T) []*types.Package {
	t.Helper()
	files, compiled := exports(t)
	var all []*types.Package
	for pkg, file := range files {
		if !strings.HasPrefix(pkg, root) || strings.Contains(pkg, "/internal/") || file == "" {
			continue
		}
		p, err := compiled.Import(pkg)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// exports are the files of what packages export: those of the kit, others by
// their paths, and all that they need.
func exports(t *testing.T, others ...string) (map[string]string, types.Importer) {
	t.Helper()
	touchAll(t)
	args := append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "./..."}, others...)
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		pkg, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[pkg] = file
	}
	return files, importer.ForCompiler(token.NewFileSet(), "gc", func(pkg string) (io.ReadCloser, error) {
		if files[pkg] == "" {
			return nil, errors.New("not compiled: " + pkg)
		}
		return os.Open(files[pkg])
	})
}

// touchAll makes every file of the kit an input of the test, for the test cache
// does not know what the go command reads.
func touchAll(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// surface are the exported names of a package, each with its type on a line of
// its own, so that the lines of different changes merge.
func surface(pkg *types.Package) []string {
	s := &surveyor{pkg: pkg}
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			s.object(obj)
		}
	}
	return s.lines
}

type surveyor struct {
	pkg   *types.Package
	lines []string
}

func (s *surveyor) add(format string, args ...any) {
	s.lines = append(s.lines, strings.TrimPrefix(s.pkg.Path(), root)+": "+fmt.Sprintf(format, args...))
}

func (s *surveyor) text(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		switch {
		case p == s.pkg:
			return ""
		case strings.Contains(p.Path(), "/internal/"):
			return p.Path()
		}
		return path.Base(strings.TrimSuffix(p.Path(), "/v2"))
	})
}

func (s *surveyor) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		s.add("const %s %s = %s", obj.Name(), s.text(obj.Type()), obj.Val().ExactString())
	case *types.Var:
		s.add("var %s %s", obj.Name(), s.text(obj.Type()))
	case *types.Func:
		s.add("func %s%s%s", obj.Name(), s.params(obj.Signature().TypeParams()), s.signature(obj))
	case *types.TypeName:
		s.typeName(obj)
	}
}

func (s *surveyor) typeName(obj *types.TypeName) {
	named, ok := obj.Type().(*types.Named)
	if !ok || obj.IsAlias() {
		s.add("type %s = %s", obj.Name(), s.text(types.Unalias(obj.Type())))
		return
	}
	name := obj.Name() + s.params(named.TypeParams())
	switch u := obj.Type().Underlying().(type) {
	case *types.Struct:
		s.add("type %s struct", name)
		for field := range u.Fields() {
			if field.Exported() {
				s.add("field %s.%s %s", obj.Name(), field.Name(), s.text(field.Type()))
			}
		}
	case *types.Interface:
		s.add("type %s interface", name)
	default:
		s.add("type %s %s", name, s.text(u))
	}
	s.methods(obj)
}

// params are type parameters, such as [T any].
func (s *surveyor) params(list *types.TypeParamList) string {
	var all []string
	for p := range list.TypeParams() {
		all = append(all, p.Obj().Name()+" "+s.text(p.Constraint()))
	}
	if all == nil {
		return ""
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// methods are those of a pointer, which has them all: promoted ones too, but
// for what another module promises.
func (s *surveyor) methods(obj *types.TypeName) {
	of := obj.Type()
	if !types.IsInterface(of) {
		of = types.NewPointer(of)
	}
	for selection := range types.NewMethodSet(of).Methods() {
		method := selection.Obj().(*types.Func)
		if method.Exported() && strings.HasPrefix(method.Pkg().Path(), module) {
			_, pointer := method.Signature().Recv().Type().(*types.Pointer)
			s.add("method %s%s.%s%s", map[bool]string{true: "*"}[pointer], obj.Name(), method.Name(), s.signature(method))
		}
	}
}

// signature leaves the names of parameters out: they promise nothing.
func (s *surveyor) signature(f *types.Func) string {
	plain := func(list *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range list.Variables() {
			vars = append(vars, types.NewParam(v.Pos(), v.Pkg(), "", v.Type()))
		}
		return types.NewTuple(vars...)
	}
	sig := f.Signature()
	sig = types.NewSignatureType(nil, nil, nil, plain(sig.Params()), plain(sig.Results()), sig.Variadic())
	return strings.TrimPrefix(s.text(sig), "func")
}
