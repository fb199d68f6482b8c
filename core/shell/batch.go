package shell

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// longestLine bounds a line of a batch.
const longestLine = 1 << 20

// batch runs the lines of a file, or of stdin when it is called -. It stops at
// the first that fails and ends as that did; with --keep-going it runs them all
// and ends with the highest exit status of any.
func (s *shell) batch(ctx context.Context, l *line) error {
	name := l.globals.Batch
	if l.command() != nil {
		return fault.New(fault.Usage, "--batch takes its commands from %s, so %s cannot be given too", name, title(l.path))
	}
	in, err := s.openBatch(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	if name == "-" {
		name = "stdin"
	}
	c, err := s.newConsole(l)
	if err != nil {
		return err
	}
	defer c.close()
	b := batch{console: c, name: name, keepGoing: l.globals.KeepGoing}
	return b.run(ctx, in)
}

func (s *shell) openBatch(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(s.In), nil
	}
	f, err := os.Open(s.path(name))
	if err != nil {
		return nil, fault.New(fault.Usage, "reading the batch: %v", err)
	}
	return f, nil
}

type batch struct {
	*console
	name      string
	keepGoing bool

	ran, failed, worst int
}

func (b *batch) run(ctx context.Context, in io.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	number := 0
	for lines.Scan() {
		number++
		if nothing(lines.Text()) {
			continue
		}
		b.count(b.do(ctx, strings.TrimRight(lines.Text(), "\r"), fmt.Sprintf("%s:%d", b.name, number)))
		// An interrupt is meant for all of it.
		if b.failed > 0 && !b.keepGoing || ctx.Err() != nil {
			break
		}
	}
	if err := lines.Err(); err != nil {
		return fault.New(fault.Failed, "%s:%d: reading the batch: %v", b.name, number+1, err)
	}
	if b.failed == 0 {
		return ctx.Err()
	}
	if b.keepGoing {
		fmt.Fprintf(b.screen, "valence: %s: %d of %d lines failed\n", b.name, b.failed, b.ran)
	}
	return ended(b.worst)
}

func (b *batch) count(status int) {
	b.ran++
	if status != exitDone {
		b.failed++
	}
	b.worst = max(b.worst, status)
}
