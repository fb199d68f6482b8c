package plugininstall

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

// Limits of what is copied, so that no source can fill the disk.
const (
	maxSource = 512 << 20 // bytes of a file, an archive or a download
	maxPlugin = 256 << 20 // bytes of one plugin out of an archive
	maxStage  = 1 << 30   // bytes of all plugins of one source
)

// stage is a private folder beside the plugins' own, and so on the same file
// system: what is in it can be started to be described, and then be renamed
// into its place.
type stage struct {
	dir   string
	files []staged
	room  int64 // bytes that may still come
}

// staged is a plugin's file in the stage.
type staged struct {
	path string
	sum  string // SHA-256 of it, in hex
}

// newStage makes the folder for plugins, when it is missing, and a stage.
func newStage(folder string) (*stage, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder for plugins: %w", err)
	}
	if reason := pluginhost.UntrustedFolder(folder); reason != "" {
		return nil, fault.New(fault.Failed, "nothing was installed, for plugins in it would not be trusted: %s", reason)
	}
	dir, err := os.MkdirTemp(filepath.Dir(folder), ".install-*") // of mode 0700
	if err != nil {
		return nil, fmt.Errorf("making a folder to install from: %w", err)
	}
	return &stage{dir: dir, room: maxStage}, nil
}

func (s *stage) remove() { _ = os.RemoveAll(s.dir) }

// add copies a plugin into the stage. Its name must be that of a plugin.
func (s *stage) add(name string, content io.Reader) error {
	path := filepath.Join(s.dir, filepath.Base(name))
	if _, err := os.Lstat(path); err == nil {
		return fault.New(fault.Failed, "%s is there twice", filepath.Base(name))
	}
	sum, size, err := save(path, content, min(maxPlugin, s.room))
	if err != nil {
		return err
	}
	s.room -= size
	return s.accept(path, sum)
}

// accept makes a file of the stage a plugin that can be started.
func (s *stage) accept(path, sum string) error {
	if err := os.Chmod(path, 0o755); err != nil {
		return err
	}
	s.files = append(s.files, staged{path, sum})
	return nil
}

// save writes content to a new file, at most limit bytes of it, and gives its
// checksum and size. The file has reached the disk when save returns.
func save(path string, content io.Reader, limit int64) (sum string, size int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, h), io.LimitReader(content, limit+1))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return "", 0, fmt.Errorf("copying %s: %w", filepath.Base(path), err)
	case size > limit:
		return "", 0, fault.New(fault.Failed, "%s is larger than %d MiB", filepath.Base(path), limit>>20)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
