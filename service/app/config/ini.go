package config

import (
	"fmt"
	"strings"
	"unicode"
)

// entry is one assignment of a file.
type entry struct {
	section, name, value string
	line                 int // where it begins
}

// parseINI reads a file as oslo.config does: [section] lines, name = value or
// name: value, comments on lines of their own that begin with # or ;. Indented
// lines continue the value above them until an empty line. One pair of quotes
// around a first line is taken off. Nothing else in a value means anything, so
// that # ; = and quotes may be part of it.
//
// Where oslo.config stops at the first wrong line, this goes on and tells of
// all of them. A problem never quotes a line: it might hold a secret.
func parseINI(file, content string) ([]entry, Problems) {
	p := iniParser{file: file}
	for line := range strings.Lines(content) {
		p.line++
		p.take(strings.TrimRightFunc(line, unicode.IsSpace))
	}
	return p.entries, p.problems
}

type iniParser struct {
	file     string
	line     int
	entries  []entry
	problems Problems

	section  string
	inside   bool // of any section
	skipping bool // what belongs to a broken section line is of no interest
	value    part // what an indented line continues
}

// part says what the lines before have left open.
type part int

const (
	nothing part = iota
	assignment
	broken // a line that was told of: what continues it is not told of, too
)

func (p *iniParser) take(line string) {
	switch {
	case line == "":
		p.value = nothing
	case line[0] == ' ' || line[0] == '\t':
		p.continuation(strings.TrimLeftFunc(line, unicode.IsSpace))
	case line[0] == '[':
		p.value = nothing
		p.header(line)
	case line[0] == '#' || line[0] == ';':
		p.value = nothing
	default:
		p.assign(line)
	}
}

func (p *iniParser) continuation(text string) {
	switch {
	case p.value == nothing:
		p.value = broken
		p.problem("the line is indented, which continues a value, but there is none right above it")
	case p.value == assignment && !p.skipping:
		p.entries[len(p.entries)-1].value += "\n" + text
	}
}

func (p *iniParser) header(line string) {
	p.inside, p.skipping = true, true
	switch {
	case !strings.HasSuffix(line, "]"):
		p.problem("the line of a section must end with ]")
	case len(line) == len("[]"):
		p.problem("the section has no name")
	default:
		p.section, p.skipping = line[1:len(line)-1], false
	}
}

func (p *iniParser) assign(line string) {
	p.value = broken
	at := strings.IndexAny(line, "=:")
	switch {
	case at < 0:
		p.problem("expected name = value, and there is no =")
	case strings.TrimSpace(line[:at]) == "":
		p.problem("there is no name before the %c", line[at])
	case !p.inside:
		p.problem("an option before the first [section]")
	default:
		p.value = assignment
		if !p.skipping {
			p.entries = append(p.entries, entry{p.section, strings.TrimSpace(line[:at]), unquote(line[at+1:]), p.line})
		}
	}
}

// unquote takes off one pair of quotes, and as oslo.config does, a lone one.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] != '"' && s[0] != '\'' || s[0] != s[len(s)-1] {
		return s
	}
	return s[1:max(1, len(s)-1)]
}

func (p *iniParser) problem(format string, args ...any) {
	p.problems = append(p.problems, Problem{
		From: Origin{kind: fromFile, name: p.file, line: p.line},
		Text: fmt.Sprintf(format, args...),
	})
}
