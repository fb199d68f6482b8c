package shell

import (
	"strings"
	"unicode/utf8"

	"github.com/valence-rsd/valence/core/output"
)

// document is what help is written into.
type document interface {
	// heading begins a section.
	heading(text string)
	// text writes paragraphs, which stand apart by empty lines. A paragraph that
	// begins with a space is kept as it is.
	text(text string)
	// entries writes a list of names and what they mean.
	entries(list []entry)
}

// entry is a name and what it means.
type entry struct{ name, text string }

// section is a heading and its list, or nothing when the list is empty.
func section(d document, heading string, list []entry) {
	if len(list) > 0 {
		d.heading(heading)
		d.entries(list)
	}
}

// page is text for a person, wrapped to the width of the terminal.
type page struct {
	strings.Builder
	width int
}

// newPage makes a page: 80 columns wide unless it is for a terminal, and never so
// wide that lines are hard to read.
func (s *shell) newPage() *page {
	width := 80
	if s.OutTerminal && s.Width > 0 {
		width = s.Width
	}
	return &page{width: max(40, min(width, 100))}
}

func (p *page) heading(text string) {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
	p.WriteString(text + ":\n")
}

func (p *page) text(text string) {
	for _, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if p.Len() > 0 {
			p.WriteByte('\n')
		}
		if strings.HasPrefix(paragraph, " ") {
			p.WriteString(output.Lines(paragraph) + "\n")
			continue
		}
		p.wrapped("", "", paragraph)
	}
}

// entries writes a list in two columns. The left one stays below two fifths of
// the page; longer names get a line of their own.
func (p *page) entries(list []entry) {
	left, most := 0, p.width*2/5
	for _, e := range list {
		if n := utf8.RuneCountInString(e.name); n <= most {
			left = max(left, n)
		}
	}
	indent := strings.Repeat(" ", left+4)
	for _, e := range list {
		name := "  " + e.name
		gap := left + 4 - utf8.RuneCountInString(name)
		if gap < 2 && e.text != "" {
			p.WriteString(name + "\n")
			name, gap = "", left+4
		}
		if e.text == "" {
			p.WriteString(name + "\n")
			continue
		}
		p.wrapped(name+strings.Repeat(" ", gap), indent, e.text)
	}
}

// wrapped writes words from first on, with indent before each further line.
func (p *page) wrapped(first, indent, text string) {
	line, column, fresh := first, utf8.RuneCountInString(first), true
	for _, word := range strings.Fields(output.Lines(text)) {
		n := utf8.RuneCountInString(word)
		if !fresh && column+1+n > p.width {
			p.WriteString(line + "\n")
			line, column, fresh = indent, utf8.RuneCountInString(indent), true
		}
		if !fresh {
			line += " "
			column++
		}
		line, column, fresh = line+word, column+n, false
	}
	p.WriteString(line + "\n")
}
