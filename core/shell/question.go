package shell

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// mostInput bounds what a plugin gets of standard input.
const mostInput = 1 << 20

// answer answers a plugin's question.
func (s *shell) answer(ctx context.Context, q pluginhost.Question) ([]byte, error) {
	switch q.Kind {
	case wire.Confirm:
		return nil, s.confirm(ctx, output.Line(q.Text))
	case wire.Secret:
		return s.secret(ctx, q)
	case wire.Input:
		return s.input()
	}
	return nil, fault.New(fault.Usage, "this valence cannot answer such a question: %q", q.Kind)
}

// confirm asks the person. A script has nobody to ask, and means what it says;
// so do the lines of a batch.
func (s *shell) confirm(ctx context.Context, question string) error {
	ask := s.ask()
	if ask == nil || !s.ErrTerminal || s.where != "" {
		return nil
	}
	reply, err := s.typed(ctx, func() (string, error) { return ask(question+" [y/N] ", false) })
	if err != nil {
		return err
	}
	if reply = strings.ToLower(strings.TrimSpace(reply)); reply == "y" || reply == "yes" {
		return nil
	}
	return fault.New(fault.Failed, "not confirmed: nothing was done")
}

// secret is a word of the environment, or one that the person types.
func (s *shell) secret(ctx context.Context, q pluginhost.Question) ([]byte, error) {
	variable := "VALENCE_" + strings.ToUpper(strings.ReplaceAll(q.Family+"_"+q.Name, "-", "_"))
	if value := s.Getenv(variable); value != "" {
		return []byte(value), nil
	}
	ask, what := s.ask(), strings.TrimRight(output.Line(q.Text), ": ")
	if ask == nil {
		return nil, fault.New(fault.Usage, "%s: it is not given, and nobody is at a terminal to be asked", what).
			WithHint("set %s", variable)
	}
	reply, err := s.typed(ctx, func() (string, error) { return ask(what+": ", true) })
	return []byte(reply), err
}

// typed waits for what the person types, until Ctrl-C. Then the terminal shows
// again what is typed, which a secret had turned off.
func (s *shell) typed(ctx context.Context, ask func() (string, error)) (string, error) {
	f, _ := s.In.(*os.File) // or ask would be nil
	before, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", fmt.Errorf("asking at the terminal: %w", err)
	}
	type reply struct {
		text string
		err  error
	}
	done := make(chan reply, 1)
	go func() {
		text, err := ask()
		done <- reply{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		_ = term.Restore(int(f.Fd()), before)
		fmt.Fprintln(s.Err)
		return "", context.Cause(ctx)
	}
}

// input is all of standard input. Lines of a console have none: they are it.
func (s *shell) input() ([]byte, error) {
	if s.warm != nil {
		return nil, fault.New(fault.Usage, "the standard input is where the commands come from").WithHint("name a file instead of -")
	}
	data, err := io.ReadAll(io.LimitReader(s.In, mostInput+1))
	switch {
	case err != nil:
		return nil, fault.New(fault.Usage, "reading the standard input: %v", err)
	case len(data) > mostInput:
		return nil, fault.New(fault.Usage, "the standard input is larger than %d bytes", mostInput)
	}
	return data, nil
}
