package etcd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
)

func TestBackup(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	e := started(t, filepath.Join(dir, "old"))
	keys := sealer(t)
	s := opened(t, Config{Client: e.Client(), Sealer: keys})
	in, n := begin(t, s)
	for _, name := range []string{"a", "b", "c"} {
		must(t, s.CreateFlavor(ctx, newFlavor(name)))
	}
	before, err := s.Version(ctx, service.KindFlavor)
	must(t, err)
	file := filepath.Join(dir, "snapshot")
	var saved bytes.Buffer
	must(t, Snapshot(ctx, e.Client(), &saved))
	must(t, os.WriteFile(file, saved.Bytes(), 0o600))
	must(t, s.CreateFlavor(ctx, newFlavor("too late")))

	fresh := filepath.Join(dir, "new")
	must(t, Restore(ctx, file, fresh))
	if info, err := os.Stat(fresh); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the restored folder: %v, %v", info, err)
	}
	restored := opened(t, Config{Client: started(t, fresh).Client(), Sealer: keys})
	if got := names(t, restored); !cmp.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("restored flavors: %q", got)
	}
	if got := passwords(t, restored); !cmp.Equal(got, passwords(t, s)) {
		t.Error("the pod managers differ")
	}
	gotIn, _, claimed, err := restored.Claim(ctx, n.UUID)
	if err != nil || !claimed || gotIn != in {
		t.Errorf("the unfinished work cannot be claimed: %v, %v", claimed, err)
	}
	must(t, restored.CreateFlavor(ctx, newFlavor("d")))
	if after, err := restored.Version(ctx, service.KindFlavor); err != nil || after < before+1_000_000 {
		t.Errorf("the version went from %d to %d, %v: numbers are used twice", before, after, err)
	}

	if err := Restore(ctx, file, fresh); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("restoring over a store: %v", err)
	}
	for name, spoilt := range map[string][]byte{
		"cut": saved.Bytes()[:saved.Len()/2], "empty": {}, "changed": append([]byte{1}, saved.Bytes()[1:]...),
	} {
		must(t, os.WriteFile(file, spoilt, 0o600))
		target := filepath.Join(dir, name)
		if err := Restore(ctx, file, target); err == nil {
			t.Errorf("%s: a broken snapshot was restored", name)
		}
		if left, err := os.ReadDir(target); err != nil || len(left) > 0 {
			t.Errorf("%s: there is something in the folder: %v, %v", name, left, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".restoring*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestCopyWhole(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	var saved bytes.Buffer
	must(t, Snapshot(t.Context(), e.Client(), &saved))
	for _, cut := range []int{1, 32, 100, saved.Len()} {
		var out bytes.Buffer
		err := copyWhole(&out, bytes.NewReader(saved.Bytes()[:saved.Len()-cut]))
		if err == nil {
			t.Errorf("a snapshot without its last %d bytes counts as whole", cut)
		}
	}
	var out bytes.Buffer
	must(t, copyWhole(&out, &saved))
}

// TestFull is about a file that has reached its quota.
func TestFull(t *testing.T) {
	t.Parallel()
	e, err := StartEmbedded(t.Context(), EmbeddedOptions{DataDir: t.TempDir(), QuotaBytes: 4 << 20})
	must(t, err)
	t.Cleanup(func() { e.Close() }) // after the store
	s := opened(t, Config{Client: e.Client()})
	big := newFlavor("")
	big.Description = strings.Repeat("x", 256<<10)
	var full error
	begin := time.Now()
	for range 100 {
		big.UUID = newFlavor("").UUID
		if full = s.CreateFlavor(t.Context(), big); full != nil {
			break
		}
	}
	if service.CodeOf(full) != service.Unavailable || !strings.Contains(full.Error(), "full") {
		t.Errorf("writing to a full store: %v", full)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %s to say so", took)
	}
	if err := s.Ready(t.Context()); service.CodeOf(err) != service.Unavailable || !strings.Contains(err.Error(), "full") {
		t.Errorf("a full store is ready: %v", err)
	}
	if len(names(t, s)) == 0 {
		t.Error("a full store cannot be read")
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	s := opened(t, Config{Client: started(t, t.TempDir()).Client()})
	huge := newFlavor("huge")
	huge.Description = strings.Repeat("x", 3<<20)
	if err := s.CreateFlavor(t.Context(), huge); service.CodeOf(err) != service.Invalid {
		t.Errorf("a record of 3 MB: %v", err)
	}
}
