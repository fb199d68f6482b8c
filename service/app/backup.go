package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service/etcd"
)

// A service with the embedded store has it to itself: nobody else can read it
// meanwhile. So that it need not be stopped for a backup, it serves one on a
// socket in the data folder, which only its own user can get into.

// backupSocket is where a running service gives its snapshot away.
func backupSocket(o Options) string { return filepath.Join(o.Config.Etcd.DataDir, "backup.sock") }

// offerBackups serves snapshots of the embedded store until the app stops. It
// serves none where that cannot be, because the path is too long for a socket
// perhaps: the service is more important than its backup.
func (a *App) offerBackups(ctx context.Context, o Options, client *clientv3.Client) {
	path := backupSocket(o)
	_ = os.Remove(path) // left by a process that was killed
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		a.logger.Warn("a backup will be possible only while the service does not run", "error", err)
		return
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := etcd.Snapshot(r.Context(), client, w); err != nil {
			a.logger.Warn("a backup failed", "error", err)
			panic(http.ErrAbortHandler) // half of it must not look whole
		}
	})}
	go func() { _ = server.Serve(listener) }() // until it is closed
	a.acquired.add("backups", server.Close)
}

// Snapshot writes everything that is in the store to w, as it was at one
// moment.
func Snapshot(ctx context.Context, o Options, w io.Writer) (err error) {
	if !external(o.Config) {
		if running, err := fromRunning(ctx, o, w); running {
			return err
		}
	}
	a := &App{logger: o.Logger}
	defer func() { err = errors.Join(err, a.acquired.run(ctx)) }()
	client, err := a.openEtcd(ctx, o)
	if err != nil {
		return err
	}
	return etcd.Snapshot(ctx, client, w)
}

// fromRunning asks the service that has the embedded store, if one has.
func fromRunning(ctx context.Context, o Options, w io.Writer) (running bool, err error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", backupSocket(o))
	}
	transport := &http.Transport{DialContext: dial}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://service/", nil)
	if err != nil {
		return false, err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return false, err // nobody there: the store can be opened
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(w, resp.Body); err != nil {
		return true, fmt.Errorf("reading the snapshot of the running service: %w", err)
	}
	return true, nil
}

// Restore makes the embedded store out of a snapshot. It refuses a store that
// is there already.
func Restore(ctx context.Context, o Options, file string) error {
	if external(o.Config) {
		return errors.New("the store is an external cluster: restore that with etcdutl")
	}
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("the snapshot: %w", err)
	}
	return etcd.Restore(ctx, file, o.Config.Etcd.DataDir)
}
