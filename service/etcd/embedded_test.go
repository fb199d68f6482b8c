package etcd

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"github.com/valence-rsd/valence/service"
)

func TestEmbeddedHasNoSockets(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	if n := len(e.server.Peers) + len(e.server.Clients); n != 0 {
		t.Errorf("the embedded etcd has %d listeners", n)
	}
}

func TestEmbeddedFolderIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	started(t, dir)
	info, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("the data folder has mode %o, want 700", got)
	}
}

func TestEmbeddedFolderHasOneUser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	started(t, dir)
	begin := time.Now()
	_, err := StartEmbedded(t.Context(), EmbeddedOptions{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("starting twice in one folder: %v", err)
	}
	if waited := time.Since(begin); waited > time.Second {
		t.Errorf("it took %s to say so", waited)
	}
}

func TestEmbeddedStartIsQuiet(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	e, err := StartEmbedded(t.Context(), EmbeddedOptions{DataDir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if got := log.String(); got != "" {
		t.Errorf("etcd logged:\n%s", got)
	}
	e.server.GetLogger().Info("nothing new")
	e.server.GetLogger().Warn("something is wrong", zap.String("with", "this"))
	if got := log.String(); !strings.Contains(got, "something is wrong") || !strings.Contains(got, "with=this") || strings.Contains(got, "nothing new") {
		t.Errorf("etcd logged:\n%s", got)
	}
}

// lockedBuffer is a buffer that many may write to.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestEmbeddedStartGivesUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := StartEmbedded(ctx, EmbeddedOptions{DataDir: dir}); err == nil {
		t.Error("it started for a caller that was gone")
	}
	started(t, dir) // and left nothing that is in the way
}

// TestKilledInFirstStart is about an etcd that was killed before it could write
// down that it is a member of its own cluster: it never becomes ready.
func TestKilledInFirstStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := beforeFirstStart(dir); err != nil {
		t.Fatal(err)
	}
	wal := filepath.Join(dir, memberDir, "wal")
	if err := os.MkdirAll(wal, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(wal, "0000000000000000-0000000000000000.wal"), make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	started(t, dir)
	if _, err := os.Stat(filepath.Join(dir, firstStart)); err == nil {
		t.Error("the mark of the first start is still there")
	}
}

// TestRestart is about a process that ends without a goodbye.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), t.Context()
	e, err := StartEmbedded(ctx, EmbeddedOptions{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, Config{Client: e.Client(), Sealer: sealer(t), HoldTTL: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	in, n := begin(t, s)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	s = opened(t, Config{Client: started(t, dir).Client()})
	gotIn, gotNode, claimed, err := s.Claim(ctx, n.UUID)
	if err != nil || !claimed {
		t.Fatalf("claiming the work of the process before: %v, %v", claimed, err)
	}
	if gotIn != in || gotNode.UUID != n.UUID {
		t.Errorf("claimed %+v for %+v", gotIn, gotNode)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	client, err := clientv3.New(clientv3.Config{Logger: zapLogger(slog.New(slog.DiscardHandler)), Endpoints: []string{deaf.Addr().String()}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = Open(t.Context(), Config{Client: client, Sealer: sealer(t), Timeout: 200 * time.Millisecond})
	if got := service.CodeOf(err); got != service.Unavailable {
		t.Errorf("opening a store on a cluster that does not answer: %s (%v)", got, err)
	}
}

func TestServerGone(t *testing.T) {
	t.Parallel()
	e, err := StartEmbedded(t.Context(), EmbeddedOptions{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{Client: e.Client(), Sealer: sealer(t), Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	pm := create(t, s)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = s.PodManager(t.Context(), pm.UUID)
	if got := service.CodeOf(err); got != service.Unavailable {
		t.Errorf("reading from a server that stopped: %s (%v)", got, err)
	}
}

// TestEmbeddedThatWasFull: the alarm of a full store would outlast a larger
// quota, and no client from outside could end it.
func TestEmbeddedThatWasFull(t *testing.T) {
	t.Parallel()
	dir, value := t.TempDir(), strings.Repeat("x", 1<<20)
	fill := func(quota int64, puts int) error {
		e, err := StartEmbedded(t.Context(), EmbeddedOptions{DataDir: dir, QuotaBytes: quota})
		must(t, err)
		defer func() { must(t, e.Close()) }()
		for range puts {
			if _, err := e.Client().Put(t.Context(), "/key", value); err != nil {
				return err
			}
		}
		return nil
	}
	if err := fill(8<<20, 200); !errors.Is(err, rpctypes.ErrNoSpace) {
		t.Errorf("filling it: %v, want %v", err, rpctypes.ErrNoSpace)
	}
	if err := fill(1<<30, 5); err != nil {
		t.Errorf("with more room: %v", err)
	}
}
