package plugininstall

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

func TestInstallFile(t *testing.T) {
	i := newInstaller(t)
	data := program(t, "one", "apple")
	source := write(t, filepath.Join(t.TempDir(), prefix+"one"), data)
	got, err := i.Install(t.Context(), source, sumOf(data))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(i.Folder, prefix+"one")
	want := []pluginhost.Receipt{{
		Path: path, Family: "one", Version: "1.0", SHA256: strings.TrimPrefix(sumOf(data), checksumPrefix), Source: source,
	}}
	ignored := cmpopts.IgnoreFields(pluginhost.Receipt{}, "identity", "seen", "At")
	if d := cmp.Diff(want, got, ignored); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if age := time.Since(got[0].At); age < 0 || age > time.Minute {
		t.Errorf("installed %s ago", age)
	}
	if d := cmp.Diff(map[string]string{"one": "apple"}, usable(t, i)); d != "" {
		t.Error(d)
	}
	for path, mode := range map[string]os.FileMode{path: 0o755, i.Folder: 0o700, pluginhost.ReceiptsFile(i.Folder): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, mode)
		}
	}
	leftovers, _ := filepath.Glob(filepath.Join(filepath.Dir(i.Folder), ".install-*"))
	if len(leftovers) != 0 {
		t.Errorf("left behind: %v", leftovers)
	}
}

func TestInstallFolder(t *testing.T) {
	i, dir := newInstaller(t), t.TempDir()
	write(t, filepath.Join(dir, prefix+"one"), program(t, "one", "apple"))
	write(t, filepath.Join(dir, "README"), nil)
	write(t, filepath.Join(dir, prefix+"one.sha256"), nil)
	write(t, filepath.Join(dir, prefix+"folder", "x"), nil)
	elsewhere := write(t, filepath.Join(t.TempDir(), "two"), program(t, "two", "pear"))
	must(os.Symlink(elsewhere, filepath.Join(dir, prefix+"two")))
	got, err := i.Install(t.Context(), dir, "")
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	if d := cmp.Diff(map[string]string{"one": "apple", "two": "pear"}, usable(t, i)); d != "" {
		t.Error(d)
	}
	if info, err := os.Lstat(filepath.Join(i.Folder, prefix+"two")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("a link was installed as it is: %v, %v", info, err)
	}
}

