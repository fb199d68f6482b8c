package cloud

import "strings"

// expand fills in {key} in every text of the configuration from its other
// values (rule 51). Secrets are neither changed nor copied.
func (res *resolver) expand() {
	before := res.config.at(0)
	for key, s := range res.config {
		if !isSecret(key) {
			res.config[key] = expanded(s, before)
		}
	}
}

// expanded writes values for the {names} in a text, and { for {{ as Python does.
// Names that are unknown, secret or no text stay as they are.
func expanded(s setting, values section) setting {
	text, ok := s.value.(string)
	if !ok || !strings.ContainsAny(text, "{}") {
		return s
	}
	var out strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			break
		}
		out.WriteString(text[:i])
		text = text[i:]
		end := strings.IndexByte(text, '}')
		switch {
		case strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "}}"):
			out.WriteByte(text[0])
			text = text[2:]
		case text[0] == '{' && end > 0:
			out.WriteString(fieldValue(text[:end+1], values))
			text = text[end+1:]
		default:
			out.WriteByte(text[0])
			text = text[1:]
		}
	}
	out.WriteString(text)
	s.value = out.String()
	return s
}

func fieldValue(field string, values section) string {
	name := field[1 : len(field)-1]
	s, ok := values[name]
	if text, isText := pyString(s.value); ok && isText && !isSecret(name) {
		return text
	}
	return field
}
