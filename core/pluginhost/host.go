package pluginhost

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"github.com/valence-rsd/valence/internal/wire"
)

// prefix begins the file name of every plugin.
const prefix = "valence-plugin-"

// Options says where plugins are and how patient to be with them.
type Options struct {
	Dirs      []string // search path, in order; the first of two families of one name wins
	CacheFile string   // of manifests; empty: no cache
	Receipts  string   // file of receipts; empty: nothing was installed
	Reserved  []string // nouns of the core, which no plugin may take
	// StartTimeout bounds the start of a plugin, 5 s when zero.
	StartTimeout time.Duration
	// SilenceTimeout bounds how long a command may say nothing while it has no
	// request under way, 30 s when zero.
	SilenceTimeout time.Duration
	Log            io.Writer // what plugins print to stderr; nil: discarded
}

// Host runs plugins.
type Host struct {
	Options
	dialects dialects
	pool     pool
}

// New makes a Host.
func New(o Options) *Host {
	if o.StartTimeout == 0 {
		o.StartTimeout = 5 * time.Second
	}
	if o.SilenceTimeout == 0 {
		o.SilenceTimeout = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return &Host{Options: o, dialects: spoken()}
}

// DefaultDirs is the search path: $VALENCE_PLUGIN_PATH, the user's own folder,
// the folder beside the shell's executable, and the system's.
func DefaultDirs(getenv func(string) string, executable string) []string {
	dirs := filepath.SplitList(getenv("VALENCE_PLUGIN_PATH"))
	if own := UserDir(getenv); own != "" {
		dirs = append(dirs, own)
	}
	if executable != "" {
		dirs = append(dirs, filepath.Join(filepath.Dir(executable), "plugins"))
	}
	return append(dirs, "/usr/libexec/valence/plugins")
}

// Plugin is a usable plugin.
type Plugin struct {
	Path     string
	Protocol int            // version that it and the shell agreed on
	Manifest wire.Manifest  // without the nouns that are taken
	Taken    []wire.Command // nouns of its that another plugin or the shell has
	Receipt  *Receipt       // nil: it was not installed, but found where it is
}

// Shadow is a plugin that is not used because another of its family comes
// first in the search path.
type Shadow struct {
	Path   string
	Family string // after the file's name
	By     string // path of the one that is used
}

// Problem is a plugin that cannot be used, or a part of one: something to
// warn of.
type Problem struct {
	Path   string
	Family string // after the file's name
	Reason string
}

// Call is one command to run in a plugin.
type Call struct {
	Command []string // its path, such as node, create
	Args    []string // flags as --name=value, then --, then arguments
	// Do sends a request to a service. The URL has only a path and a query.
	Do   func(ctx context.Context, service string, req *http.Request) (*http.Response, error)
	Sink Sink
	// Answer answers questions; nil: they are not to be asked. It may be called
	// while the Sink is.
	Answer func(ctx context.Context, q Question) ([]byte, error)
}

// Question is what a command asks for.
type Question struct {
	Family string // who asks
	Kind   string // wire.Confirm, wire.Secret or wire.Input
	Name   string // of a secret
	Text   string // for the person
}

// Sink takes what a command gives back. It is called by one goroutine.
type Sink interface {
	// Row takes a JSON array with one value for each column of the command's
	// result. An error ends the command.
	Row(values json.RawMessage) error
	Notice(level, text string)
	Progress(text string, done, total int64)
	// Draw takes text that is shown in place of a table.
	Draw(text string)
}
