package shell

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// misread says what is wrong with a line that kong stopped reading. Kong's
// errors are text without types, so where it stopped decides, not what it says.
func (l *line) misread(trace *kong.Context, args []string) error {
	last := trace.Path[len(trace.Path)-1]
	at := len(args) - len(last.Remainder())
	if at < 0 || at >= len(args) {
		return fault.New(fault.Usage, "%v", trace.Error)
	}
	word, ended := args[at], slices.Contains(args[:at], "--")
	switch {
	case ended || !isFlag(word):
		return l.wrongWord(trace, word)
	case word == "--" && at+1 < len(args):
		return l.wrongWord(trace, args[at+1])
	}
	return l.wrongFlag(trace, args[at:])
}

func (l *line) wrongWord(trace *kong.Context, word string) error {
	command := l.command()
	switch {
	case command == nil:
		return fault.New(fault.Usage, "there is no command %q", word)
	case len(command.Commands) > 0:
		return unknownBelow(l.path, word)
	}
	given := 0
	for _, p := range trace.Path {
		if p.Positional != nil {
			given++
		}
	}
	if given < len(command.Args) {
		return fault.New(fault.Usage, "%s must be a whole number, not %q", argName(command.Args[given]), word)
	}
	e := fault.New(fault.Usage, "%s does not take the argument %q", title(l.path), word)
	if given > 0 && command.Args[given-1].Repeat {
		return e.WithHint("give all %s one after the other, options before or after them", argName(command.Args[given-1]))
	}
	return e.WithHint("usage: %s", synopsis(l.path))
}

// wrongFlag explains the flag at the beginning of rest: unknown, without its
// value, or with a wrong one.
func (l *line) wrongFlag(trace *kong.Context, rest []string) error {
	flags := l.known()
	name, value, hasValue := strings.Cut(rest[0], "=")
	f := longFlag(flags, strings.TrimPrefix(name, "--"))
	if !strings.HasPrefix(name, "--") {
		name, value, f = culprit(rest[0][1:], flags)
		hasValue = value != ""
	}
	if f == nil {
		return l.unknownFlag(name, flags)
	}
	switch {
	case f.Type == wire.Bool:
		return fault.New(fault.Usage, "%s must be true or false, not %q", name, value)
	case hasValue:
	case len(rest) < 2:
		return fault.New(fault.Usage, "%s needs a value", name)
	case isFlag(rest[1]):
		return fault.New(fault.Usage, "%s needs a value", name).
			WithHint("to give it the value %q, write --%s=%s", rest[1], f.Name, rest[1])
	default:
		value = rest[1]
	}
	if f.Type == wire.Int {
		return fault.New(fault.Usage, "%s must be a whole number, not %q", name, value)
	}
	return fault.New(fault.Usage, "%v", trace.Error)
}

// known are the flags that the line could have had where it ended.
func (l *line) known() []wire.Flag {
	flags := globalFlags()
	if c := l.command(); c != nil && len(c.Commands) == 0 {
		flags = append(flags, allFlags(*c)...)
	}
	return flags
}

// culprit is the letter of a group such as -vx that stopped the reading: the
// first that is unknown or takes a value.
func culprit(letters string, flags []wire.Flag) (name, value string, f *wire.Flag) {
	for i := range len(letters) {
		f = shortFlag(flags, letters[i:i+1])
		if f == nil || f.Type != wire.Bool || strings.HasPrefix(letters[i+1:], "=") {
			return "-" + letters[i:i+1], letters[i+1:], f
		}
	}
	return "-" + letters, "", nil
}

func (l *line) unknownFlag(name string, flags []wire.Flag) error {
	var candidates []string
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		candidates = append(candidates, "--"+f.Name)
		if f.Negatable {
			candidates = append(candidates, "--no-"+f.Name)
		}
	}
	if command := l.command(); command != nil {
		e := fault.New(fault.Usage, "%s has no option %s", title(l.path), name)
		return e.WithHint("%s", orElse(nearest(name, candidates), "valence "+title(l.path)+" --help lists its options"))
	}
	e := fault.New(fault.Usage, "there is no option %s", name)
	return e.WithHint("%s", orElse(nearest(name, candidates), "an option of a command stands after the command"))
}
