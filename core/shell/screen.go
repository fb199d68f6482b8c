package shell

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/valence-rsd/valence/core/output"
)

// screen is stderr: lines, and on a terminal below them one line that says how
// far the work has come and is overwritten by whatever follows. It may be used
// by several goroutines.
type screen struct {
	out      io.Writer
	terminal bool

	mu   sync.Mutex
	line bool // there is a progress line
}

// Write writes over the progress line.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wipe()
	return s.out.Write(p)
}

// progress shows how far the work has come; total is 0 when it is not known.
func (s *screen) progress(text string, done, total int64, width int) {
	if !s.terminal {
		return
	}
	text = output.Line(text)
	switch {
	case total > 0:
		text = fmt.Sprintf("%s %s %d/%d", text, bar(done, total), done, total)
	default:
		text += " ..."
	}
	// A line that is wrapped could not be overwritten.
	if runes := []rune(text); width > 0 && len(runes) >= width {
		text = string(runes[:width-1])
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wipe()
	s.line = true
	_, _ = io.WriteString(s.out, text)
}

// bar draws how much is done.
func bar(done, total int64) string {
	const width = 20
	full := int(width * min(max(done, 0), total) / total)
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", width-full) + "]"
}

// clear takes the progress line away, for output that goes elsewhere.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wipe()
}

func (s *screen) wipe() {
	if s.line {
		s.line = false
		_, _ = io.WriteString(s.out, "\r\x1b[K")
	}
}
