// Package roff writes manual pages in the language of man(7). It knows how a
// page looks, and nothing of what pages are about.
package roff

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Page is a manual page that is being written. The zero Page is not usable; see
// New.
type Page struct {
	Name    string // as in "man Name"
	Section int
	text    strings.Builder
}

// New begins a page of a version of Valence. summary is what apropos shows.
func New(name string, section int, version string, date time.Time, summary string) *Page {
	p := &Page{Name: name, Section: section}
	p.text.WriteString(".\\\" Written by packaging/man: do not edit.\n")
	p.line(fmt.Sprintf(".TH %s %d %s %s Valence", quoted(strings.ToUpper(name)), section,
		quoted(date.UTC().Format(time.DateOnly)), quoted("valence "+version)))
	p.line(".nh\n.ad l") // names of options must not be cut, nor torn apart
	p.Section1("Name")
	p.line(escape(name) + " \\- " + escape(strings.TrimSuffix(summary, ".")))
	return p
}

// File is the usual name of the page's file.
func (p *Page) File() string { return fmt.Sprintf("%s.%d", p.Name, p.Section) }

// String is the page in the language of man(7).
func (p *Page) String() string { return p.text.String() }

// Section1 begins a section.
func (p *Page) Section1(title string) { p.line(".SH " + quoted(strings.ToUpper(title))) }

// Section2 begins a section within a section.
func (p *Page) Section2(title string) { p.line(".SS " + quoted(title)) }

// Text writes paragraphs, which stand apart by empty lines. One that begins with
// a space is shown as it is.
func (p *Page) Text(text string) {
	for paragraph := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if strings.HasPrefix(paragraph, " ") {
			p.Code(paragraph)
		} else {
			p.line(".PP\n" + escape(strings.Join(strings.Fields(paragraph), " ")))
		}
	}
}

// Code shows lines as they are.
func (p *Page) Code(lines string) {
	p.line(".PP\n.RS 4\n.nf")
	for line := range strings.SplitSeq(strings.TrimRight(lines, "\n"), "\n") {
		p.line(escape(line))
	}
	p.line(".fi\n.RE")
}

// Item writes a name and what it means.
func (p *Page) Item(name, meaning string) {
	p.line(".TP\n\\fB" + escape(name) + "\\fR")
	p.line(escape(strings.Join(strings.Fields(meaning), " ")))
}

func (p *Page) line(text string) { p.text.WriteString(text + "\n") }

// escape makes text out of which roff reads nothing but itself. A dash is the
// one of the keyboard, so that options can be copied.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch special, ok := specials[r]; {
		case ok:
			b.WriteString(special)
		case unicode.IsControl(r):
			b.WriteByte(' ')
		case r > unicode.MaxASCII:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	if strings.HasPrefix(text, ".") { // would be a request
		return `\&` + b.String()
	}
	return b.String()
}

// specials are written in other words, because they mean something or would
// become marks of typography.
var specials = map[rune]string{'\\': `\e`, '-': `\-`, '^': `\(ha`, '~': `\(ti`, '`': `\(ga`, '\'': `\(aq`}

// quoted is one argument of a request.
func quoted(text string) string {
	return `"` + strings.ReplaceAll(escape(text), `"`, `\(dq`) + `"`
}
