package complete

import (
	"slices"
	"strings"
)

// reader reads the words before the last, and answers for that.
type reader struct {
	Answer
	tree    *Tree
	command *Command // nil: none yet
	lost    bool     // a word was no command: nothing is known any more
	ended   bool     // by --
	pending *Flag    // the next word is its value
	args    []string // of the command
	set     []*Flag
}

func (r *reader) read(word string) {
	switch {
	case r.pending != nil:
		r.give(r.pending, word)
		r.pending = nil
	case r.ended || !isFlag(word):
		r.readWord(word)
	case word == "--":
		r.ended = true
	case strings.HasPrefix(word, "--"):
		name, value, has := strings.Cut(word[2:], "=")
		r.readFlag(r.flag(name, long), value, has)
	default:
		r.readShort(word[1:])
	}
}

func isFlag(word string) bool { return len(word) > 1 && word[0] == '-' }

func (r *reader) readWord(word string) {
	below := r.below()
	if len(below) == 0 {
		r.args = append(r.args, word)
		return
	}
	r.command = child(below, word)
	r.lost = r.lost || r.command == nil
}

func (r *reader) readFlag(f *Flag, value string, has bool) {
	switch {
	case f == nil:
	case has:
		r.give(f, value)
	case f.Switch:
		r.give(f, "true")
	default:
		r.pending = f
	}
}

// readShort reads letters such as those of -vf: each a switch, until one takes
// the rest as its value.
func (r *reader) readShort(letters string) {
	for i := range len(letters) {
		f := r.flag(letters[i:i+1], short)
		if f == nil || !f.Switch {
			r.readFlag(f, letters[i+1:], i+1 < len(letters))
			return
		}
		r.give(f, "true")
	}
}

func (r *reader) give(f *Flag, value string) {
	r.set = append(r.set, f)
	if long(r.tree.Flags, f.Text) == f {
		r.Globals = append(r.Globals, "--"+f.Text+"="+value)
	}
}

// below are the commands that can come next.
func (r *reader) below() []Command {
	switch {
	case r.lost:
		return nil
	case r.command == nil:
		return r.tree.Commands
	}
	return r.command.Commands
}

// flag finds a flag of the command or of the shell.
func (r *reader) flag(name string, find func([]Flag, string) *Flag) *Flag {
	if r.command != nil {
		if f := find(r.command.Flags, name); f != nil {
			return f
		}
	}
	return find(r.tree.Flags, name)
}

// answer completes the last word.
func (r *reader) answer() {
	name, value, has := strings.Cut(strings.TrimPrefix(r.Part, "--"), "=")
	switch {
	case r.pending != nil:
		r.value(r.pending.Value)
	case !r.ended && strings.HasPrefix(r.Part, "--") && has:
		if f := r.flag(name, long); f != nil {
			r.Before, r.Part = "--"+name+"=", value
			r.value(f.Value)
		}
	case !r.ended && strings.HasPrefix(r.Part, "-"):
		r.options()
	case len(r.below()) > 0:
		r.commands(r.below())
	case r.command != nil && len(r.command.Args) > 0:
		r.argument(r.command.Args)
	}
}

// argument completes the argument that comes next.
func (r *reader) argument(args []Value) {
	last := len(args) - 1
	switch at := len(r.args); {
	case at <= last && !args[at].Repeat:
		r.value(args[at])
	case args[last].Repeat:
		r.Given = r.args[min(last, at):]
		r.value(args[last])
	}
}

func (r *reader) value(v Value) {
	if v.Noun == Helped {
		r.helped()
		return
	}
	r.Add(v.Words)
	r.Noun = v.Noun
}

// helped completes the words after help.
func (r *reader) helped() {
	below := r.tree.Commands
	for _, word := range r.args {
		c := child(below, word)
		if c == nil {
			return
		}
		below = c.Commands
	}
	r.Given = nil // words of a command may be alike
	if len(r.args) == 0 {
		r.Add(r.tree.Topics)
	}
	r.commands(below)
}

func (r *reader) commands(below []Command) {
	for _, c := range below {
		if !c.Hidden {
			r.Add([]Word{c.Word})
		}
	}
}

// options completes a word that begins with a dash. A letter is offered only
// when the word is that letter: its long form says more.
func (r *reader) options() {
	var own []Flag
	if r.command != nil {
		own = r.command.Flags
	}
	for i, f := range slices.Concat(own, r.tree.Flags) {
		twice := i >= len(own) && long(own, f.Text) != nil
		if f.Hidden || f.Rare && len(r.Part) <= len("--") || twice || !f.Repeat && r.was(f) {
			continue
		}
		r.Add([]Word{{"--" + f.Text, f.Help}})
		if f.Negatable {
			r.Add([]Word{{"--no-" + f.Text, f.Help}})
		}
		if f.Short != "" && r.Part == "-"+f.Short {
			r.Add([]Word{{r.Part, f.Help}})
		}
	}
}

func (r *reader) was(f Flag) bool {
	return slices.ContainsFunc(r.set, func(s *Flag) bool { return s.Text == f.Text })
}
