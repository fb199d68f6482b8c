package contract_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const tableHead = `# Which test is about what

Every operation of the REST API, the answers that the functional tests in ` + "`test/contract`" + ` get from it, and the tests that
get them. The tests write this page: ` + "`go test ./test/contract -update`" + `. Tests below a test have its name and a slash.

Every operation is also a target of the hostile requests of ` + "`TestHostile`" + `. What belongs to no operation: paths that are
nowhere and methods that a path lacks, ` + "`TestMethods`" + `; what is no HTTP, too large or too slow, ` + "`TestUnreadable`" + `; pages of
other origins, ` + "`TestOrigins`" + `. 403 and what each role may do are tested where there is a real Keystone.

| request | answer | tests |
|---|---|---|
`

// table gives the page that says which test is about what.
func (rec *recorder) table() []byte {
	tests := map[[2]string][]string{}
	for s := range rec.seen {
		key := [2]string{s.operation, s.answer}
		tests[key] = append(tests[key], s.test)
	}
	page := []byte(tableHead)
	for _, key := range slices.SortedFunc(maps.Keys(tests), byPath) {
		page = fmt.Appendf(page, "| `%s` | %s | %s |\n", key[0], key[1],
			strings.Join(short(tests[key]), ", "))
	}
	return page
}

// short names tests by their functions where there are many of one.
func short(tests []string) []string {
	functions := map[string][]string{}
	for _, test := range tests {
		function, _, _ := strings.Cut(test, "/")
		functions[function] = append(functions[function], "`"+test+"`")
	}
	var names []string
	for function, below := range functions {
		if len(below) > 3 {
			below = []string{"`" + function + "`"}
		}
		names = append(names, below...)
	}
	return slices.Sorted(slices.Values(names))
}

// byPath sorts "METHOD /path" by the path first.
func byPath(a, b [2]string) int {
	methodA, pathA, _ := strings.Cut(a[0], " ")
	methodB, pathB, _ := strings.Cut(b[0], " ")
	return cmp.Or(cmp.Compare(pathA, pathB), cmp.Compare(methodA, methodB), cmp.Compare(a[1], b[1]))
}

// Every operation is in the table with a success, and every test that it names
// exists.
func TestTable(t *testing.T) {
	if flag.Lookup("update").Value.String() == "true" {
		t.Skip("the page is being written")
	}
	w := newWorld(t)
	page, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range w.spec.operations() {
		if !regexp.MustCompile(regexp.QuoteMeta("| `"+op.String()+"` | ") + "20").Match(page) {
			t.Errorf("%s has no success in %s", op, table)
		}
	}
	exist := testFunctions(t)
	for _, name := range regexp.MustCompile("`(Test\\w+)").FindAllSubmatch(page, -1) {
		if !exist[string(name[1])] {
			t.Errorf("%s names %s, which is no test", table, name[1])
		}
	}
}

// testFunctions gives the tests in the source of this package.
func testFunctions(t *testing.T) map[string]bool {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, entry := range files {
		if !strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				found[f.Name.Name] = true
			}
		}
	}
	return found
}
