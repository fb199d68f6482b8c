package output

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// shellWriter writes a record as assignments for a shell's eval: name="value",
// as openstackclient does. A value that a shell would expand stands in single
// quotes instead, so that eval gives exactly the value and runs nothing.
type shellWriter struct {
	out   io.Writer
	names []string
}

func openShell(out io.Writer, columns Columns, r Request) Writer {
	w := &shellWriter{out: out}
	for _, c := range columns {
		w.names = append(w.names, shellName(r.Prefix, c.Name))
	}
	return w
}

func (w *shellWriter) Row(values []any) error {
	var b strings.Builder
	for i, v := range values {
		b.WriteString(w.names[i] + "=" + shellQuoted(pythonStr(v)) + "\n")
	}
	_, err := io.WriteString(w.out, b.String())
	return err
}

func (w *shellWriter) End(context.Context) error { return nil }

// shellName is a column's name as a variable: in small letters, with _ for all
// that a variable's name may not hold.
func shellName(prefix, column string) string {
	name := strings.Map(func(r rune) rune {
		if shellLetter(r) {
			return r
		}
		return '_'
	}, strings.ToLower(column))
	if (prefix == "" || strings.HasSuffix(prefix, " ")) && (name == "" || isDigit(rune(name[0]))) {
		name = "_" + name
	}
	return prefix + name
}

func shellQuoted(text string) string {
	// No variable of a shell can hold the character 0.
	text = strings.ReplaceAll(text, "\x00", "\ufffd")
	if strings.ContainsAny(text, "$`\\") {
		return `'` + strings.ReplaceAll(text, `'`, `'\''`) + `'`
	}
	return `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
}

// checkPrefix refuses a prefix that no variable's name can begin with. The
// words that a shell may have before an assignment may stand before it.
func checkPrefix(prefix string) error {
	word, rest, found := strings.Cut(prefix, " ")
	if found && slices.Contains([]string{"export", "local", "readonly", "declare", "typeset"}, word) {
		prefix = rest
	}
	wrong := func(r rune) bool { return !shellLetter(r) }
	if strings.ContainsFunc(prefix, wrong) || prefix != "" && isDigit(rune(prefix[0])) {
		return fault.New(fault.Usage, "--prefix cannot be %q", prefix).
			WithHint("it begins the name of a variable: letters, digits and _, no digit first")
	}
	return nil
}

func shellLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || isDigit(r) || r == '_'
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
