package plugininstall

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/sdk/plugin"
)

const prefix = "valence-plugin-"

// TestMain makes the test binary the plugins that the tests install: scripts
// that start it with the words below.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "be-a-plugin" {
		plugin.Serve(plugin.Family{Name: os.Args[2], Version: "1.0", Grammar: func() any { return grammar(os.Args[3]) }})
		return
	}
	os.Exit(m.Run())
}

type verbs struct {
	Do doCmd `cmd:"" help:"Do."`
}

type doCmd struct{}

func (*doCmd) Run(context.Context, *plugin.Call) error { return nil }

// grammar has one noun.
func grammar(noun string) any {
	tag := reflect.StructTag(fmt.Sprintf(`cmd:"" help:"A noun." name:%q`, noun))
	return reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Noun", Type: reflect.TypeFor[verbs](), Tag: tag},
	})).Interface()
}

// program is a plugin's file: of this family, with this noun.
func program(t *testing.T, family, noun string) []byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, "#!/bin/sh\nexec '%s' be-a-plugin '%s' '%s'\n", self, family, noun)
}

func write(t *testing.T, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// The tests that install do not run in parallel: a file that is being written
// while another test starts a process could not be started ("text file busy").
func newInstaller(t *testing.T, dirs ...string) *Installer {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "valence", "plugins")
	return &Installer{
		Folder: folder, Reserved: []string{"plugin"},
		Host: pluginhost.New(pluginhost.Options{
			Dirs: append(dirs, folder), Receipts: pluginhost.ReceiptsFile(folder), Reserved: []string{"plugin"},
			StartTimeout: time.Minute, // of a machine that has much else to do
		}),
	}
}

// usable are the families that can be used, with their nouns.
func usable(t *testing.T, i *Installer) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, p := range i.Host.Catalog(t.Context()).Plugins {
		for _, noun := range p.Manifest.Commands {
			out[p.Manifest.Family] += noun.Name
		}
	}
	return out
}

// untouched demands that nothing was installed and nothing left lying about.
func untouched(t *testing.T, i *Installer) {
	t.Helper()
	for _, dir := range []string{i.Folder, filepath.Dir(i.Folder)} {
		entries, err := os.ReadDir(dir)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "plugins" {
				t.Errorf("%s is in %s", e.Name(), dir)
			}
		}
	}
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return checksumPrefix + hex.EncodeToString(sum[:])
}

// item is one entry of an archive.
type item struct {
	name string
	data []byte
	link string // a symbolic link instead
	hard string // a hard link instead
}

func tarball(items ...item) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	w := tar.NewWriter(z)
	for _, it := range items {
		h := &tar.Header{Name: it.name, Mode: 0o644, Size: int64(len(it.data))}
		switch {
		case it.link != "":
			h.Typeflag, h.Linkname = tar.TypeSymlink, it.link
		case it.hard != "":
			h.Typeflag, h.Linkname = tar.TypeLink, it.hard
		}
		must(w.WriteHeader(h))
		_, err := w.Write(it.data)
		must(err)
	}
	must(w.Close())
	must(z.Close())
	return b.Bytes()
}

func zipped(items ...item) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, it := range items {
		h := &zip.FileHeader{Name: it.name, Method: zip.Deflate}
		h.SetMode(0o644)
		if it.link != "" {
			h.SetMode(0o777 | os.ModeSymlink)
			it.data = []byte(it.link)
		}
		f, err := w.CreateHeader(h)
		must(err)
		_, err = f.Write(it.data)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func wantFault(t *testing.T, err error, code fault.Code, text string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s: %s", code, text)
	}
	if e := fault.Of(err); e.Code != code || !bytes.Contains([]byte(err.Error()), []byte(text)) {
		t.Errorf("got %s: %v\nwant %s: …%s…", e.Code, err, code, text)
	}
}
