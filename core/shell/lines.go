package shell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/session"
	"github.com/valence-rsd/valence/core/words"
)

// console runs one line after the other in one process: plugins, their
// manifests and sessions stay from line to line.
type console struct {
	*shell
	common []string // options of the shell's own line, which go before those of each
}

// warm is what stays. The names that completion asks for may be on their way
// while a line runs, so it may be used by both.
type warm struct {
	mu   sync.Mutex
	open map[string]*session.Session
}

// newConsole makes a console whose lines have the options of the shell's line.
// Close ends what it keeps warm.
func (s *shell) newConsole(l *line) (*console, error) {
	if s.warm != nil {
		return nil, fault.New(fault.Usage, "lines are being read already; one of them cannot begin to read others")
	}
	s.warm = &warm{open: map[string]*session.Session{}}
	s.host.KeepWarm()
	return &console{shell: s, common: slices.DeleteFunc(slices.Clone(l.given), startsConsole)}, nil
}

func startsConsole(option string) bool {
	return strings.HasPrefix(option, "--batch=") || strings.HasPrefix(option, "--keep-going=")
}

func (c *console) close() {
	c.host.Close()
	c.warm.mu.Lock()
	defer c.warm.mu.Unlock()
	for _, s := range c.warm.open {
		s.Close()
	}
}

// do runs one line and gives its exit status. The words of a line may begin with
// valence, as in documentation. where is put before an error.
func (c *console) do(ctx context.Context, text, where string) int {
	args, err := words.Split(text)
	if len(args) > 0 && args[0] == "valence" {
		args = args[1:]
	}
	args = slices.Concat(c.common, args)
	next := newShell(args, c.Streams)
	next.where, next.lasting, next.warm = where, c.lasting, c.warm
	next.screen, next.host, next.gate = c.screen, c.host, c.gate
	c.gate.open.Store(next.early.debug)
	if err != nil {
		e := fault.New(fault.Usage, "%v", err)
		next.printError(e)
		return exitStatus(e.Code)
	}
	next.catalog, next.stamps, next.flags = c.current(), c.stamps, c.flags
	status := next.main(ctx, args)
	if next.wanted == "plugin" { // it may have installed or removed one
		next.catalog = nil
	}
	c.catalog, c.stamps, c.flags = next.catalog, next.stamps, next.flags
	return status
}

// current is the catalog, as long as the plugins are as they were.
func (c *console) current() *pluginhost.Catalog {
	for _, s := range c.stamps {
		if complete.NewStamp(s.Path) != s {
			c.catalog = nil
			break
		}
	}
	return c.catalog
}

// stamp marks the folders and files that the catalog was made from.
func (s *shell) stamp() []complete.Stamp {
	if s.catalog == nil {
		return nil
	}
	paths := pluginhost.DefaultDirs(s.Getenv, s.Executable)
	for _, p := range s.catalog.Plugins {
		paths = append(paths, p.Path)
	}
	for _, p := range s.catalog.Problems {
		paths = append(paths, p.Path)
	}
	stamps := make([]complete.Stamp, len(paths))
	for i, path := range paths {
		stamps[i] = complete.NewStamp(path)
	}
	return stamps
}

// session gives the session that the options of the line ask for: in a console
// one of an earlier line, if there is one. It goes back with release.
func (s *shell) session(l *line) (*session.Session, error) {
	if s.warm == nil || l.globals.Timing { // what it took is the line's own
		return s.connect(l.globals)
	}
	key := fmt.Sprintf("%q, unseen %v", slices.DeleteFunc(slices.Clone(l.given), aboutOutput), s.early.quiet)
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	if open := s.warm.open[key]; open != nil {
		return open, nil
	}
	opened, err := s.connect(l.globals)
	if err == nil {
		s.warm.open[key] = opened
	}
	return opened, err
}

// aboutOutput tells whether an option says nothing to a session.
func aboutOutput(option string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(option, "--"), "=")
	return slices.Contains([]string{
		"format", "column", "sort-column", "sort-ascending", "sort-descending", "jq", "noindent",
		"max-width", "fit-width", "print-empty", "quote", "prefix",
	}, name)
}

func (s *shell) release(used *session.Session) {
	if s.warm == nil || s.timing != nil {
		used.Close()
	}
}

// ended is how lines ended that have said themselves what was wrong.
type ended int

// Error is for nobody to see.
func (e ended) Error() string { return fmt.Sprintf("ended with status %d", int(e)) }

// statusOf is the exit status of an error, and whether the person knows of it.
func statusOf(err error) (status int, told bool) {
	if e, ok := errors.AsType[ended](err); ok {
		return int(e), true
	}
	return exitStatus(fault.Of(err).Code), false
}

// nothing tells whether a line has no words.
func nothing(text string) bool {
	text = strings.TrimLeft(text, " \t\r")
	return text == "" || text[0] == '#'
}
