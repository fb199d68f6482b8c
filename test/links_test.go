package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLinks follows every link of the documentation that stays within the
// repository, to the heading that it names. Links to elsewhere are not followed:
// tests do not depend on what others serve.
func TestLinks(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "-co", "--exclude-standard", "*.md").Output()
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, page := range strings.Fields(string(out)) {
		file := filepath.Join("..", page)
		for _, link := range linksOf(prose(t, file)) {
			links++
			path, heading, _ := strings.Cut(link, "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: nothing is at %s", page, link)
			} else if heading != "" && !slices.Contains(headings(prose(t, target)), heading) {
				t.Errorf("%s: %s has no heading for %s", page, target, link)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links were found: the test has missed some", links)
	}
}

// prose is a page without its blocks of code.
func prose(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	code := false
	for line := range strings.Lines(string(data)) {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if !code && !fence && !strings.HasPrefix(line, "    ") {
			text.WriteString(line)
		}
		code = code != fence
	}
	return text.String()
}

var linkPattern = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// linksOf are the links of a page within the repository.
func linksOf(text string) []string {
	var links []string
	for _, m := range linkPattern.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(m[1], "://") {
			links = append(links, m[1])
		}
	}
	return links
}

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// headings are the anchors of a page, as forges make them: lower case, blanks
// as dashes, and nothing else but letters, digits, dashes and underscores.
func headings(text string) []string {
	var anchors []string
	for line := range strings.Lines(text) {
		if title := strings.TrimLeft(line, "#"); title != line && strings.HasPrefix(title, " ") {
			words := notInAnchors.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			anchors = append(anchors, strings.ReplaceAll(words, " ", "-"))
		}
	}
	return anchors
}
