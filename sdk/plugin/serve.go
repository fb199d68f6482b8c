package plugin

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"

	"github.com/valence-rsd/valence/internal/wire"
)

// connectTimeout is how long a plugin waits for the shell that started it.
const connectTimeout = 10 * time.Second

// Serve serves the family to the shell that started this process, and returns
// when the shell is done with it. It is all that a plugin's main function
// calls. Started by hand, it says what to do instead and exits 2.
//
// The process ends with the shell's connection, however the shell ends, so
// that nothing is left running.
func Serve(f Family) {
	if os.Getenv(wire.CookieKey) != wire.CookieValue {
		fmt.Fprintf(os.Stderr, "%s: this is a plugin of valence, which starts it by itself\n"+
			"hint: put it into a folder of VALENCE_PLUGIN_PATH and run: valence plugin list\n", os.Args[0])
		os.Exit(2)
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: wire.CookieKey, MagicCookieValue: wire.CookieValue},
		VersionedPlugins: versions(f),
		GRPCServer:       grpcServer,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: io.Discard}),
	})
}

// versions are the versions of the protocol that the kit speaks. The highest
// that the shell has too is the one that is spoken: docs/decisions/0005 says
// when there is another, and how long the old ones stay.
func versions(f Family) map[int]plugin.PluginSet {
	return map[int]plugin.PluginSet{wire.Protocol: {wire.PluginName: &endpoint{family: f}}}
}

func grpcServer(opts []grpc.ServerOption) *grpc.Server {
	w := &connectionWatch{exit: func() { os.Exit(0) }}
	w.timer = time.AfterFunc(connectTimeout, w.exit)
	return grpc.NewServer(append(opts, grpc.StatsHandler(w))...)
}

// connectionWatch ends the process when the last connection has ended. The
// kernel closes the shell's end when the shell is killed outright, and a
// command that hangs would not notice.
type connectionWatch struct {
	exit  func()
	timer *time.Timer // until the first connection

	mu   sync.Mutex
	open int
}

// HandleConn counts connections.
func (w *connectionWatch) HandleConn(_ context.Context, s stats.ConnStats) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s.(type) {
	case *stats.ConnBegin:
		w.timer.Stop()
		w.open++
	case *stats.ConnEnd:
		w.open--
		if w.open == 0 {
			w.exit()
		}
	}
}

// TagConn does nothing.
func (w *connectionWatch) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return ctx
}

// TagRPC does nothing.
func (w *connectionWatch) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	return ctx
}

// HandleRPC does nothing.
func (w *connectionWatch) HandleRPC(context.Context, stats.RPCStats) {}
