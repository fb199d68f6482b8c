package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// named gives a mapping whose keys are text; YAML also knows keys that are
// numbers or truth values, and a cloud may well be called 123.
func named(v any) (map[string]any, bool) {
	switch m := v.(type) {
	case map[string]any:
		return m, true
	case map[any]any:
		out := make(map[string]any, len(m))
		for key, value := range m {
			out[fmt.Sprint(key)] = value
		}
		return out, true
	}
	return nil, false
}

// normalize writes _ for - in the keys of all mappings inside v.
func normalize(v any) any {
	if list, ok := v.([]any); ok {
		out := make([]any, len(list))
		for i, item := range list {
			out[i] = normalize(item)
		}
		return out
	}
	m, ok := named(v)
	if !ok {
		return v
	}
	out := make(map[string]any, len(m))
	for key, value := range m {
		out[underscored(key)] = normalize(value)
	}
	return out
}

// kind names the shape of a value without showing it.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "empty"
	case string:
		return "text"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any, map[any]any:
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
		{"already defined", "the same key twice"},
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
	if int(syntax.Offset) >= len(data) {
		return fmt.Sprintf("line %d: it ends too early", line)
	}
	return fmt.Sprintf("line %d: found a character that cannot be there", line)
}
