package shell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/prompt"
)

// attended tells whether a person can write lines and see what they give.
func (s *shell) attended() bool { return s.InTerminal && s.OutTerminal }

// interactive reads lines from the person and runs them until they have enough.
// A line that fails is told and forgotten: it ends with status 0.
func (s *shell) interactive(l *line) error {
	if s.warm == nil && !s.attended() {
		return fault.New(fault.Usage, "the interactive shell needs a terminal").
			WithHint("valence --batch - runs the lines of stdin")
	}
	c, err := s.newConsole(l)
	if err != nil {
		return err
	}
	defer c.close()
	past := newHistory(s.Getenv)
	reader, err := prompt.New(prompt.Options{
		In: s.In, Out: s.Out, Prompt: s.prompt(l), History: past.lines(), Keep: worthKeeping,
		Complete: c.completer(), Plain: dumb(s.Getenv("TERM")),
	})
	if err != nil {
		return fmt.Errorf("preparing the terminal: %w", err)
	}
	defer func() { _ = reader.Close() }()
	fmt.Fprintf(s.Out, "valence %s: help lists the commands, exit or Ctrl-D ends.\n", s.Version)
	return c.talk(reader, past)
}

// dumb terminals cannot move the cursor.
func dumb(term string) bool { return term == "" || term == "dumb" }

// talk is the loop of reading and doing. At the prompt Ctrl-C drops the line; in
// a command it ends the command.
func (c *console) talk(reader prompt.Reader, past history) error {
	for c.lasting.Err() == nil {
		text, err := reader.Read()
		switch {
		case errors.Is(err, prompt.ErrInterrupt):
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading a line: %w", err)
		}
		if worthKeeping(text) {
			past.add(text)
		}
		switch strings.TrimSpace(text) {
		case "exit", "quit":
			return nil
		}
		if !nothing(text) {
			ctx, stop := c.interruptible(c.lasting)
			c.do(ctx, text, "")
			stop()
		}
	}
	return c.lasting.Err()
}

// interruptible gives a context that Ctrl-C ends.
func (s *shell) interruptible(parent context.Context) (context.Context, context.CancelFunc) {
	if s.Interrupts == nil {
		return context.WithCancel(parent)
	}
	return s.Interrupts(parent)
}

// completer completes a line that is being written, as printCandidates does for
// other shells.
func (c *console) completer() func(line []string) []string {
	var tree *complete.Tree
	var of any
	return func(line []string) []string {
		quiet := *c.shell
		quiet.early.quiet, quiet.InTerminal, quiet.catalog = true, false, c.current()
		plugins := quiet.plugins(c.lasting)
		c.catalog, c.stamps = quiet.catalog, quiet.stamps
		if tree == nil || of != any(c.catalog) {
			tree, of = newTree(plugins), c.catalog
			for _, name := range []string{"exit", "quit"} {
				tree.Commands = append(tree.Commands, complete.Command{Word: complete.Word{Text: name}})
			}
		}
		if len(line) > 1 && line[0] == "valence" {
			line = line[1:]
		}
		a := quiet.candidates(c.lasting, tree, append(c.common[:len(c.common):len(c.common)], line...))
		var texts []string
		for _, w := range a.Words {
			if output.Line(w.Text) == w.Text {
				texts = append(texts, w.Text)
			}
		}
		return texts
	}
}

// cloudName is the cloud that the options choose, or empty.
func (s *shell) cloudName(g globals) string {
	c, err := cloud.Resolve(s.cloudRequest(g))
	if err != nil {
		return ""
	}
	return c.Name
}

// prompt names the cloud, where one is chosen.
func (s *shell) prompt(l *line) string {
	name := s.cloudName(l.globals)
	if name == "" {
		return "valence> "
	}
	return "valence(" + output.Line(name) + ")> "
}
