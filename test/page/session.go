package page

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Session is where a page is run.
type Session struct {
	User, Root *Shell // Root may be nil, and then nothing is for root
	Repository string // folder that excerpts are of
}

// Difference is a place at which a page is wrong.
type Difference struct {
	Line  int // of the command, from 1
	Text  string
	shown span     // lines of the page
	got   []string // to be there instead; nil where that does not mend it
}

// span is lines of a page, the first one counted from 1, the last one not in it.
type span struct{ from, to int }

// Run runs a page up to the first command that failed, and says what is wrong.
func (s *Session) Run(p *Page) []Difference {
	var all []Difference
	for _, b := range p.Blocks {
		found, failed := s.block(b)
		all = append(all, found...)
		if failed {
			break
		}
	}
	return all
}

func (s *Session) block(b Block) (found []Difference, failed bool) {
	switch {
	case b.Language == "text":
		return nil, false
	case b.Language == "console":
		return s.console(b)
	case b.Title != "":
		err := s.file(b)
		return complain(b.Line, err), err != nil
	case b.Language == "sh":
		// What fails in the middle ends the bash, as it would end a script.
		_, err := s.run(false, "set -e\n"+strings.Join(b.Lines, "\n")+"\nset +e", false)
		return complain(b.Line, err), err != nil
	}
	return complain(b.Line, fmt.Errorf("a block of %q without a title: nothing says what is to be done with it", b.Language)), false
}

func complain(line int, err error) []Difference {
	if err == nil {
		return nil
	}
	return []Difference{{Line: line, Text: err.Error()}}
}

func (s *Session) console(b Block) (found []Difference, failed bool) {
	commands, err := parse(b)
	if err != nil {
		return complain(b.Line, err), true
	}
	for i, c := range commands {
		mayFail := i+1 < len(commands) && commands[i+1].text == "echo $?"
		output, err := s.run(c.root, c.text, mayFail)
		if err != nil {
			return append(found, complain(c.line, err)...), true
		}
		got := lines(output)
		if shown := c.shown(b); len(shown) > 0 && !alike(shown, got) {
			found = append(found, Difference{
				Line: c.line, shown: c.output, got: got,
				Text: fmt.Sprintf("%s\nprints\n%s\nand the page shows\n%s", c.text, strings.Join(got, "\n"), strings.Join(shown, "\n")),
			})
		}
	}
	return found, false
}

// run runs a command of root or the user and gives what it printed.
func (s *Session) run(root bool, command string, mayFail bool) (string, error) {
	shell := s.User
	if root {
		shell = s.Root
	}
	if shell == nil {
		return "", fmt.Errorf("nobody is root here: %s", command)
	}
	output, status, err := shell.Run(command)
	if err == nil && status != 0 && !mayFail {
		err = fmt.Errorf("ended with status %d", status)
	}
	if err != nil {
		return "", fmt.Errorf("%s\n%w:\n%s", command, err, output)
	}
	return output, nil
}

// file writes a block to the file that its title names, or compares it with the
// one of the repository.
func (s *Session) file(b Block) error {
	if text, err := os.ReadFile(filepath.Join(s.Repository, b.Title)); err == nil && !filepath.IsAbs(b.Title) {
		if !excerpt(b.Lines, string(text)) {
			return fmt.Errorf("these lines are not in %s", b.Title)
		}
		return nil
	}
	root, mask := strings.HasPrefix(b.Title, "/"), "077"
	if root {
		mask = "022"
	}
	_, err := s.run(root, fmt.Sprintf("FILE=%s; mkdir -p \"$(dirname \"$FILE\")\" && (umask %s; cat >\"$FILE\") <<'END OF THE FILE'\n%s\nEND OF THE FILE",
		b.Title, mask, strings.Join(b.Lines, "\n")), false)
	return err
}

// Check runs a page, complains about what is wrong, and with update writes the
// page anew where it shows something else.
func (s *Session) Check(t testing.TB, p *Page, update bool) {
	t.Helper()
	begin := time.Now()
	found := s.Run(p)
	t.Logf("the page took %v", time.Since(begin).Round(time.Second))
	for _, d := range found {
		t.Errorf("%s:%d: %s", p.File, d.Line, d.Text)
	}
	if update {
		if err := p.Mend(found); err != nil {
			t.Fatal(err)
		}
	}
}

// Mend writes what was printed into the page, where it shows something else.
func (p *Page) Mend(found []Difference) error {
	data, err := os.ReadFile(p.File)
	if err != nil {
		return err
	}
	text := strings.Split(string(data), "\n")
	for _, d := range slices.Backward(found) { // so that the lines before keep their numbers
		if d.got != nil {
			text = slices.Replace(text, d.shown.from-1, d.shown.to-1, d.got...)
		}
	}
	return os.WriteFile(p.File, []byte(strings.Join(text, "\n")), 0o644) //nolint:gosec // a page for everybody
}
