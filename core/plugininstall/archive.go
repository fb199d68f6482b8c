package plugininstall

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/valence-rsd/valence/core/pluginhost"
)

// maxEntries bounds how long an archive can keep us busy.
const maxEntries = 10_000

// keep takes one plugin out of an archive.
type keep func(name string, content io.Reader) error

// archive gives what unpacks a file of this name; nil if it is no archive.
func archive(name string) func(path string, keep keep) error {
	switch {
	case strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz"):
		return unpackTar
	case strings.HasSuffix(name, ".zip"):
		return unpackZip
	}
	return nil
}

func unpackTar(path string, keep keep) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return readTar(f, keep)
}

// readTar reads a compressed tar from end to end.
func readTar(r io.Reader, keep keep) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	// Also what is thrown away takes time to inflate.
	all := tar.NewReader(io.LimitReader(z, 2*maxStage))
	for range maxEntries {
		h, err := all.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		wanted, err := choose(h.Name, h.FileInfo().Mode(), h.Typeflag == tar.TypeLink)
		if err != nil {
			return err
		}
		if wanted {
			if err := keep(path.Base(h.Name), all); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("it has more than %d entries", maxEntries)
}

func unpackZip(path string, keep keep) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return readZip(f, info.Size(), keep)
}

func readZip(r io.ReaderAt, size int64, keep keep) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return err
	}
	if len(z.File) > maxEntries {
		return fmt.Errorf("it has more than %d entries", maxEntries)
	}
	for _, f := range z.File {
		wanted, err := choose(f.Name, f.Mode(), false)
		if err != nil {
			return err
		}
		if wanted {
			if err := keepZipped(f, keep); err != nil {
				return err
			}
		}
	}
	return nil
}

func keepZipped(f *zip.File, keep keep) error {
	content, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	return keep(path.Base(f.Name), content)
}

// choose says whether an entry is a plugin. Nothing else is taken out of an
// archive, and no folder of it is made, so a name cannot lead elsewhere; an
// archive that tries to is not one to install from. Nor is one whose plugin is
// a link to some file of this machine.
func choose(name string, mode fs.FileMode, hardLink bool) (bool, error) {
	if !filepath.IsLocal(name) || strings.Contains(name, `\`) {
		return false, fmt.Errorf("its entry %q leads out of it", name)
	}
	if pluginhost.Family(path.Base(name)) == "" || mode.IsDir() {
		return false, nil
	}
	if !mode.IsRegular() || hardLink {
		return false, fmt.Errorf("its entry %q is a link or a device, not a file", name)
	}
	return true, nil
}
