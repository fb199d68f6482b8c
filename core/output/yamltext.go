package output

import (
	"fmt"
	"strings"
)

// yamlBreaks are the characters that break a line in YAML.
const yamlBreaks = "\n\u0085\u2028\u2029"

// yamlOther matches the words that YAML 1.1 takes for something else than a
// string: booleans, null, numbers (also to base 60), times, merge and value keys.
const yamlOther = `^(?:|~|null|Null|NULL|<<|=` +
	`|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF` +
	`|[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)` +
	`|[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?` +
	`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)` +
	`|[0-9]{4}-[0-9]{2}-[0-9]{2}` +
	`|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?` +
	`)$`

// yamlStyle is how a string is written.
type yamlStyle int

const (
	yamlPlain yamlStyle = iota
	yamlSingle
	yamlDouble
)

// text writes a string in the least quotes that it needs. Only a string that may
// be folded can be folded: a simple key may not.
func (e *yamlEncoder) text(s string, indent int, fold bool) {
	style := styleOf(s)
	if style == yamlPlain && e.other.MatchString(s) {
		style = yamlSingle
	}
	switch style {
	case yamlDouble:
		e.doubleQuoted([]rune(s), indent, fold)
	case yamlSingle:
		e.WriteByte('\'')
		e.folded(strings.ReplaceAll(s, "'", "''"), indent, fold)
		e.WriteByte('\'')
	default:
		e.folded(s, indent, fold)
	}
}

// styleOf is PyYAML's choice by the characters alone.
func styleOf(s string) yamlStyle {
	notASCII := func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }
	switch {
	case strings.ContainsFunc(s, notASCII), strings.Contains(s, " \n"), strings.Contains(s, "\n "):
		return yamlDouble
	case strings.Contains(s, "\n"), strings.Trim(s, " ") != s, indicates(s):
		return yamlSingle
	}
	return yamlPlain
}

// indicates tells whether a string in one line would mean something to YAML if
// it stood there plainly.
func indicates(s string) bool {
	if s == "" {
		return false
	}
	return strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") ||
		strings.ContainsRune("#,[]{}&*!|>'\"%@`", rune(s[0])) ||
		s == "-" || s == "?" || strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "? ") ||
		strings.Contains(s, ": ") || strings.HasSuffix(s, ":") || strings.Contains(s, " #")
}

const yamlWidth = 80

// folded writes ASCII text. A single blank becomes the end of a line that is too
// long; a line break is written as one more.
func (e *yamlEncoder) folded(s string, indent int, fold bool) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\n':
			if i == 0 || s[i-1] != '\n' {
				e.WriteByte('\n')
			}
			e.newLine(0)
			if i+1 == len(s) || s[i+1] != '\n' {
				e.WriteString(strings.Repeat(" ", indent))
			}
		case fold && e.column() > yamlWidth && loneBlank(s, i):
			e.newLine(indent)
		default:
			e.WriteByte(s[i])
		}
	}
}

// loneBlank tells whether a single blank between two words stands at i.
func loneBlank(s string, i int) bool {
	return s[i] == ' ' && i > 0 && i+1 < len(s) && s[i-1] != ' ' && s[i+1] != ' '
}

// doubleQuoted writes any text. A line that is too long ends with a backslash,
// before a blank or beside an escape; a blank that begins a line has one before it.
func (e *yamlEncoder) doubleQuoted(text []rune, indent int, fold bool) {
	e.WriteByte('"')
	escaped := false
	for i, r := range text {
		before, width := escaped, yamlWidth
		if escaped = r < ' ' || r > '~' || r == '"' || r == '\\'; escaped {
			e.WriteString(yamlEscape(r))
			width++ // the escape itself counts one less
		}
		if fold && 0 < i && i < len(text)-1 && (r == ' ' || escaped || before) && e.column() > width {
			e.WriteByte('\\')
			e.newLine(indent)
			first := r
			if escaped {
				first = text[i+1]
			}
			if first == ' ' {
				e.WriteByte('\\')
			}
		}
		if !escaped {
			e.WriteRune(r)
		}
	}
	e.WriteByte('"')
}

func yamlEscape(r rune) string {
	const short = "\x000\aa\bb\tt\nn\vv\ff\rr\x1be\"\"\\\\\u0085N\u00a0_\u2028L\u2029P"
	runes := []rune(short)
	for i := 0; i < len(runes); i += 2 {
		if runes[i] == r {
			return `\` + string(runes[i+1])
		}
	}
	switch {
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}
