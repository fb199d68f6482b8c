package output

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// quoting says which fields of csv stand in quotes.
type quoting string

const (
	quoteNonNumeric quoting = "nonnumeric" // all but numbers
	quoteAll        quoting = "all"
	quoteMinimal    quoting = "minimal" // those that must
	quoteNone       quoting = "none"    // escapes instead
)

// Quotings are the values of Request.Quote, the default first.
func Quotings() []string {
	return []string{string(quoteNonNumeric), string(quoteAll), string(quoteMinimal), string(quoteNone)}
}

func checkQuote(quote string) error {
	if quote == "" || slices.Contains(Quotings(), quote) {
		return nil
	}
	return fault.New(fault.Usage, "--quote cannot be %q", quote).
		WithHint("it is one of %s", strings.Join(Quotings(), ", "))
}

// csvWriter writes the bytes of Python's csv module as openstackclient uses it:
// a line of names, quotes doubled inside of quotes, a backslash before a
// backslash.
type csvWriter struct {
	out     io.Writer
	columns Columns
	quote   quoting
	begun   bool
}

func openCSV(out io.Writer, columns Columns, r Request) Writer {
	w := &csvWriter{out: out, columns: columns, quote: quoting(r.Quote)}
	if r.Quote == "" {
		w.quote = quoteNonNumeric
	}
	return w
}

func (w *csvWriter) Row(values []any) error {
	if err := w.begin(); err != nil {
		return err
	}
	return w.line(values)
}

func (w *csvWriter) End(context.Context) error { return w.begin() }

// begin writes the line of names before the first row.
func (w *csvWriter) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	names := make([]any, len(w.columns))
	for i, c := range w.columns {
		names[i] = c.Name
	}
	return w.line(names)
}

func (w *csvWriter) line(values []any) error {
	fields := make([]string, len(values))
	for i, v := range values {
		fields[i] = w.field(v)
	}
	line := strings.Join(fields, ",")
	if line == "" && w.quote != quoteNone { // else nobody could tell it from no row
		line = `""`
	}
	_, err := io.WriteString(w.out, line+"\n")
	return err
}

func (w *csvWriter) field(value any) string {
	text := ""
	if value != nil {
		text = pythonStr(value)
	}
	if w.quote == quoteNone {
		return strings.NewReplacer(`\`, `\\`, `,`, `\,`, `"`, `\"`, "\n", "\\\n").Replace(text)
	}
	text = strings.ReplaceAll(text, `\`, `\\`)
	if w.quote == quoteAll || w.quote == quoteNonNumeric && !csvNumber(value) || strings.ContainsAny(text, ",\"\n") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// csvNumber tells what Python's csv module takes for a number: booleans too.
func csvNumber(value any) bool {
	switch value.(type) {
	case json.Number, bool:
		return true
	}
	return false
}
