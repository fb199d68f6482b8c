// Package prompt reads lines from a person at a terminal, with editing, history
// and completion. It knows the terminal and nothing of commands.
package prompt

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/ergochat/readline"

	"github.com/valence-rsd/valence/core/words"
)

// ErrInterrupt is the error of a line that was dropped with Ctrl-C.
var ErrInterrupt = errors.New("interrupted")

// Options say how lines are read.
type Options struct {
	In       io.Reader // the terminal
	Out      io.Writer
	Prompt   string
	History  []string                     // lines of earlier, oldest first
	Keep     func(line string) bool       // whether a line goes into the history
	Complete func(line []string) []string // candidates, whole words, for the last word
	Plain    bool                         // the terminal can do no more than print
}

// Reader reads lines.
type Reader interface {
	// Read gives the next line; io.EOF after Ctrl-D, ErrInterrupt after Ctrl-C.
	Read() (string, error)
	// Close gives the terminal back.
	Close() error
}

// New makes a Reader. The terminal is in raw mode only while a line is read.
func New(o Options) (Reader, error) {
	if o.Plain {
		return &plain{lines: bufio.NewReader(o.In), Options: o}, nil
	}
	r, err := readline.NewFromConfig(&readline.Config{
		Prompt: o.Prompt, Stdin: o.In, Stdout: o.Out, Stderr: o.Out,
		DisableAutoSaveHistory: true, HistorySearchFold: true, Undo: true,
		AutoComplete: completer(o.Complete), InterruptPrompt: "^C", EOFPrompt: "\n",
	})
	if err != nil {
		return nil, err
	}
	for _, line := range o.History {
		_ = r.SaveToHistory(line) // it is in memory only and cannot fail
	}
	return &editor{r, o.Keep}, nil
}

type editor struct {
	*readline.Instance
	keep func(string) bool
}

// Read reads a line.
func (e *editor) Read() (string, error) {
	line, err := e.ReadLine()
	if errors.Is(err, readline.ErrInterrupt) {
		return "", ErrInterrupt
	}
	if err == nil && e.keep(line) {
		_ = e.SaveToHistory(line)
	}
	return line, err
}

// plain reads lines as they come.
type plain struct {
	lines *bufio.Reader
	Options
}

// Read reads a line.
func (p *plain) Read() (string, error) {
	if _, err := io.WriteString(p.Out, p.Prompt); err != nil {
		return "", err
	}
	line, err := p.lines.ReadString('\n')
	if line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

// Close has nothing to give back.
func (p *plain) Close() error { return nil }

// completer completes for the line editor, which wants what is to be added.
type completer func(line []string) []string

// Do gives the endings that can follow, and how much of the word stands there.
func (c completer) Do(line []rune, pos int) (endings [][]rune, length int) {
	l := words.Partial(string(line[:pos]))
	if l.Note {
		return nil, 0
	}
	for _, candidate := range c(append(l.Words, l.Last)) {
		rest, ok := strings.CutPrefix(candidate, l.Last)
		if !ok {
			continue
		}
		ending := words.Quote(rest, l.Quote)
		if l.Quote != 0 {
			ending += string(l.Quote)
		}
		endings = append(endings, []rune(ending+" "))
	}
	return endings, len([]rune(l.Last))
}
