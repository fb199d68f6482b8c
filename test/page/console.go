package page

import (
	"fmt"
	"strings"
)

// command is one of a block of a console.
type command struct {
	root   bool
	text   string
	line   int  // within the file, from 1
	output span // lines of the file with what it prints
}

// shown are the lines of a block that a command prints.
func (c command) shown(b Block) []string {
	return b.Lines[c.output.from-b.Line : c.output.to-b.Line]
}

// parse finds the commands of a block.
func parse(b Block) ([]command, error) {
	var all []command
	for i, text := range b.Lines {
		at := b.Line + i
		prompt, rest, _ := strings.Cut(text, " ")
		switch {
		case prompt == "$" || prompt == "#":
			all = append(all, command{root: prompt == "#", text: rest, line: at, output: span{at + 1, at + 1}})
		case len(all) == 0:
			return nil, fmt.Errorf("%q is printed by no command", text)
		case prompt == ">" && all[len(all)-1].output.from == at:
			last := &all[len(all)-1]
			last.text += "\n" + rest
			last.output = span{at + 1, at + 1}
		default:
			all[len(all)-1].output.to = at + 1
		}
	}
	return all, nil
}

// lines splits an output, without what blanks it ends with.
func lines(output string) []string {
	output = strings.TrimRight(output, " \n")
	if output == "" {
		return []string{}
	}
	all := strings.Split(output, "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " \r")
	}
	return all
}
