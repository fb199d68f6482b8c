package plugininstall

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

func TestVerifyAndRemove(t *testing.T) {
	i := newInstaller(t)
	source := t.TempDir()
	for _, family := range []string{"good", "changed", "missing"} {
		write(t, filepath.Join(source, prefix+family), program(t, family, family))
	}
	if _, err := i.Install(t.Context(), source, ""); err != nil {
		t.Fatal(err)
	}
	disguised(t, filepath.Join(i.Folder, prefix+"changed"))
	must(os.Remove(filepath.Join(i.Folder, prefix+"missing")))
	all, err := i.Installed()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]State{}
	for _, r := range all {
		state, sum, err := Verify(r)
		if err != nil || (sum == r.SHA256) != (state == OK) {
			t.Errorf("%s: sum %s, %v", r.Family, sum, err)
		}
		got[r.Family] = state
	}
	if d := cmp.Diff(map[string]State{"good": OK, "changed": Changed, "missing": Missing}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for family := range got {
		if _, err := i.Remove(family); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(i.Folder); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if all, err := i.Installed(); err != nil || len(all) != 0 {
		t.Errorf("receipts: %v, %v", all, err)
	}
}

// disguised changes a file in a way that its size, times and inode do not show.
func disguised(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	must(err)
	data, err := os.ReadFile(path)
	must(err)
	data[len(data)-1]++
	write(t, path, data)
	must(os.Chtimes(path, info.ModTime(), info.ModTime()))
}

func TestRemoveOnlyWhatWasInstalled(t *testing.T) {
	i := newInstaller(t)
	byHand := write(t, filepath.Join(i.Folder, prefix+"hand"), program(t, "hand", "hand"))
	elsewhere := write(t, filepath.Join(t.TempDir(), prefix+"else"), program(t, "else", "else"))
	p := pluginhost.Plugin{Path: elsewhere}
	p.Manifest.Family = "else"
	r, err := pluginhost.NewReceipt(p, sumOf(nil)[len(checksumPrefix):], "x")
	must(err)
	must(pluginhost.UpdateReceipts(i.receipts(), func([]pluginhost.Receipt) []pluginhost.Receipt { return []pluginhost.Receipt{r} }))
	for _, family := range []string{"hand", "else", "absent", "../x"} {
		_, err := i.Remove(family)
		wantFault(t, err, fault.NotFound, "was installed")
	}
	for _, path := range []string{byHand, elsewhere} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestBrokenReceipts(t *testing.T) {
	i := newInstaller(t)
	write(t, i.receipts(), []byte("]"))
	_, err := i.Installed()
	wantFault(t, err, fault.Failed, "is broken")
	if fault.Of(err).Hint == "" {
		t.Error("no hint")
	}
	_, err = i.Remove("x")
	wantFault(t, err, fault.Failed, "is broken")
}
