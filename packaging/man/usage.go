package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/valence-rsd/valence/internal/roff"
)

// usage writes what a program says when it is asked for help. The layout is
// kong's: "Usage: …", a paragraph, and then lists of flags and commands.
func usage(p *roff.Page, bin, program string) error {
	out, err := exec.Command(filepath.Join(bin, program), "--help").Output()
	if err != nil {
		return fmt.Errorf("asking %s for help: %w", program, err)
	}
	intro, flags, found := strings.Cut(string(out), "\nFlags:\n")
	synopsis, description, usage := strings.Cut(strings.TrimPrefix(intro, "Usage: "), "\n")
	if !found || !usage {
		return fmt.Errorf("the help of %s has no usage or no flags:\n%s", program, out)
	}
	flags, commands, _ := strings.Cut(flags, "\nCommands:\n")
	commands, _, _ = strings.Cut(commands, "\nRun \"")
	p.Section1("Synopsis")
	p.Code(synopsis)
	p.Section1("Description")
	p.Text(description)
	if commands != "" {
		p.Section1("Commands")
		list(p, commands, isCommand)
	}
	p.Section1("Options")
	list(p, flags, isFlag)
	return nil
}

// isFlag and isCommand tell where an item begins.
func isFlag(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), "-") }

func isCommand(line string) bool { return !strings.HasPrefix(line, "    ") }

// list writes items. Two spaces or a new line are between the name of one and
// what it means, which goes on in further lines.
func list(p *roff.Page, lines string, begins func(line string) bool) {
	var name, meaning string
	flush := func() {
		if name != "" {
			p.Item(name, meaning)
		}
	}
	for line := range strings.Lines(lines) {
		text := strings.TrimSpace(line)
		if text == "" || !begins(line) {
			meaning += " " + text
			continue
		}
		flush()
		name, meaning, _ = strings.Cut(text, "  ")
	}
	flush()
}
