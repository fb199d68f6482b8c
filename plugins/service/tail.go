package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// followStep is how often the end of a log is looked at.
const followStep = 200 * time.Millisecond

// logs reads the log file.
func (p *pidfiles) logs(ctx context.Context, name string, count int, follow bool, give func(line string) error) error {
	log := &logFile{path: p.folder.file(name, "log")}
	err := log.open()
	if errors.Is(err, fs.ErrNotExist) {
		return plugin.Errorf(plugin.NotFound, "%s has no log: it has not been started from here", name)
	}
	if err != nil {
		return fmt.Errorf("reading the log of %s: %w", name, err)
	}
	defer func() { _ = log.Close() }()
	lines, err := lastOf(log, count)
	if err != nil {
		return fmt.Errorf("reading the log of %s: %w", name, err)
	}
	for _, line := range lines {
		if err := give(line); err != nil {
			return err
		}
	}
	if !follow {
		return nil
	}
	return log.follow(ctx, give)
}

// tail gives the last lines of a file, as far as it can be read.
func tail(path string, count int) []string {
	log := &logFile{path: path}
	if log.open() != nil {
		return nil
	}
	defer func() { _ = log.Close() }()
	lines, _ := lastOf(log, count)
	return lines
}

// lastOf reads to the end and gives the last lines, an unfinished one included.
func lastOf(r io.Reader, count int) ([]string, error) {
	var lines []string
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		if line != "" {
			lines = append(lines, strings.TrimRight(line, "\r\n"))
		}
		if over := len(lines) - count; over > count || err != nil && over > 0 {
			lines = slices.Delete(lines, 0, over)
		}
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// logFile is a log that is read while it grows.
type logFile struct {
	*os.File
	path string
}

func (l *logFile) open() (err error) {
	l.File, err = os.Open(l.path)
	return err
}

// errFollowed ends a log that was followed: only the person ends it.
var errFollowed = plugin.Errorf(plugin.Interrupted, "interrupted")

// follow gives the lines that are written from now on, until the context ends.
// When the service is started again, it goes on with the log of that run.
func (l *logFile) follow(ctx context.Context, give func(line string) error) error {
	unfinished := ""
	for {
		data, err := io.ReadAll(l)
		if err == nil && len(data) == 0 && l.replaced() {
			_ = l.Close()
			err = l.open()
		}
		if err != nil {
			return fmt.Errorf("following the log: %w", err)
		}
		lines := strings.Split(unfinished+string(data), "\n")
		unfinished = lines[len(lines)-1]
		for _, line := range lines[:len(lines)-1] {
			if err := give(line); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return errFollowed
		case <-time.After(followStep):
		}
	}
}

// replaced says whether another file has the log's name now.
func (l *logFile) replaced() bool {
	old, err := l.Stat()
	now, err2 := os.Stat(l.path)
	return err == nil && err2 == nil && !os.SameFile(old, now)
}