func TestInstallArchive(t *testing.T) {
	items := []item{
		{name: "bundle-1.0/README", data: []byte("read me")},
		{name: "bundle-1.0/latest", link: "README"},
		{name: "bundle-1.0/bin/" + prefix + "one", data: program(t, "one", "apple")},
		{name: "bundle-1.0/bin/" + prefix + "two", data: program(t, "two", "pear")},
	}
	for name, data := range map[string][]byte{"a.tar.gz": tarball(items...), "b.tgz": tarball(items...), "c.zip": zipped(items...)} {
		t.Run(name, func(t *testing.T) {
			i := newInstaller(t)
			source := write(t, filepath.Join(t.TempDir(), name), data)
			if _, err := i.Install(t.Context(), source, sumOf(data)); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(map[string]string{"one": "apple", "two": "pear"}, usable(t, i)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestInstallRefuses(t *testing.T) {
	good, dir := program(t, "one", "apple"), t.TempDir()
	file := func(name string, data []byte) string { return write(t, filepath.Join(dir, name), data) }
	tests := map[string]struct {
		source, sum string
		code        fault.Code
		want        string
	}{
		"nothing there":       {filepath.Join(dir, "absent"), "", fault.NotFound, "there is no file or folder"},
		"a wrong name":        {file("one", good), "", fault.Usage, "is neither a plugin nor an archive"},
		"a device":            {"/dev/null", "", fault.Usage, "neither a file nor a folder"},
		"an empty folder":     {t.TempDir(), "", fault.NotFound, "there is no plugin in"},
		"an empty archive":    {file("none.zip", zipped(item{name: "README"})), "", fault.NotFound, "there is no plugin in"},
		"no archive":          {file("bad.tar.gz", good), "", fault.Failed, "unpacking"},
		"another checksum":    {file(prefix+"one", good), sumOf(nil), fault.Failed, "has the checksum " + sumOf(good) + ", not " + sumOf(nil)},
		"half a checksum":     {file(prefix+"one", good), "sha256:00", fault.Usage, "64 hexadecimal digits"},
		"an unknown checksum": {file(prefix+"one", good), "md5:00", fault.Usage, "64 hexadecimal digits"},
		"a folder's checksum": {dir, sumOf(nil), fault.Usage, "is a folder"},
		"no program":          {file(prefix+"text", []byte("some text")), "", fault.PluginFault, "nothing was installed: plugin text cannot be started"},
		"another program":     {file(prefix+"echo", []byte("#!/bin/sh\necho hello\n")), "", fault.PluginFault, "instead of a handshake"},
		"a liar":              {file(prefix+"liar", good), "", fault.PluginFault, `says that it is "one"`},
		"one bad in many": {file("mixed.tgz", tarball(item{name: prefix + "one", data: good}, item{name: prefix + "x", data: []byte("#!/bin/sh\n")})),
			"", fault.PluginFault, "nothing was installed: plugin x"},
		"the same twice": {file("twice.tgz", tarball(item{name: prefix + "one", data: good}, item{name: "b/" + prefix + "one", data: good})),
			"", fault.Failed, "is there twice"},
		"a core noun": {file("a/"+prefix+"core", program(t, "core", "plugin")), "", fault.Conflict, `the command "plugin" of the plugin core is taken by the shell itself`},
		"two for one noun": {file("clash.tgz", tarball(item{name: prefix + "a", data: program(t, "a", "apple")}, item{name: prefix + "b", data: program(t, "b", "apple")})),
			"", fault.Conflict, `the command "apple" of the plugin b is taken by the plugin a of the same source`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			i := newInstaller(t)
			_, err := i.Install(t.Context(), tt.source, tt.sum)
			wantFault(t, err, tt.code, tt.want)
			untouched(t, i)
		})
	}
}

func TestInstallClashWithAnother(t *testing.T) {
	other := t.TempDir()
	taken := write(t, filepath.Join(other, prefix+"first"), program(t, "first", "apple"))
	i := newInstaller(t, other)
	source := write(t, filepath.Join(t.TempDir(), prefix+"second"), program(t, "second", "apple"))
	_, err := i.Install(t.Context(), source, "")
	wantFault(t, err, fault.Conflict, fmt.Sprintf("is taken by the plugin first (%s)", taken))
	untouched(t, i)
}

func TestInstallAgain(t *testing.T) {
	i, dir := newInstaller(t), t.TempDir()
	source := filepath.Join(dir, prefix+"one")
	for _, noun := range []string{"apple", "pear", "apple"} {
		write(t, source, program(t, "one", noun))
		if _, err := i.Install(t.Context(), source, ""); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(map[string]string{"one": noun}, usable(t, i)); d != "" {
			t.Error(d)
		}
	}
	if all, err := i.Installed(); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

// A plugin that was changed is refused, and works again when it is installed again.
func TestChangedUntilInstalledAgain(t *testing.T) {
	i := newInstaller(t)
	source := write(t, filepath.Join(t.TempDir(), prefix+"one"), program(t, "one", "apple"))
	if _, err := i.Install(t.Context(), source, ""); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(i.Folder, prefix+"one"), program(t, "one", "pear"))
	if got := usable(t, i); len(got) != 0 {
		t.Errorf("usable: %v", got)
	}
	if _, err := i.Install(t.Context(), source, ""); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"one": "apple"}, usable(t, i)); d != "" {
		t.Error(d)
	}
}

func TestInstallIntoAFolderThatOthersMayWrite(t *testing.T) {
	i := newInstaller(t)
	must(os.MkdirAll(i.Folder, 0o700))
	must(os.Chmod(i.Folder, 0o777))
	source := write(t, filepath.Join(t.TempDir(), prefix+"one"), program(t, "one", "apple"))
	_, err := i.Install(t.Context(), source, "")
	wantFault(t, err, fault.Failed, "can be written by others")
	i.Folder = ""
	_, err = i.Install(t.Context(), source, "")
	wantFault(t, err, fault.Failed, "neither XDG_DATA_HOME nor HOME")
}
