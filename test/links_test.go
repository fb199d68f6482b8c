package test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/test/page"
)

// TestLinks follows every link of the pages of the repository that stays within
// it, to the heading that it names. Links to elsewhere are not followed: tests
// do not depend on what others serve.
func TestLinks(t *testing.T) {
	t.Parallel()
	links := 0
	for _, file := range documentation(t) {
		for _, link := range must(page.Read(filepath.Join("..", file))).Links {
			if strings.Contains(link, "://") {
				continue
			}
			links++
			path, heading, _ := strings.Cut(link, "#")
			target := filepath.Join("..", file)
			if path != "" {
				target = filepath.Join(filepath.Dir(target), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: nothing is at %s", file, link)
			} else if heading != "" && !slices.ContainsFunc(must(page.Read(target)).Titles, func(title string) bool { return anchor(title) == heading }) {
				t.Errorf("%s: %s has no heading for %s", file, target, link)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links were found: the test has missed some", links)
	}
}

var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchor is how forges name a heading in an address: lower case, blanks as
// dashes, and nothing else but letters, digits, dashes and underscores.
func anchor(title string) string {
	return strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
}
