package shell

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"syscall"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// Streams is all that the shell sees of the process it runs in.
type Streams struct {
	In          io.Reader
	Out, Err    io.Writer
	OutTerminal bool
	ErrTerminal bool
	Width       int // columns of the terminal that Out or Err is, 0 when unknown
	Getenv      func(string) string
	Executable  string // path of this program; plugins stand in a folder beside it
	Dir         string // the current directory; empty is the process's own
	Version     string
}

// host is what the shell needs of pluginhost.Host.
type host interface {
	Catalog(ctx context.Context) *pluginhost.Catalog
	Run(ctx context.Context, p pluginhost.Plugin, c pluginhost.Call) error
}

// shell is one run of the shell: one command line.
type shell struct {
	Streams
	screen  *screen // over Err
	early   early
	host    host
	catalog *pluginhost.Catalog // once it is needed
	wanted  string              // first word of the line
}

// Main runs one command line, without the program's name, and returns the exit
// status. A cancelled context interrupts the command.
func Main(ctx context.Context, args []string, io Streams) int {
	s := newShell(args, io)
	s.host = pluginhost.New(s.hostOptions())
	return s.main(ctx, args)
}

func newShell(args []string, io Streams) *shell {
	s := &shell{Streams: io, early: lookAhead(args)}
	s.screen = &screen{out: io.Err, terminal: io.ErrTerminal}
	return s
}

func (s *shell) hostOptions() pluginhost.Options {
	o := pluginhost.Options{
		Dirs:     pluginhost.DefaultDirs(s.Getenv, s.Executable),
		Reserved: reserved(),
	}
	if !s.early.noCache {
		o.CacheFile = s.cacheFile()
	}
	if s.early.debug {
		o.Log = s.screen
	}
	return o
}

// cacheFile is where manifests are kept, or empty without a home.
func (s *shell) cacheFile() string {
	folder := s.Getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(folder) {
		if s.Getenv("HOME") == "" {
			return ""
		}
		folder = filepath.Join(s.Getenv("HOME"), ".cache")
	}
	return filepath.Join(folder, "valence", "manifests.json")
}

func (s *shell) main(ctx context.Context, args []string) int {
	err := s.run(ctx, args)
	s.screen.clear()
	if err == nil || errors.Is(err, syscall.EPIPE) {
		// Whoever read the output has seen enough: no failure.
		return exitDone
	}
	e := fault.Of(err)
	s.printError(e)
	return exitStatus(e.Code)
}

func (s *shell) run(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "--version" { // the quickest answer needs no grammar
		return s.printVersion()
	}
	n, err := s.find(ctx, args)
	if err != nil {
		return err
	}
	l, err := parse(n.command, args)
	if err != nil {
		return n.blame(err)
	}
	switch command := l.command(); {
	case l.globals.Version:
		return s.printVersion()
	case command == nil:
		return s.printRootHelp(ctx)
	case l.globals.Help:
		return s.printHelp(l.path)
	case len(command.Commands) > 0:
		return incomplete(l.path)
	}
	if err := l.check(); err != nil {
		return err
	}
	if n.plugin == nil {
		return s.runCore(ctx, l)
	}
	return s.runPlugin(ctx, *n.plugin, l)
}

// noun is the first word of a command line and all below it. It is empty when
// the line has no word.
type noun struct {
	command *wire.Command
	plugin  *pluginhost.Plugin // nil: of the core
}

// blame says whose fault a grammar is that cannot be built.
func (n noun) blame(err error) error {
	var e *fault.Error
	if errors.As(err, &e) || n.plugin == nil {
		return err
	}
	return fault.New(fault.PluginFault, "plugin %s: %v", n.plugin.Manifest.Family, err)
}

// find looks the line's first word up: in the core, which costs nothing, then
// among the plugins.
func (s *shell) find(ctx context.Context, args []string) (noun, error) {
	at := firstWord(args, globalFlags())
	if at < 0 {
		return noun{}, nil
	}
	s.wanted = args[at]
	if n := s.lookUp(ctx, s.wanted); n.command != nil {
		return n, nil
	}
	return noun{}, s.unknown(args[at:])
}

func (s *shell) lookUp(ctx context.Context, word string) noun {
	core := coreCommands()
	if c := named(core, word); c != nil {
		return noun{command: c}
	}
	plugins := s.plugins(ctx)
	// All names come before any alias: an alias must not hide a command.
	for _, match := range []func([]wire.Command, string) *wire.Command{named, aliased} {
		for i := range plugins {
			if c := match(plugins[i].Manifest.Commands, word); c != nil {
				return noun{command: c, plugin: &plugins[i]}
			}
		}
	}
	return noun{}
}

// plugins are all usable plugins. What is wrong with the others is told once.
func (s *shell) plugins(ctx context.Context) []pluginhost.Plugin {
	if s.catalog == nil {
		s.catalog = s.host.Catalog(ctx)
		for _, p := range s.catalog.Problems {
			if !meant(p, s.wanted) { // then it becomes the error
				s.warn("plugin %s: %s", p.Path, p.Reason)
			}
		}
	}
	return s.catalog.Plugins
}

func (s *shell) logger(g globals) *slog.Logger {
	level := slog.LevelInfo
	switch {
	case g.Debug:
		level = slog.LevelDebug
	case !g.Verbose:
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(s.screen, &slog.HandlerOptions{Level: level}))
}

func named(commands []wire.Command, word string) *wire.Command {
	for i := range commands {
		if commands[i].Name == word {
			return &commands[i]
		}
	}
	return nil
}

func aliased(commands []wire.Command, word string) *wire.Command {
	for i := range commands {
		for _, alias := range commands[i].Aliases {
			if alias == word {
				return &commands[i]
			}
		}
	}
	return nil
}
