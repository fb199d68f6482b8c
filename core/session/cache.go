package session

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// cache keeps the token of one identity in a file of its own, together with the
// catalog that came with it. It is best effort: without it, or when it cannot be
// read or written, signing in costs a request, and that is all.
type cache struct {
	dir   string // empty: there is none
	name  string
	check string
	wait  time.Duration // for others that sign in
}

// cached is the file. Its time of modification is when the token ends.
type cached struct {
	Version int    `json:"version"`
	Check   string `json:"check"`
	ID      string `json:"id"`
	Token   *Token `json:"token"`
}

const (
	cacheVersion = 1
	// largest is more than any catalog takes.
	largest = 16 << 20
	// politeness is how long a process waits for others that sign in. They may
	// have been stopped.
	politeness = 15 * time.Second
)

func newCache(dir string, id Identity) cache {
	return cache{dir: dir, name: id.cacheKey() + ".json", check: id.check(), wait: politeness}
}

func (c cache) path() string { return filepath.Join(c.dir, c.name) }

// load gives the cached token, or nil when there is none that can be used. A
// file that others may read is not ours.
func (c cache) load() *Token {
	if c.dir == "" {
		return nil
	}
	info, err := os.Lstat(c.path())
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 || info.Size() > largest {
		return nil
	}
	data, err := os.ReadFile(c.path())
	if err != nil {
		return nil
	}
	var f cached
	if json.Unmarshal(data, &f) != nil || f.Version != cacheVersion || f.ID == "" || f.Token == nil {
		return nil
	}
	if c.check != "" && c.check != f.Check || !f.Token.usable() {
		return nil
	}
	f.Token.ID, f.Token.cached = f.ID, true
	return f.Token
}

// store replaces the file. Whoever reads at that moment gets the old or the new
// one whole.
func (c cache) store(t *Token) error {
	if c.dir == "" || !t.usable() {
		return nil
	}
	if err := c.makeDir(); err != nil {
		return err
	}
	data, err := json.Marshal(cached{Version: cacheVersion, Check: c.check, ID: t.ID, Token: t})
	if err != nil {
		return fmt.Errorf("writing a token: %w", err)
	}
	f, err := os.CreateTemp(c.dir, c.name+".*.new") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chtimes(f.Name(), time.Time{}, t.ExpiresAt); err != nil {
		return err
	}
	c.sweep()
	return os.Rename(f.Name(), c.path())
}

func (c cache) makeDir() error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(c.dir)
	if err != nil || info.Mode().Perm() == 0o700 {
		return err
	}
	return os.Chmod(c.dir, 0o700)
}

// sweep removes what expired, or was left half written, more than an hour ago.
func (c cache) sweep() {
	entries, _ := os.ReadDir(c.dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > time.Hour {
			os.Remove(filepath.Join(c.dir, e.Name()))
		}
	}
}

// drop removes the file if it holds this token.
func (c cache) drop(id string) {
	if t := c.load(); t != nil && t.ID == id {
		os.Remove(c.path())
	}
}

// lock holds other processes back that are about to sign in too. It is a lock
// on the folder, which ends with the process; whoever does not get it soon goes
// on without, and signs in once more than needed.
func (c cache) lock(ctx context.Context) (release func()) {
	nothing := func() {}
	if c.dir == "" || c.makeDir() != nil {
		return nothing
	}
	dir, err := os.Open(c.dir)
	if err != nil {
		return nothing
	}
	for deadline := time.Now().Add(c.wait); ; {
		// It is let go of when the file is closed.
		if syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return func() { _ = dir.Close() }
		}
		if time.Now().After(deadline) || sleep(ctx, 10*time.Millisecond) != nil {
			_ = dir.Close()
			return nothing
		}
	}
}
