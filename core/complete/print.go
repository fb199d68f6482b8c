package complete

import (
	"io"
	"strings"
	"unicode"
)

// Print writes the candidates for the completion script of a shell: each on a
// line, a tab, and what it means. A line ":file" asks the script for names of
// files. Candidates with letters that a terminal would act on are left out: no
// shell can be trusted with them.
func (a *Answer) Print(w io.Writer) error {
	var out strings.Builder
	for _, word := range a.Words {
		if strings.ContainsFunc(word.Text, unsafe) {
			continue
		}
		out.WriteString(word.Text + "\t" + strings.Map(plain, word.Help) + "\n")
	}
	if a.Noun == File {
		out.WriteString(marking + "\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func unsafe(r rune) bool { return !unicode.IsPrint(r) }

func plain(r rune) rune {
	if unsafe(r) {
		return ' '
	}
	return r
}
