package sdk

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestKitModules keeps the price of the kit: these are the modules that a
// plugin's go.mod gets, and docs/decisions/0016 says what follows if there are
// many more.
func TestKitModules(t *testing.T) {
	t.Parallel()
	touchAll(t)
	want := []string{
		"github.com/alecthomas/kong",
		"github.com/fatih/color",
		"github.com/golang/protobuf",
		"github.com/hashicorp/go-hclog",
		"github.com/hashicorp/go-plugin",
		"github.com/hashicorp/yamux",
		"github.com/mattn/go-colorable",
		"github.com/mattn/go-isatty",
		"github.com/oklog/run",
		module,
		"golang.org/x/net",
		"golang.org/x/sys",
		"golang.org/x/text",
		"google.golang.org/genproto/googleapis/rpc",
		"google.golang.org/grpc",
		"google.golang.org/protobuf",
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./plugin", "./plugintest").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(out))
	slices.Sort(got)
	got = slices.Compact(got)
	for _, path := range without(got, want) {
		t.Errorf("importing the kit brings a module more: %s", path)
	}
	for _, path := range without(want, got) {
		t.Errorf("importing the kit does not bring this any more: %s", path)
	}
}
