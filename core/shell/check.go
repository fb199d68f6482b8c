package shell

import (
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// check holds the line against the manifest: what must be there, what may be
// there together, and which words a value may be.
func (l *line) check() error {
	for _, step := range []func() error{l.checkArgs, l.checkRequired, l.checkTogether, l.checkWords} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *line) checkArgs() error {
	var missing []string
	for i, a := range l.command().Args {
		if a.Required && (i >= len(l.args) || len(l.args[i]) == 0) {
			missing = append(missing, argName(a))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.New(fault.Usage, "%s needs %s", title(l.path), strings.Join(missing, " and ")).
		WithHint("usage: %s", synopsis(l.path))
}

func (l *line) checkRequired() error {
	for _, f := range l.command().Flags {
		if f.Required && l.flag(f.Name) == nil {
			return fault.New(fault.Usage, "%s needs the option %s", title(l.path), flagName(f)).
				WithHint("usage: %s", synopsis(l.path))
		}
	}
	return nil
}

func (l *line) checkTogether() error {
	owner := map[string]string{}
	for _, f := range l.flags {
		for _, word := range f.Xor {
			if first, taken := owner[word]; taken {
				return fault.New(fault.Usage, "--%s and --%s cannot be used together", first, f.Name)
			}
			owner[word] = f.Name
		}
	}
	return nil
}

func (l *line) checkWords() error {
	for _, f := range l.flags {
		if err := oneOf(f.Value, "--"+f.Name, f.values); err != nil {
			return err
		}
	}
	for i, values := range l.args {
		a := l.command().Args[i]
		if err := oneOf(a, argName(a), values); err != nil {
			return err
		}
	}
	return nil
}

func oneOf(v wire.Value, name string, values []string) error {
	for _, value := range values {
		if len(v.Enum) > 0 && !slices.Contains(v.Enum, value) {
			return fault.New(fault.Usage, "%s cannot be %q", name, value).
				WithHint("%s", orElse(nearest(value, v.Enum), "it is one of "+strings.Join(v.Enum, ", ")))
		}
	}
	return nil
}

func (l *line) flag(name string) *setFlag {
	for i := range l.flags {
		if l.flags[i].Name == name {
			return &l.flags[i]
		}
	}
	return nil
}

// value is what a flag was given last; empty when it was not given.
func (l *line) value(name string) string {
	f := l.flag(name)
	if f == nil {
		return ""
	}
	return f.values[len(f.values)-1]
}

// incomplete is the error of a line that ends in the middle of a command.
func incomplete(path []*wire.Command) error {
	name := title(path)
	return fault.New(fault.Usage, "%s needs a command: %s", name, strings.Join(visibleNames(path[len(path)-1].Commands), ", ")).
		WithHint("valence %s --help explains them", name)
}
