package test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/page"
)

var (
	commandWords = regexp.MustCompile(`^valence(( [a-z]+)*)`)
	longOptions  = regexp.MustCompile(`(?:^|\s)(--[a-z-]+)`)
)

// TestMentions looks up the commands that pages mention within their lines, and
// the options, in the reference of all commands.
func TestMentions(t *testing.T) {
	t.Parallel()
	text := string(must(os.ReadFile("../docs/commands.md")))
	known := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^#{2,4} ([a-z ]+)$`).FindAllStringSubmatch(text, -1) {
		known[heading[1]] = true
	}
	mentioned := 0
	for _, file := range documentation(t) {
		p, err := page.Read(filepath.Join("..", file))
		if err != nil || file == "CHANGELOG.md" { // which has the past as well
			continue // TestEveryPageIsRun says what is wrong
		}
		for _, code := range p.Codes {
			m := commandWords.FindStringSubmatch(code)
			if m == nil {
				continue
			}
			mentioned++
			if words := strings.Fields(m[1]); !isCommand(known, words) {
				t.Errorf("%s: there is no command %q", file, code)
			}
			for _, option := range longOptions.FindAllStringSubmatch(code, -1) {
				if !strings.Contains(text, option[1]) {
					t.Errorf("%s: no command has the option of %q", file, code)
				}
			}
		}
	}
	if mentioned < 100 {
		t.Errorf("only %d mentions of commands were found: the test has missed some", mentioned)
	}
}

// isCommand tells whether words begin with a command. What follows a noun is a
// verb of it, where it has any.
func isCommand(known map[string]bool, words []string) bool {
	if len(words) < 2 {
		return len(words) == 0 || known[words[0]]
	}
	if known[words[0]+" "+words[1]] {
		return true
	}
	for command := range known {
		if strings.HasPrefix(command, words[0]+" ") {
			return false
		}
	}
	return known[words[0]]
}
