package shell

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/words"
)

// mostHistory is how many lines are kept.
const mostHistory = 1000

// history is the lines of earlier, in a file that only its user can read. It is
// best effort: without a file there is none.
type history struct{ file string }

func newHistory(getenv func(string) string) history {
	folder := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(folder) {
		if getenv("HOME") == "" {
			return history{}
		}
		folder = filepath.Join(getenv("HOME"), ".local", "state")
	}
	return history{filepath.Join(folder, "valence", "history")}
}

// lines gives the lines kept, and shortens the file when there are many.
func (h history) lines() []string {
	data, err := os.ReadFile(h.file)
	if h.file == "" || err != nil {
		return nil
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	if len(lines) > mostHistory {
		lines = lines[len(lines)-mostHistory:]
		_ = complete.WriteFile(h.file, []byte(strings.Join(lines, "\n")+"\n"))
	}
	return lines
}

// add keeps a line.
func (h history) add(line string) {
	if h.file == "" || os.MkdirAll(filepath.Dir(h.file), 0o700) != nil {
		return
	}
	f, err := os.OpenFile(h.file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	_, _ = f.Write(append(bytes.TrimSpace([]byte(line)), '\n'))
}

// worthKeeping tells whether a line may stand in a file: not with a secret in
// it, and not when it begins with a space, by which people say so in bash.
func worthKeeping(line string) bool {
	if nothing(line) || line[0] == ' ' {
		return false
	}
	split := words.Partial(line)
	return !slices.ContainsFunc(append(split.Words, split.Last), secretWord)
}

// secretWord tells whether a word is an option or a KEY=VALUE that gives a
// secret, or names one that follows.
func secretWord(word string) bool {
	name, _, hasValue := strings.Cut(word, "=")
	if !hasValue && !strings.HasPrefix(word, "--") {
		return false
	}
	// In --auth=password=x the name comes second.
	if _, value, _ := strings.Cut(word, "="); strings.Contains(value, "=") && secretWord(value) {
		return true
	}
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "-file") {
		return false
	}
	return slices.ContainsFunc([]string{"passw", "passcode", "secret", "token", "access-key", "os-code"}, func(part string) bool {
		return strings.Contains(name, part)
	})
}
