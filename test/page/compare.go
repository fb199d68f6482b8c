package page

import (
	"regexp"
	"strings"
)

// varies is what differs from run to run, and what stands for it. The order
// counts: times have numbers in them.
var varies = []struct {
	is   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<uuid>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`), "<time>"},
	{regexp.MustCompile(`\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`), "<time>"},
	{regexp.MustCompile(`(127\.0\.0\.1|localhost):\d+`), "<address>"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s|m\d+s|m|h)\b`), "<duration>"},
	{regexp.MustCompile(`-{2,}`), "--"}, // rules of tables, as wide as what is in them
	{regexp.MustCompile(` {2,}`), " "},
}

// alike tells whether lines are what a page shows.
func alike(shown, got []string) bool {
	var pattern strings.Builder
	pattern.WriteString("^")
	for _, line := range shown {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString("(?:.*\n)*?")
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(steady(line)), "…", ".*?") + "\n")
	}
	pattern.WriteString("$")
	var text strings.Builder
	for _, line := range got {
		text.WriteString(steady(line) + "\n")
	}
	return regexp.MustCompile(pattern.String()).MatchString(text.String())
}

// steady is a line without what varies.
func steady(line string) string {
	for _, v := range varies {
		line = v.is.ReplaceAllString(line, v.with)
	}
	return strings.TrimRight(line, " ")
}

// excerpt tells whether lines are in a text one after the other, however both
// are indented.
func excerpt(lines []string, text string) bool {
	shown := []string{"…"}
	for _, line := range lines {
		shown = append(shown, strings.TrimSpace(line))
	}
	var got []string
	for line := range strings.Lines(text) {
		got = append(got, strings.TrimSpace(line))
	}
	return alike(append(shown, "…"), got)
}
