package complete

import (
	"slices"
	"strings"
)

// Answer is what can stand next.
type Answer struct {
	Words []Word // candidates, whole words
	// Noun asks for more candidates: File, Cloud, or the noun of a resource,
	// whose names its list command gives. Empty: Words are all there are. Add
	// takes what was found.
	Noun   string
	Before string   // what stands before the value in its word, such as --flavor=
	Part   string   // what there is of the value
	Given  []string // values that were given to the same argument before
	// Globals are the shell's own options on the line, as --name=value.
	Globals []string
}

// Complete answers for a line of whole words, the last of which is being
// written and may be empty.
func (t *Tree) Complete(line []string) Answer {
	if len(line) == 0 {
		line = []string{""}
	}
	r := reader{tree: t}
	for _, word := range line[:len(line)-1] {
		r.read(word)
	}
	r.Part = line[len(line)-1]
	r.answer()
	return r.Answer
}

// Add takes the candidates that fit. Those that were given before are left out.
func (a *Answer) Add(words []Word) {
	for _, w := range words {
		if strings.HasPrefix(w.Text, a.Part) && !slices.Contains(a.Given, w.Text) {
			a.Words = append(a.Words, Word{a.Before + w.Text, w.Help})
		}
	}
}
