package config

import (
	"fmt"
	"strings"
)

// kinds of origin, the stronger ones later.
const (
	fromDefault = iota
	fromFile
	fromEnvironment
	fromFlag
)

// Origin is where a value comes from. The zero Origin is the default.
type Origin struct {
	kind int
	name string // of the file, the variable or the flag
	line int    // in the file
}

// String is the file and line, the variable, the flag, or default.
func (o Origin) String() string {
	switch o.kind {
	case fromFile:
		return fmt.Sprintf("%s:%d", o.name, o.line)
	case fromEnvironment:
		return "$" + o.name
	case fromFlag:
		return "--" + o.name
	}
	return "default"
}

// Problem is one thing that is wrong with a configuration, or looks so.
type Problem struct {
	From Origin // the default where no place is to blame
	Text string // names the option; never a secret

	usage bool // the value of a flag is none
}

func (p Problem) String() string {
	if p.From.kind == fromDefault {
		return p.Text
	}
	return p.From.String() + ": " + p.Text
}

// Problems are why a configuration cannot be used, all of them.
type Problems []Problem

// Error is one problem per line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Usage says whether the command line is wrong, and not only what it leads to.
func (p Problems) Usage() bool {
	for _, problem := range p {
		if problem.usage {
			return true
		}
	}
	return false
}

// Secret is a value that is not for eyes. It prints as *** however it is
// printed; string(s) is the value.
type Secret string

const hidden = "***"

// String is *** unless there is no value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString is what %#v prints.
func (s Secret) GoString() string { return s.String() }

// MarshalText is what encoders print, and slog with them.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
