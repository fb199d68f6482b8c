package shell

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/session"
	"github.com/valence-rsd/valence/internal/wire"
)

// Streams is all that the shell sees of the process it runs in.
type Streams struct {
	In          io.Reader
	Out, Err    io.Writer
	InTerminal  bool
	OutTerminal bool
	ErrTerminal bool
	Width       int // columns of the terminal that Out or Err is, 0 when unknown
	Getenv      func(string) string
	Environ     []string // all of the environment; without it a cloud made of variables has only those that are known
	Executable  string   // path of this program; plugins stand in a folder beside it
	Dir         string   // the current directory; empty is the process's own
	Version     string
	// Interrupts gives a context that ends with the next Ctrl-C, until stop is
	// called. Nil: there is no Ctrl-C.
	Interrupts func(parent context.Context) (ctx context.Context, stop context.CancelFunc)
}

// host is what the shell needs of pluginhost.Host.
type host interface {
	Catalog(ctx context.Context) *pluginhost.Catalog
	Describe(ctx context.Context, path string) (pluginhost.Plugin, error)
	Run(ctx context.Context, p pluginhost.Plugin, c pluginhost.Call) error
	KeepWarm()
	Close()
}

// shell is one run of the shell: one command line, which may be one of many in
// a console.
type shell struct {
	Streams
	screen  *screen // over Err
	early   early
	gate    *gate // for what plugins print to stderr
	host    host
	catalog *pluginhost.Catalog // once it is needed
	timing  *session.Timing     // with --timing
	wanted  string              // first word of the line
	flags   []wire.Flag         // those of the shell, once they are needed
	warm    *warm               // nil: nothing is kept for another line
	stamps  []complete.Stamp    // of the plugins, when the catalog was made
	where   string              // of the line in its batch, put before an error
	// lasting ends with the process, not with Ctrl-C: a console gives each of
	// its lines a context of its own.
	lasting context.Context
}

// Main runs one command line, without the program's name, and returns the exit
// status. A cancelled context ends the shell; what Streams.Interrupts tells
// ends the command.
func Main(ctx context.Context, args []string, io Streams) int {
	s := newShell(args, io)
	s.lasting = ctx
	s.host = pluginhost.New(s.hostOptions())
	ctx, stop := s.interruptible(ctx)
	defer stop()
	return s.main(ctx, args)
}

func newShell(args []string, io Streams) *shell {
	s := &shell{Streams: io, early: lookAhead(args)}
	s.screen = &screen{out: io.Err, terminal: io.ErrTerminal}
	s.gate = &gate{to: s.screen}
	s.gate.open.Store(s.early.debug)
	return s
}

// gate lets through what plugins print while the line wants to see it.
type gate struct {
	to   io.Writer
	open atomic.Bool
}

// Write never fails: a plugin is not to be stopped for what it prints.
func (g *gate) Write(p []byte) (int, error) {
	if g.open.Load() {
		_, _ = g.to.Write(p)
	}
	return len(p), nil
}

func (s *shell) hostOptions() pluginhost.Options {
	o := pluginhost.Options{
		Dirs:     pluginhost.DefaultDirs(s.Getenv, s.Executable),
		Reserved: reserved(),
		Receipts: pluginhost.ReceiptsFile(pluginhost.UserDir(s.Getenv)),
		Log:      s.gate,
	}
	if !s.early.noCache {
		o.CacheFile = s.cacheFile()
	}
	return o
}

// cacheFile is where manifests are kept, or empty without a home.
func (s *shell) cacheFile() string {
	dir := complete.CacheDir(s.Getenv)
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "manifests.json")
}

func (s *shell) main(ctx context.Context, args []string) int {
	err := s.run(ctx, args)
	s.screen.clear()
	s.printTiming()
	if err == nil || errors.Is(err, syscall.EPIPE) {
		// Whoever read the output has seen enough: no failure.
		return exitDone
	}
	status, told := statusOf(err)
	if !told {
		s.printError(fault.Of(err))
	}
	return status
}

func (s *shell) run(ctx context.Context, args []string) error {
	if len(args) == 1 && args[0] == "--version" { // the quickest answer needs no grammar
		return s.printVersion()
	}
	if len(args) > 0 && args[0] == complete.Verb {
		return s.printCandidates(ctx, args[1:])
	}
	if s.flags == nil {
		s.flags = globalFlags()
	}
	if family, rest := execLine(args, s.flags); family != "" {
		return s.execPlugin(ctx, family, rest)
	}
	n, err := s.find(ctx, args)
	if err != nil {
		return err
	}
	return s.runLine(ctx, n, args)
}

// runLine reads a line whose first word is known, and does what it says.
func (s *shell) runLine(ctx context.Context, n noun, args []string) error {
	l, err := parse(n.command, args)
	if err != nil {
		return n.blame(err)
	}
	switch command := l.command(); {
	case l.globals.Version:
		return s.printVersion()
	case command != nil && l.globals.Help:
		return s.printHelp(l.path)
	case l.globals.Batch != "" && !l.globals.Help:
		return s.batch(ctx, l)
	case command == nil && !l.globals.Help && s.warm == nil && s.attended():
		return s.interactive(l)
	case command == nil:
		return s.printRootHelp(ctx)
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
	at := firstWord(args, s.flags)
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
		if s.warm != nil {
			s.stamps = s.stamp()
		}
		for _, p := range s.catalog.Problems {
			if !meant(p, s.wanted) || s.catalog.Plugin(p.Family) != nil { // else it becomes the error
				s.warn("plugin %s: %s", p.Path, p.Reason)
			}
		}
	}
	return s.catalog.Plugins
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
