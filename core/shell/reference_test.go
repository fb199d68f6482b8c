package shell

import (
	"regexp"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/internal/wire"
)

func TestReference(t *testing.T) {
	t.Parallel()
	page := Reference(nodesManifest().Commands)
	for _, want := range []string{
		"\n### node create\n\nCompose a node.\n\n`valence node create [options] [<name>]`\n",
		"\n```text\n  kept   as it is\n```\n",
		"\n- `-F, --flavor NAME|UUID`: Flavor to compose by.\n",
		"**Prints** a list with `uuid` (UUID), `name` (Name), `memory_mib` (Memory MiB); with `--long` also `metadata` (Metadata).\n",
		"**Prints** a record with `uuid` (UUID), `name` (Name), `memory_mib` (Memory MiB), `metadata` (Metadata).\n",
		"\nvalence node create --flavor small web-1\n",
		"\n- `130`: interrupted (interrupted)\n",
		"\n### plugin list\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(page, "secret-door") || strings.Contains(page, "node hidden") {
		t.Error("it shows what is hidden")
	}
	if n := strings.Count(page, "`--long`: "); n != 3 {
		t.Errorf("--long is an option of %d commands, not of the 3 with long columns", n)
	}
}

// TestReferenceLinks follows every link of the page.
func TestReferenceLinks(t *testing.T) {
	t.Parallel()
	page := Reference(nodesManifest().Commands)
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		anchor := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		anchors[strings.ReplaceAll(anchor, ",", "")] = true
	}
	links := regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(page, -1)
	for _, m := range links {
		if !anchors[m[1]] {
			t.Errorf("a link leads to %s, which is not there", m[1])
		}
	}
	if len(links) < 20 {
		t.Errorf("only %d links", len(links))
	}
}

func TestReferenceOfTwoResults(t *testing.T) {
	t.Parallel()
	columns := []wire.Column{{Name: "id", Heading: "ID"}}
	both := wire.Result{Kind: wire.Record, Columns: columns, Instead: &wire.Instead{Flag: "count", Result: wire.Result{Kind: wire.List, Columns: columns}}}
	page := Reference([]wire.Command{{Name: "make", Result: both}})
	if want := "**Prints** a record with `id` (ID).\n\nWith `--count` it prints a list with `id` (ID).\n"; !strings.Contains(page, want) {
		t.Errorf("it does not say %q", want)
	}
}

func TestReferenceMeansNothingToMarkdown(t *testing.T) {
	t.Parallel()
	page := Reference([]wire.Command{{Name: "odd", Help: "<b> [x](y) *z* \x1b", Detail: "`a`\nb"}})
	if !strings.Contains(page, `\<b> \[x](y) \*z\* \\x1b`) {
		t.Errorf("it says %q", page[strings.Index(page, "## odd"):][:80])
	}
	if !strings.Contains(page, "\n\\`a\\` b\n") {
		t.Error("a paragraph is not one line of plain text")
	}
}
