package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

func listFiles(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// theFile is the only file of a cache.
func theFile(t *testing.T, dir string) string {
	t.Helper()
	names := listFiles(t, dir)
	if len(names) != 1 {
		t.Fatalf("the cache has %v, want one file", names)
	}
	return filepath.Join(dir, names[0])
}

func TestCacheFile(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), filepath.Join(t.TempDir(), "valence", "tokens")
	if _, err := w.get(w.open(w.identity(), dir)); err != nil {
		t.Fatal(err)
	}
	path := theFile(t, dir)
	for name, want := range map[string]os.FileMode{path: 0o600, dir: 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(data, []byte("gAAAA-the-token-number-1")) {
		t.Errorf("%v: %s", err, data)
	}
	for _, text := range []string{string(data), path} {
		if strings.Contains(text, password) || strings.Contains(text, hash(password)) {
			t.Errorf("the password or its hash is in %s", text)
		}
	}
}

// What changes the person, the scope or the Keystone changes the file; what
// cannot be used is not used.
func TestCacheIsNotUsed(t *testing.T) {
	t.Parallel()
	cases := map[string]func(w *world, id Identity, path string){
		"another user":     func(_ *world, id Identity, _ string) { id.Auth["username"] = "bob" },
		"another domain":   func(_ *world, id Identity, _ string) { id.Auth["user_domain_name"] = "Other" },
		"another project":  func(_ *world, id Identity, _ string) { id.Auth["project_name"] = "q" },
		"another Keystone": func(w *world, id Identity, _ string) { id.Auth["auth_url"] = w.keystone.URL + "/v3" },
		"another password": func(_ *world, id Identity, _ string) { id.Auth["password"] += password },
		"open to others":   func(w *world, _ Identity, path string) { w.must(os.Chmod(path, 0o644)) },
		"garbled":          func(w *world, _ Identity, path string) { w.must(os.WriteFile(path, []byte("{"), 0o600)) },
		"empty":            func(w *world, _ Identity, path string) { w.must(os.Truncate(path, 0)) },
		"another version": func(w *world, _ Identity, path string) {
			data, err := os.ReadFile(path)
			w.must(err)
			w.must(os.WriteFile(path, bytes.Replace(data, []byte(`"version":1`), []byte(`"version":2`), 1), 0o600))
		},
		"a link": func(w *world, _ Identity, path string) {
			w.must(os.Rename(path, path+".moved"))
			w.must(os.Symlink(path+".moved", path))
		},
		"gone": func(w *world, _ Identity, path string) { w.must(os.Remove(path)) },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, dir := newWorld(t), t.TempDir()
			id := w.identity()
			for _, want := range []int32{1, 1} { // the second time from the cache
				if _, err := w.get(w.open(id, dir)); err != nil {
					t.Fatal(err)
				}
				w.counts(want, w.asked.Load())
			}
			change(w, id, theFile(t, dir))
			if _, err := w.get(w.open(id, dir)); err != nil {
				t.Fatal(err)
			}
			w.counts(2, 3)
		})
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// One Keystone, written in two ways, and a type with and without its version
// are the same.
func TestSameIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, other := w.identity(), w.identity()
	other.Auth["auth_url"] += "/"
	other.AuthType = "v3password"
	if one.cacheKey() != other.cacheKey() {
		t.Error("they have different files")
	}
	one.Auth["token"], other.Auth["token"] = password, wrong
	if one.cacheKey() == other.cacheKey() {
		t.Error("two tokens have the same file")
	}
}

// A wrong password is refused, whatever is cached.
func TestWrongPasswordBesideTheCache(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	id := w.identity()
	if _, err := w.get(w.open(id, dir)); err != nil {
		t.Fatal(err)
	}
	id.Auth["password"] = wrong
	_, err := w.get(w.open(id, dir))
	w.fails(err, fault.Denied)
}

