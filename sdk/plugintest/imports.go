package plugintest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/valence-rsd/valence"

// CheckImports fails the test when Go code in the folder of the test or below
// it imports something of Valence that is not for plugins: what is not under
// sdk may change or go in any version. Tests may use the simulated pod and the
// real service as well, which are podsim and test/stack.
//
// Files for other systems and with other build tags are looked at too; folders
// that the go command would not look at, testdata and vendor among them, are
// not.
func CheckImports(t testing.TB) {
	t.Helper()
	wrong, err := wrongImports(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range wrong {
		t.Error(text)
	}
}

// wrongImports are the imports under a folder that should not be there, each as
// a line for people.
func wrongImports(root string) ([]string, error) {
	var wrong []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != root && d.IsDir() && skipped(d.Name()):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		found, err := wrongImportsOf(path)
		wrong = append(wrong, found...)
		return err
	})
	return wrong, err
}

func skipped(folder string) bool {
	return folder == "testdata" || folder == "vendor" || strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

func wrongImportsOf(file string) ([]string, error) {
	files := token.NewFileSet()
	syntax, err := parser.ParseFile(files, file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	allowed := []string{"sdk"}
	if strings.HasSuffix(file, "_test.go") {
		allowed = append(allowed, "podsim", "test/stack")
	}
	var wrong []string
	for _, spec := range syntax.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		ours := within(path, module)
		if ours && !slices.ContainsFunc(allowed, func(room string) bool { return within(path, module+"/"+room) }) {
			wrong = append(wrong, fmt.Sprintf("%v: imports %s; a plugin uses what is under %s/sdk", files.Position(spec.Pos()), path, module))
		}
	}
	return wrong, nil
}

// within tells whether a package is that of the path or below it.
func within(pkg, path string) bool {
	return pkg == path || strings.HasPrefix(pkg, path+"/")
}
