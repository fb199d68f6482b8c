package output

import (
	"fmt"
	"strings"
	"unicode"
)

// Line makes text from elsewhere fit to be shown as one line on a terminal:
// control characters, which could move the cursor or recolour the screen, and
// the marks that turn the writing direction are shown as escapes, line breaks too.
func Line(text string) string { return escape(text, false) }

// Lines is like Line but keeps line breaks.
func Lines(text string) string { return escape(text, true) }

func escape(text string, keepBreaks bool) string {
	unsafe := func(r rune) bool {
		return (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) && !(keepBreaks && r == '\n')
	}
	if strings.IndexFunc(text, unsafe) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !unsafe(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
