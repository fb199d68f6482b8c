package plugin

import (
	"context"

	"github.com/valence-rsd/valence/internal/wire"
)

// Question is what a command asks the shell for.
type Question struct {
	Kind QuestionKind
	Name string // of a Secret
	Text string // what the person reads
}

// QuestionKind says what an answer is.
type QuestionKind string

// The kinds of a Question.
const (
	Confirm QuestionKind = wire.Confirm // yes or no
	Secret  QuestionKind = wire.Secret  // a word that is typed unseen
	Input   QuestionKind = wire.Input   // all of standard input
)

// Confirm asks the person whether to go on, such as "Delete disk d1?", and
// returns an error if not. Where no person sits at a terminal there is nobody
// to ask, and it returns nil: a script says what it means.
func (c *Call) Confirm(ctx context.Context, question string) error {
	_, err := c.shell.Ask(ctx, Question{Kind: Confirm, Text: question})
	return err
}

// Secret gives a word that must not be seen. The shell takes it from the
// environment variable VALENCE_FAMILY_NAME in upper case, so that a plugin
// named podmanager finds its secret "password" in VALENCE_PODMANAGER_PASSWORD;
// if there is none, it asks the person, who reads the prompt. With neither, the
// error is of code Usage, and its hint names the variable.
func (c *Call) Secret(ctx context.Context, name, prompt string) (string, error) {
	answer, err := c.shell.Ask(ctx, Question{Kind: Secret, Name: name, Text: prompt})
	return string(answer), err
}

// Input gives all that comes from standard input, 1 MiB at most. A command
// asks for it once, when the person names "-" in place of a file.
func (c *Call) Input(ctx context.Context) ([]byte, error) {
	return c.shell.Ask(ctx, Question{Kind: Input})
}

// Destructive is for the structs of commands that destroy something: it adds
// the flags --yes and --dry-run.
type Destructive struct {
	Yes    bool `short:"y" help:"Do not ask first; without a terminal nobody is asked."`
	DryRun bool `help:"Say what would be done, and do nothing."`
}

// Confirm asks the question, unless the flags say that nobody is to be asked.
func (d *Destructive) Confirm(ctx context.Context, call *Call, question string) error {
	if d.Yes || d.DryRun {
		return nil
	}
	return call.Confirm(ctx, question)
}
