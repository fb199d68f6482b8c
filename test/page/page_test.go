package page

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// run runs a page with the blocks fenced by ~~~, and gives what is wrong with it.
func run(t *testing.T, text string) (*Page, []Difference) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "page.md")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	bash := exec.CommandContext(t.Context(), "bash", "--norc")
	bash.Dir = dir
	shell, err := Start(bash)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shell.Close)
	return p, (&Session{User: shell, Repository: "."}).Run(p)
}

func TestPagesThatAreRight(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"output":          "~~~console\n$ echo a; echo b >&2\na\nb\n~~~\n",
		"not shown":       "~~~console\n$ echo a\n$ echo b\nb\n~~~\n",
		"state":           "~~~console\n$ cd /; X=1\n$ echo $X $PWD\n1 /\n~~~\n",
		"between blocks":  "~~~sh\nX=1\n~~~\n\n~~~console\n$ echo $X\n1\n~~~\n",
		"several lines":   "~~~console\n$ cat <<END |\n> one\n> END\n> tr a-z A-Z\nONE\n~~~\n",
		"status":          "~~~console\n$ (exit 3)\n$ echo $?\n3\n~~~\n",
		"no last newline": "~~~console\n$ printf a\na\n$ echo b\nb\n~~~\n",
		"any text":        "~~~console\n$ echo from here to there\nfrom … there\n~~~\n",
		"any lines":       "~~~console\n$ seq 9\n1\n…\n9\n~~~\n",
		"no lines":        "~~~console\n$ seq 2\n1\n…\n2\n~~~\n",
		"what varies":     "~~~console\n$ echo 0b5b7b1e-7a4c-4b4e-9a5e-0a4d6f1f3a11 at 2026-11-29T02:01:39Z after 1.5s\n11111111-2222-3333-4444-555555555555 at 2020-01-01T00:00:00Z after 9m\n~~~\n",
		"widths":          "~~~console\n$ echo '+-----+'; echo '| a   |'\n+---+\n| a |\n~~~\n",
		"file":            "~~~yaml title=\"a/b.yaml\"\nkey: $HOME\n~~~\n\n~~~console\n$ cat a/b.yaml; stat -c %a a/b.yaml\nkey: $HOME\n600\n~~~\n",
		"excerpt":         "~~~go title=\"doc.go\"\npackage page\n~~~\n",
		"excerpt, parts":  "~~~go title=\"console.go\"\nimport (\n\t…\n)\n~~~\n",
		"drawing":         "~~~text\nA --> B\n~~~\n",
		"background":      "~~~console\n$ sleep 60 &\n$ jobs -p | wc -l\n1\n~~~\n",
		"stdin":           "~~~console\n$ cat\n$ echo a\na\n~~~\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, found := run(t, text); len(found) > 0 {
				t.Errorf("%+v", found)
			}
		})
	}
}

func TestPagesThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, want string
		line       int
	}{
		"output":             {"~~~console\n$ true\n$ echo a\nb\n~~~\n", "prints\na\nand the page shows\nb", 3},
		"nothing printed":    {"~~~console\n$ true\nb\n~~~\n", "prints\n\nand", 2},
		"more printed":       {"~~~console\n$ seq 3\n1\n2\n~~~\n", "prints\n1\n2\n3", 2},
		"failure":            {"~~~console\n$ false\n$ echo a\nb\n~~~\n", "false\nended with status 1", 2},
		"failure in sh":      {"~~~sh\necho a\nfalse\ntrue\n~~~\n", "bash ended: EOF:\na\n", 2},
		"end of bash":        {"~~~console\n$ exit 0\n~~~\n", "bash ended", 2},
		"root":               {"~~~console\n# true\n~~~\n", "nobody is root here", 2},
		"file of root":       {"~~~ini title=\"/etc/x\"\na\n~~~\n", "nobody is root here", 2},
		"no title":           {"~~~yaml\na: b\n~~~\n", `a block of "yaml" without a title`, 2},
		"indented":           {"One:\n\n    valence node list\n", `a block of "" without a title`, 3},
		"no language":        {"~~~\n$ true\n~~~\n", `a block of "" without a title`, 2},
		"output before all":  {"~~~console\na\n~~~\n", `"a" is printed by no command`, 2},
		"excerpt of nothing": {"~~~go title=\"doc.go\"\npackage pages\n~~~\n", "these lines are not in doc.go", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, found := run(t, c.text)
			if len(found) != 1 || found[0].Line != c.line || !strings.Contains(found[0].Text, c.want) {
				t.Errorf("got %+v, want line %d and %q", found, c.line, c.want)
			}
		})
	}
}

func TestMend(t *testing.T) {
	t.Parallel()
	p, found := run(t, "One:\n\n~~~console\n$ seq 3\n?\n$ echo a\na\n$ true\nb\n~~~\nEnd.\n")
	if err := p.Mend(found); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(p.File)
	if want := "One:\n\n~~~console\n$ seq 3\n1\n2\n3\n$ echo a\na\n$ true\n~~~\nEnd.\n"; err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestWhatIsInAPage(t *testing.T) {
	t.Parallel()
	p, _ := run(t, "# The `start`\n\nSay [`valence node list`](commands.md#node-list) or `valence\nnode show`.\n\n~~~text\n[not](a-link)\n~~~\n")
	want := &Page{File: p.File, Blocks: p.Blocks, Titles: []string{"The `start`"}, Links: []string{"commands.md#node-list"},
		Codes: []string{"start", "valence node list", "valence node show"}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}
