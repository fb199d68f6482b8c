package shell

import (
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// unknown is the error of a line whose first word is no command.
func (s *shell) unknown(rest []string) error {
	if p := s.unusable(rest[0]); p != nil {
		return fault.New(fault.PluginFault, "plugin %s cannot be used: %s", p.Family, p.Reason)
	}
	e := fault.New(fault.Usage, "there is no command %q", rest[0])
	all := slices.Concat(coreCommands(), s.pluginCommands())
	if len(rest) > 1 && !isFlag(rest[1]) {
		if found := nearest(rest[0]+" "+rest[1], pairs(all)); found != "" {
			return e.WithHint("%s", found)
		}
		// Other tools put the verb first.
		if found := nearest(rest[1]+" "+rest[0], pairs(all)); found != "" {
			return e.WithHint("%s", found)
		}
	}
	if found := nearest(rest[0], visibleNames(all)); found != "" {
		return e.WithHint("%s", found)
	}
	if len(s.catalog.Plugins) == 0 {
		return e.WithHint("no plugins were found; VALENCE_PLUGIN_PATH says where to look")
	}
	return e.WithHint("valence --help lists all commands")
}

// unusable finds the plugin that a word was meant for, among those that cannot
// say which commands they have.
func (s *shell) unusable(word string) *pluginhost.Problem {
	for i, p := range s.catalog.Problems {
		if meant(p, word) {
			return &s.catalog.Problems[i]
		}
	}
	return nil
}

// meant guesses whether a word is a noun of a plugin that cannot be used:
// families are named for their noun, or for many of it.
func meant(p pluginhost.Problem, word string) bool {
	return word != "" && (p.Family == word || p.Family == word+"s")
}

// unknownBelow is the error of a line whose next word is no command of a group.
func unknownBelow(path []*wire.Command, word string) error {
	group := title(path)
	var full []string
	names := visibleNames(path[len(path)-1].Commands)
	for _, name := range names {
		full = append(full, group+" "+name)
	}
	return fault.New(fault.Usage, "there is no command %q", group+" "+word).
		WithHint("%s", orElse(nearest(group+" "+word, full), group+" has the commands "+strings.Join(names, ", ")))
}

func (s *shell) pluginCommands() []wire.Command {
	var all []wire.Command
	for _, p := range s.catalog.Plugins {
		all = append(all, p.Manifest.Commands...)
	}
	return all
}

// pairs are all commands of two words.
func pairs(commands []wire.Command) []string {
	var out []string
	for _, c := range commands {
		for _, name := range visibleNames(c.Commands) {
			out = append(out, c.Name+" "+name)
		}
	}
	return out
}

func visibleNames(commands []wire.Command) []string {
	var names []string
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	return names
}

// nearest asks whether one of the candidates was meant: those with the fewest
// typing errors, two at the most and not most of the word, or those that the
// word begins. It is empty when there is none.
func nearest(word string, candidates []string) string {
	best := min(2, len(word)/2) + 1
	var found []string
	for _, c := range candidates {
		d := distance(word, c)
		if strings.HasPrefix(c, word) && len(strings.Trim(word, "-")) > 1 {
			d = min(d, 1)
		}
		switch {
		case d < best:
			best, found = d, []string{c}
		case d == best && len(found) > 0:
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return ""
	}
	for i, f := range found {
		found[i] = `"` + f + `"`
	}
	return "did you mean " + strings.Join(found, " or ") + "?"
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b out of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}
