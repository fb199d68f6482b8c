package shell

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

// ask gives the function that asks the person for what the cloud does not say,
// such as a password. It is nil where nobody is at a terminal to answer.
func (s *shell) ask() func(text string, secret bool) (string, error) {
	f, ok := s.In.(*os.File)
	if !ok || !s.InTerminal {
		return nil
	}
	return func(text string, secret bool) (string, error) {
		s.screen.clear()
		fmt.Fprint(s.Err, text)
		if !secret {
			line, err := bufio.NewReader(f).ReadString('\n')
			return strings.TrimRight(line, "\r\n"), err
		}
		answer, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(s.Err) // the person's own line break was not shown
		if err == nil && len(answer) == 0 {
			err = errors.New("nothing was entered")
		}
		return string(answer), err
	}
}
