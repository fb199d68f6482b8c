// Package words cuts lines into words as a POSIX shell does, without anything
// that a shell would put in their place: $, *, ; and | are letters like any
// other. It knows no command.
package words

import (
	"errors"
	"strings"
)

// ErrQuote is the error of a line with a quote that is not closed.
var ErrQuote = errors.New("a quote is not closed")

// ErrBackslash is the error of a line that ends in a backslash.
var ErrBackslash = errors.New("the line ends in a backslash")

// Split cuts a line into words. Words stand apart by spaces and tabs. Inside ”
// every letter is itself; inside "" a backslash quotes ", \, $ and `; outside
// both it quotes any letter. A # where a word could begin ends the line.
func Split(line string) ([]string, error) {
	s := scanner{}
	s.scan(line)
	switch {
	case s.quote != 0:
		return nil, ErrQuote
	case s.escape:
		return nil, ErrBackslash
	}
	return s.all(), nil
}

// Line is a line that is still being written.
type Line struct {
	Words []string // before the last
	Last  string   // the word at the end, empty after a space
	Quote byte     // the quote that is open, or 0
	Note  bool     // the end is in a comment
}

// Partial cuts a line that may end anywhere.
func Partial(line string) Line {
	s := scanner{}
	s.scan(line)
	out := Line{Words: s.words, Quote: s.quote, Note: s.note}
	if s.open {
		out.Last = s.word.String()
	}
	return out
}

// Quote writes what follows in a word, after a quote that may be open, so that
// Split gives it back. It does not close the quote.
func Quote(text string, open byte) string {
	var out strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case open == '\'' && c == '\'':
			out.WriteString(`'\''`)
			continue
		case open == '"' && strings.IndexByte(special, c) >= 0,
			open == 0 && strings.IndexByte(" \t#'"+special, c) >= 0:
			out.WriteByte('\\')
		}
		out.WriteByte(c)
	}
	return out.String()
}

// special are the letters that a backslash quotes inside "".
const special = "\"\\$`"

// scanner reads a line byte by byte: all that means something is ASCII.
type scanner struct {
	words  []string
	word   strings.Builder
	open   bool // a word has begun
	quote  byte
	escape bool
	note   bool
}

func (s *scanner) scan(line string) {
	for i := range len(line) {
		c := line[i]
		switch {
		case s.escape:
			s.escape = false
			if s.quote == '"' && strings.IndexByte(special, c) < 0 {
				s.word.WriteByte('\\')
			}
			s.add(c)
		case c == '\\' && s.quote != '\'':
			s.escape, s.open = true, true
		case s.quote != 0 && c == s.quote:
			s.quote = 0
		case s.quote != 0:
			s.add(c)
		case c == '\'' || c == '"':
			s.quote, s.open = c, true
		case c == ' ' || c == '\t':
			s.end()
		case c == '#' && !s.open:
			s.note = true
			return
		default:
			s.add(c)
		}
	}
}

func (s *scanner) add(c byte) {
	s.open = true
	s.word.WriteByte(c)
}

func (s *scanner) end() {
	if s.open {
		s.words = append(s.words, s.word.String())
		s.word.Reset()
		s.open = false
	}
}

func (s *scanner) all() []string {
	s.end()
	return s.words
}
