package main

import (
	"time"

	"github.com/valence-rsd/valence/internal/roff"
)

// completePage is valence-complete(1). The program takes the line that is being
// written and no options, so it has no help to take the page from.
func completePage(version string, date time.Time) *roff.Page {
	p := roff.New("valence-complete", 1, version, date, "answer the completion scripts of valence")
	p.Section1("Synopsis")
	p.Code("valence-complete [WORD...]")
	p.Section1("Description")
	p.Text("The completion scripts for bash, zsh and fish ask it what may come next. Its arguments are the words of a command " +
		"line after valence, the last of which is being written and may be empty. It prints the candidates, one on each line: " +
		"the word, a tab, and what it means. A line :file stands for the names of files.\n\n" +
		"It answers from an index that valence writes, because it must be quick; what is not in there it asks the valence " +
		"beside it. It takes no options of its own.")
	p.Section1("Example")
	p.Code("valence-complete node cr")
	p.Section1("See also")
	p.Text("valence(1), valence-completion(1)")
	return p
}
