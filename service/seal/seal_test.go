package seal

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func keysIn(t testing.TB) (*Keys, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	if err := Setup(dir); err != nil {
		t.Fatal(err)
	}
	k, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k, dir
}

func sealed(t testing.TB, k *Keys, plain, purpose string) string {
	t.Helper()
	s, err := k.Seal(plain, purpose)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	k, _ := keysIn(t)
	for _, plain := range []string{"", "secret", "v1:looks:sealed", "\x00\xff", strings.Repeat("x", 1<<16)} {
		s := sealed(t, k, plain, "a")
		if plain != "" && strings.Contains(s, plain) {
			t.Errorf("the sealed text contains the plain one: %q", s)
		}
		if s == sealed(t, k, plain, "a") {
			t.Error("sealing twice gives the same text")
		}
		got, newest, err := k.Open(s, "a")
		if err != nil || got != plain || !newest {
			t.Errorf("Open = %q, %v, %v; want %q", got, newest, err, plain)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	k, _ := keysIn(t)
	other, _ := keysIn(t)
	good := sealed(t, k, "top-secret", "a")
	flipped := []byte(good)
	flipped[len(flipped)-5] ^= 1
	tests := []struct{ name, text, purpose, want string }{
		{"another purpose", good, "b", "something else"},
		{"another key", sealed(t, other, "top-secret", "a"), "a", "needs key"},
		{"changed", string(flipped), "a", "changed"},
		{"cut", good[:len(good)-7], "a", "changed"},
		{"plain", "top-secret", "a", "not a sealed text"},
		{"another version", "v2" + good[2:], "a", "not a sealed text"},
		{"no base64", good + "!", "a", "not base64"},
		{"no id", "v1:../../etc:" + good[len(good)-20:], "a", "malformed"},
		{"nothing", "", "a", "not a sealed text"},
		{"empty body", good[:strings.LastIndex(good, ":")+1], "a", "changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain, _, err := k.Open(tt.text, tt.purpose)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Open = %q, %v; want an error with %q", plain, err, tt.want)
			}
			if strings.Contains(err.Error(), "top-secret") && tt.name != "plain" {
				t.Errorf("the error contains the secret: %v", err)
			}
		})
	}
}

func TestErrorsDoNotRepeatTheText(t *testing.T) {
	t.Parallel()
	k, _ := keysIn(t)
	for _, text := range []string{"hunter2", "v1:hunter2:x", "hunter2:a:b"} {
		if _, _, err := k.Open(text, "a"); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q): %v", text, err)
		}
	}
}

func TestRotate(t *testing.T) {
	t.Parallel()
	k, dir := keysIn(t)
	old := sealed(t, k, "p", "a")
	if err := Rotate(dir, 2); err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(); err != nil {
		t.Fatal(err)
	}
	if got, newest, err := k.Open(old, "a"); got != "p" || newest || err != nil {
		t.Errorf("after one rotation: %q, %v, %v", got, newest, err)
	}
	renewed := sealed(t, k, "p", "a")
	if _, newest, _ := k.Open(renewed, "a"); !newest {
		t.Error("what was sealed now is not under the newest key")
	}
	if err := Rotate(dir, 2); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Open(old, "a"); err != nil {
		t.Errorf("keys went before Reload: %v", err)
	}
	if err := k.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Open(old, "a"); err == nil {
		t.Error("the oldest key was kept")
	}
	if got, _, err := k.Open(renewed, "a"); got != "p" || err != nil {
		t.Errorf("the second newest key is gone: %v", err)
	}
	for _, keep := range []int{-1, 0, 1} {
		if err := Rotate(dir, keep); err == nil {
			t.Errorf("Rotate kept %d keys", keep)
		}
	}
	// Numbers, and not names, say which key is the newest.
	for range 10 {
		if err := Rotate(dir, 20); err != nil {
			t.Fatal(err)
		}
	}
	numbers, err := keyNumbers(dir)
	if err != nil || len(numbers) != 12 || numbers[11] != 12 {
		t.Errorf("keys %v, %v", numbers, err)
	}
}

func TestSetupKeepsKeys(t *testing.T) {
	t.Parallel()
	k, dir := keysIn(t)
	s := sealed(t, k, "p", "a")
	if err := Setup(dir); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := again.Open(s, "a"); got != "p" || err != nil {
		t.Errorf("after a second Setup: %q, %v", got, err)
	}
}

func TestSetupAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "keys")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := Setup(dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files, %v", len(entries), err)
	}
}

func TestFolderMustBePrivate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(dir string) error
		want  string
	}{
		{"folder", func(dir string) error { return os.Chmod(dir, 0o750) }, "open to others"},
		{"file", func(dir string) error { return os.Chmod(keyFile(dir, 0), 0o604) }, "open to others"},
		{"no key", func(dir string) error { return os.Remove(keyFile(dir, 0)) }, "no key"},
		{"no folder", os.RemoveAll, "no such file"},
		{"short key", func(dir string) error { return os.WriteFile(keyFile(dir, 0), []byte("c2hvcnQ="), 0o600) }, "32 bytes"},
		{"folder as key", func(dir string) error { return os.Mkdir(keyFile(dir, 1), 0o700) }, "regular"},
		{"another's key", func(dir string) error { return os.Chown(keyFile(dir, 0), 12345, 12345) }, "belongs to user"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "another's key" && os.Geteuid() != 0 {
				t.Skip("only root can give files away")
			}
			k, dir := keysIn(t)
			s := sealed(t, k, "p", "a")
			if err := tt.spoil(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "c2hvcnQ") {
				t.Errorf("Open: %v, want %q", err, tt.want)
			}
			if err := k.Reload(); err == nil {
				t.Error("Reload took it")
			}
			if got, _, err := k.Open(s, "a"); got != "p" || err != nil {
				t.Errorf("a failed Reload took the keys away: %v", err)
			}
		})
	}
	k, dir := keysIn(t)
	if err := os.WriteFile(filepath.Join(dir, "README"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := k.Reload(); err != nil {
		t.Errorf("a file that is no key is in the way: %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	k, dir := keysIn(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for range 50 {
				s, err := k.Seal("p", strconv.Itoa(i))
				if err != nil {
					t.Error(err)
				}
				if got, _, err := k.Open(s, strconv.Itoa(i)); got != "p" || err != nil {
					t.Errorf("%q, %v", got, err)
				}
			}
		})
	}
	for range 5 {
		if err := Rotate(dir, 100); err != nil {
			t.Error(err)
		}
		if err := k.Reload(); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
}

func FuzzOpen(f *testing.F) {
	k, _ := keysIn(f)
	f.Add(sealed(f, k, "secret", "a"), "a")
	f.Add("v1:0123456789ab:AAAA", "a")
	f.Add("v1::", "")
	f.Fuzz(func(t *testing.T, text, purpose string) {
		plain, _, err := k.Open(text, purpose)
		if err != nil && plain != "" {
			t.Errorf("%q with %v", plain, err)
		}
		if err == nil {
			// Nobody makes up a text that opens.
			if plain != "secret" || purpose != "a" {
				t.Errorf("Open(%q, %q) = %q", text, purpose, plain)
			}
		}
	})
}
