package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// Run runs one command line of the family against a shell and returns an
// *Error or nil. Serve does this for each command; tests use plugintest.
func (f Family) Run(ctx context.Context, shell Shell, line ...string) error {
	parser, err := f.parser()
	if err != nil {
		return fmt.Errorf("building the grammar of family %s: %w", f.Name, err)
	}
	return runParsed(ctx, parser, shell, line)
}

// runParsed uses the parser up.
func runParsed(ctx context.Context, parser *kong.Kong, shell Shell, line []string) error {
	parsed, err := parser.Parse(line)
	if err != nil {
		return Errorf(Usage, "%v", err)
	}
	command, ok := parsed.Selected().Target.Addr().Interface().(Runner)
	if !ok {
		return Errorf(Failed, "%s is not a command", parsed.Command())
	}
	if err := runGuarded(ctx, command, &Call{shell: shell}); err != nil {
		return errorOf(err)
	}
	return nil
}

// panicked is a panic of a command.
type panicked struct{ value any }

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

func isPanic(err error) bool {
	_, ok := errors.AsType[*panicked](err)
	return ok
}

// runGuarded runs the command and makes an error of its panic, so that the
// process ends in order; where it happened goes to stderr, which the shell
// shows with --debug.
func runGuarded(ctx context.Context, command Runner, call *Call) (err error) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n\n%s", v, debug.Stack())
			err = &panicked{v}
		}
	}()
	return command.Run(ctx, call)
}
