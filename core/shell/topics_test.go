package shell

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryVariableIsExplained looks for variables in the source of the shell's
// rooms: whoever reads a new one must write it into the table.
func TestEveryVariableIsExplained(t *testing.T) {
	t.Parallel()
	var known []string
	for _, v := range variables() {
		if v.help == "" {
			t.Errorf("%s has no help", v.name)
		}
		known = append(known, v.name)
	}
	read := regexp.MustCompile(`(?:[gG]etenv|number)\("([A-Z_]+)"\)`)
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range read.FindAllStringSubmatch(string(source), -1) {
			found++
			if !slices.Contains(known, m[1]) {
				t.Errorf("%s reads %s, which help environment does not explain", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 10 {
		t.Errorf("%d variables found, %v", found, err)
	}
	got := runLine(t, newPlugins(), "help", "environment")
	for _, name := range known {
		if !strings.Contains(got.out, "\n  "+name+" ") && !strings.Contains(got.out, "\n  "+name+"\n") {
			t.Errorf("help environment does not show %s", name)
		}
	}
	if got.status != 0 || got.err != "" {
		t.Errorf("%+v", got)
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	root := runLine(t, newPlugins(), "--help").out
	for _, topic := range topics() {
		if !strings.Contains(root, "valence help "+topic.name) {
			t.Errorf("the general help does not name %s", topic.name)
		}
		if got := runLine(t, newPlugins(), "help", topic.name); got.status != 0 || len(got.out) < 100 {
			t.Errorf("%s: %+v", topic.name, got)
		}
	}
	options := runLine(t, newPlugins(), "help", "cloud-options").out
	for _, want := range []string{"--os-password PASSWORD", "--os-cloud NAME"} {
		if !strings.Contains(options, want) {
			t.Errorf("help cloud-options has no %s", want)
		}
	}
	if strings.Contains(options, "--os-tenant-id") {
		t.Error("help cloud-options shows an old name")
	}
}
