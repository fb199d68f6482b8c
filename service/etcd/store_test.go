package etcd

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/seal"
	"github.com/valence-rsd/valence/service/storetest"
)

// started is an embedded etcd for one test.
func started(t testing.TB, dir string) *Embedded {
	t.Helper()
	e, err := StartEmbedded(t.Context(), EmbeddedOptions{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// sealer is one with keys of its own.
func sealer(t testing.TB) *seal.Keys {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := seal.Setup(dir); err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// opened is a store that is closed with the test.
func opened(t testing.TB, cfg Config) *Store {
	t.Helper()
	if cfg.Sealer == nil {
		cfg.Sealer = sealer(t)
	}
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	var count atomic.Int32
	storetest.Run(t, func(t *testing.T) storetest.Open {
		prefix := fmt.Sprintf("/test/%d", count.Add(1))
		keys := sealer(t)
		return func(t *testing.T) (service.Store, func()) {
			s := opened(t, Config{Client: e.Client(), Sealer: keys, Shared: true, Prefix: prefix, PageSize: 7})
			return s, func() { loseLease(t, s) }
		}
	})
}

// loseLease does to a store what etcd does to a process that is not heard of
// for too long.
func loseLease(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.client.Revoke(context.Background(), s.session.Lease()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.session.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("the store did not notice that its lease was lost")
	}
}
