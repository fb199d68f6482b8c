package complete

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestIndex(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program, absent := filepath.Join(dir, "program"), filepath.Join(dir, "absent")
	if err := os.WriteFile(program, []byte("x"), 0o700); err != nil {
		t.Fatal(err)
	}
	origin := []string{"/bin/valence", "", "", "/home/x"}
	write := func(until time.Time) string {
		path := filepath.Join(t.TempDir(), "sub", "index.json")
		x := Index{Origin: origin, Files: []Stamp{NewStamp(program), NewStamp(absent)}, Until: until, Tree: *tree()}
		if err := WriteIndex(path, x); err != nil {
			t.Fatal(err)
		}
		return path
	}
	later := time.Now().Add(time.Hour)
	path := write(later)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	got := ReadIndex(path, origin)
	if got == nil {
		t.Fatal("an index just written is not good")
	}
	if diff := cmp.Diff(tree().Complete([]string{"node", ""}), got.Complete([]string{"node", ""})); diff != "" {
		t.Errorf("(-made +read):\n%s", diff)
	}
	if ReadIndex(path, []string{"/bin/other", "", "", "/home/x"}) != nil {
		t.Error("an index of another origin was believed")
	}
	if ReadIndex(write(time.Now()), origin) != nil {
		t.Error("an old index was believed")
	}
	if err := os.WriteFile(absent, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if ReadIndex(path, origin) != nil {
		t.Error("a new program was not noticed")
	}
	path = write(later)
	if err := os.WriteFile(program, []byte("xy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ReadIndex(path, origin) != nil {
		t.Error("a program that changed was not noticed")
	}
	for _, text := range []string{"", "{", `{"origin": 7}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if ReadIndex(path, origin) != nil {
			t.Errorf("%q was believed", text)
		}
	}
}

func TestCacheDir(t *testing.T) {
	t.Parallel()
	env := map[string]string{}
	getenv := func(name string) string { return env[name] }
	for _, step := range []struct{ name, value, want string }{
		{"HOME", "", ""},
		{"HOME", "/h", "/h/.cache/valence/complete/index.json"},
		{"XDG_CACHE_HOME", "x", "/h/.cache/valence/complete/index.json"},
		{"XDG_CACHE_HOME", "/x", "/x/valence/complete/index.json"},
	} {
		env[step.name] = step.value
		if got := IndexFile(getenv); got != step.want {
			t.Errorf("%v: %q", env, got)
		}
	}
}
