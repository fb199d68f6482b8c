package sdk

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"testing"
)

// scene is what the snippets suppose: they say what is peculiar to them.
const scene = `package snippets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/plugintest"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/devices"
	"github.com/valence-rsd/valence/sdk/valence/v1/flavors"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
	"github.com/valence-rsd/valence/sdk/valence/v1/racks"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

type Disk struct{}

var (
	ctx     context.Context
	client  *gophercloud.ServiceClient
	t       *testing.T
	err     error
	handler http.Handler
	family  func() plugin.Family
	node    nodes.Node
	storage storages.Storage
	system  systems.System

	id, flavorID, nodeID, podManagerID, storageID, password, newPassword string
)

`

// declares matches a snippet that stands outside of functions.
var declares = regexp.MustCompile(`^(type|func|var) `)

// TestSnippets compiles the code in the comments of the packages, which go test
// does not see. Variables that a snippet leaves unused are forgiven.
func TestSnippets(t *testing.T) {
	t.Parallel()
	_, compiled := exports(t, "testing", "github.com/gophercloud/gophercloud/v2/openstack")
	snippets := 0
	for _, dir := range folders(t) {
		p := documentation(t, dir)
		for _, text := range append(slices.Collect(maps.Values(exported(p))), p.Doc) {
			for _, code := range snippetsOf(p, text) {
				snippets++
				for _, problem := range problems(compiled, code) {
					t.Errorf("%s: %v in\n%s", dir, problem, code)
				}
			}
		}
	}
	if snippets < 40 {
		t.Errorf("%d snippets were found: the test has missed some", snippets)
	}
}

func snippetsOf(p *doc.Package, text string) []string {
	var all []string
	for _, block := range p.Parser().Parse(text).Content {
		if code, ok := block.(*comment.Code); ok {
			all = append(all, code.Text)
		}
	}
	return all
}

// problems are what the compiler says of a snippet in its scene.
func problems(compiled types.Importer, snippet string) []error {
	if !declares.MatchString(snippet) {
		snippet = fmt.Sprintf("func _() {\n%s}", snippet)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "snippet.go", scene+snippet, 0)
	if err != nil {
		return []error{err}
	}
	var found []error
	config := types.Config{Importer: compiled, Error: func(err error) {
		if !err.(types.Error).Soft {
			found = append(found, err)
		}
	}}
	_, _ = config.Check("snippets", fset, []*ast.File{file}, nil) // Error has heard of it
	return found
}
