package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// kind names the shape of a value without showing it.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "empty"
	case string:
		return "text"
	case bool:
		return "true or false"
	case []any, []setting:
		return "a list"
	case map[string]any, section:
		return "a mapping"
	}
	return "a number"
}

// yamlProblem says where a file stops being YAML and why. The parser's own
// words may quote the file, such as a password that begins with *, so only
// wordings known to be harmless are passed on, in plainer ones.
func yamlProblem(err error) string {
	text, line := err.Error(), 0
	where := ""
	if i := strings.Index(text, "line "); i >= 0 {
		if _, e := fmt.Sscanf(text[i:], "line %d", &line); e == nil {
			where = fmt.Sprintf("line %d: ", line)
		}
	}
	for _, p := range []struct{ theirs, ours string }{
		{"mapping values are not allowed", "a key where none can be, perhaps a wrong indentation"},
		{expectedKey, "a wrong indentation, or a line that is neither a key nor a list item"},
		{"could not find expected ':'", "a key without a colon"},
		{"cannot start any token", "a character that no value can begin with unless it is quoted, or a tab"},
		{"found a tab character", "a tab used for indentation"},
		{"did not find expected ',' or", "a bracket that is not closed"},
		{"unexpected end of stream", "a quote that is not closed"},
		{"unknown anchor", "an alias to nothing; a value that begins with * must be quoted"},
		{"UTF-8", "bytes that are not UTF-8"},
		{"control characters", "control characters"},
	} {
		if !strings.Contains(text, p.theirs) {
			continue
		}
		if p.theirs == expectedKey && where != "" {
			// Then the parser gives the line before the block, not the wrong one.
			where = "after " + where
		}
		return where + "found " + p.ours
	}
	return where + "found something that is not allowed there"
}

const expectedKey = "did not find expected key"

// jsonProblem says where a file stops being JSON.
func jsonProblem(data []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return "it cannot be read"
	}
	line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
	if strings.HasPrefix(syntax.Error(), "unexpected end") {
		return fmt.Sprintf("line %d: it ends too early", line)
	}
	return fmt.Sprintf("line %d: found a character that cannot be there", line)
}

// nearest is the candidate that a mistyped word most likely stands for, or "".
func nearest(word string, candidates []string) string {
	best, limit := "", 1+len(word)/3
	for _, c := range candidates {
		if d := distance(word, c); d < limit || d == limit && best == "" {
			best, limit = c, d
		}
	}
	return best
}

// distance is the number of letters to change, add or remove.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