// Nobody is asked for a password while there is a token.
func TestAskedOnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	w, dir, asked := newWorld(t), t.TempDir(), 0
	id := w.identity()
	full := w.identity().Auth
	delete(id.Auth, "password")
	id.Complete = func() (map[string]string, error) { asked++; return full, nil }
	for range 3 {
		if _, err := w.get(w.open(id, dir)); err != nil {
			t.Fatal(err)
		}
	}
	w.counts(1, 3)
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	for life, signIns := range map[time.Duration]int32{margin - time.Second: 3, margin + time.Minute: 1, -time.Hour: 3} {
		w, dir := newWorld(t), t.TempDir()
		w.life = life
		s := w.open(w.identity(), dir)
		for _, s := range []*Session{s, s, w.open(w.identity(), dir)} {
			if _, err := w.get(s); err != nil {
				t.Fatal(err)
			}
		}
		w.counts(signIns, 3)
	}
}

func TestWithoutACache(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	if _, err := w.get(w.open(w.identity(), dir)); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(theFile(t, dir))
	if _, err := w.get(w.open(w.identity(), "")); err != nil {
		t.Fatal(err)
	}
	w.counts(2, 2)
	if after, _ := os.ReadFile(theFile(t, dir)); !bytes.Equal(before, after) {
		t.Error("the cache was written")
	}
}

// A cache that cannot be written costs requests and nothing else.
func TestUnusableCache(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	if status, err := w.get(w.open(w.identity(), filepath.Join(file, "tokens"))); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	for name, age := range map[string]time.Duration{"old.json": 2 * time.Hour, "new.json": time.Minute} {
		path := filepath.Join(dir, name)
		w.must(os.WriteFile(path, nil, 0o600))
		w.must(os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
	}
	if _, err := w.get(w.open(w.identity(), dir)); err != nil {
		t.Fatal(err)
	}
	if names := strings.Join(listFiles(t, dir), " "); !strings.Contains(names, "new.json") || strings.Contains(names, "old.json") {
		t.Errorf("left: %s", names)
	}
}

// The sign-ins of many processes at once leave one good file. The test binary
// runs itself as those processes. It is not parallel: they starve others.
func TestManyProcesses(t *testing.T) {
	if os.Getenv("SESSION_TEST_KEYSTONE") != "" {
		t.Skip("this is one of the processes")
	}
	w, dir := newWorld(t), t.TempDir()
	var group sync.WaitGroup
	for range 200 {
		group.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestOneOfMany$")
			cmd.Env = append(os.Environ(), "SESSION_TEST_KEYSTONE="+w.keystone.URL, "SESSION_TEST_CACHE="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	group.Wait()
	data, err := os.ReadFile(theFile(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	var f cached
	if err := json.Unmarshal(data, &f); err != nil || !w.valid[f.ID] {
		t.Errorf("%v: %s", err, data)
	}
	if n := w.signIns.Load(); n > 20 { // one, but for those that a busy machine kept waiting too long
		t.Errorf("%d of 200 processes signed in", n)
	}
	w.counts(w.signIns.Load(), 200)
}

func TestOneOfMany(t *testing.T) {
	keystone := os.Getenv("SESSION_TEST_KEYSTONE")
	if keystone == "" {
		t.Skip("TestManyProcesses runs it")
	}
	w := newWorld(t)
	id := w.identity()
	id.Auth["auth_url"] = keystone
	if status, err := w.get(w.open(id, os.Getenv("SESSION_TEST_CACHE"))); status != 200 || err != nil {
		t.Fatal(fmt.Sprint(status), err)
	}
}

// Somebody who holds the lock and does nothing holds others up for a while only.
func TestLockDoesNotHang(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	release := newCache(dir, w.identity()).lock(t.Context())
	defer release()
	s, begin := w.open(w.identity(), dir), time.Now()
	s.cache.wait = 300 * time.Millisecond
	if status, err := w.get(s); status != 200 || err != nil {
		t.Errorf("%d, %v", status, err)
	}
	if took := time.Since(begin); took < s.cache.wait || took > politeness {
		t.Errorf("it took %v", took)
	}
}
