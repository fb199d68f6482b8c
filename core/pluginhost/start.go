package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// running is a started plugin.
type running struct {
	*process
	identity // of its file
	family   string
	dialects dialects
	client   *plugin.Client
	plugin   wire.PluginClient
}

// start starts a plugin and shakes hands. The protection of the connection is
// the socket's folder, which go-plugin makes with mode 0700: certificates made
// for each command would cost more than the command.
func (h *Host) start(ctx context.Context, path, family string) (*running, error) {
	proc, makeRunner := newProcess(path, h.Log)
	r := &running{process: proc, family: family, dialects: h.dialects}
	r.client = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: wire.CookieKey, MagicCookieValue: wire.CookieValue},
		VersionedPlugins: h.dialects.sets(),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		RunnerFunc:       makeRunner,
		StartTimeout:     h.StartTimeout,
		SkipHostEnv:      true,
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: socketDir()},
		SyncStdout:       h.Log,
		SyncStderr:       io.MultiWriter(&proc.cried, h.Log),
		Logger:           hclog.NewNullLogger(),
	})
	// go-plugin's Start takes no context: an interrupt ends the process, and
	// with it the wait.
	stop := context.AfterFunc(ctx, func() { _ = proc.Kill(ctx) })
	defer stop()
	began := time.Now()
	if err := r.connect(); err != nil {
		late := time.Since(began) >= h.StartTimeout
		r.kill()
		switch {
		case ctx.Err() != nil:
			return nil, fault.Of(context.Cause(ctx))
		case late:
			return nil, r.fault("did not start within %s", h.StartTimeout)
		}
		return nil, r.startFault(err)
	}
	return r, nil
}

func (r *running) connect() error {
	protocol, err := r.client.Client()
	if err != nil {
		return err
	}
	raw, err := protocol.Dispense(wire.PluginName)
	if err != nil {
		return err
	}
	r.plugin = raw.(wire.PluginClient)
	return nil
}

// stop ends the plugin.
func (r *running) stop() { r.client.Kill() }

// kill ends a plugin that would not end when asked.
func (r *running) kill() {
	_ = r.Kill(context.Background())
	r.client.Kill()
}

// startFault says in one sentence why a plugin did not start.
func (r *running) startFault(err error) *fault.Error {
	first := r.said.lines()[0]
	version, spoke := handshake(first)
	_, known := r.dialects[version]
	switch {
	case spoke && !known:
		return r.fault("speaks protocol %d, this valence speaks %s: upgrade %s", version, r.dialects, r.dialects.older(version))
	case !spoke && first != "":
		return r.fault("printed %s to stdout instead of a handshake", quoted(first))
	case errors.As(err, new(*os.PathError)):
		return r.fault("cannot be started: %v", errors.Unwrap(err))
	}
	return r.fault("ended before it was ready%s", r.lastWords())
}

// handshake reads the protocol's version from go-plugin's first line,
// core|version|network|address|….
func handshake(line string) (version int, ok bool) {
	parts := strings.Split(line, "|")
	if len(parts) < 4 {
		return 0, false
	}
	version, err := strconv.Atoi(parts[1])
	return version, err == nil
}

// fault is a failure of this plugin.
func (r *running) fault(format string, args ...any) *fault.Error {
	return fault.New(fault.PluginFault, "plugin %s %s", r.family, fmt.Sprintf(format, args...))
}

// lastWords is what the plugin printed to stderr before it ended: the line of
// its panic where there is one, else its last line.
func (r *running) lastWords() string {
	lines := r.cried.lines()
	for _, l := range lines {
		if strings.HasPrefix(l, "panic: ") || strings.HasPrefix(l, "fatal error: ") {
			return ": " + quoted(l)
		}
	}
	if last := lines[len(lines)-1]; last != "" {
		return ": " + quoted(last)
	}
	return ""
}

// quoted shows what a plugin printed, bounded and without control characters.
func quoted(s string) string {
	const most = 120
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.Quote(strings.ToValidUTF8(s, "?"))
}

// socketDir is where the socket's folder goes: a socket's path has at most 108
// bytes, which a long TMPDIR would use up.
func socketDir() string {
	const room = 60
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()} {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && len(dir) <= room {
			return dir
		}
	}
	return "/tmp"
}
