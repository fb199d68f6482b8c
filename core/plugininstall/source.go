package plugininstall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

// fill brings the plugins of a source into the stage and gives a label of the
// source for people.
func (s *stage) fill(ctx context.Context, source, want string) (label string, err error) {
	if isURL(source) {
		return s.fillFromURL(ctx, source, want)
	}
	label, err = filepath.Abs(source)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(label)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fault.New(fault.NotFound, "there is no file or folder %s", source)
	case err != nil:
		return "", fmt.Errorf("reading the source: %w", err)
	case info.IsDir() && want != "":
		return "", fault.New(fault.Usage, "a checksum is that of a file or an archive, and %s is a folder", source)
	case info.IsDir():
		return label, s.fillFromFolder(label)
	case !info.Mode().IsRegular():
		return "", fault.New(fault.Usage, "%s is neither a file nor a folder", source)
	}
	f, err := os.Open(label)
	if err != nil {
		return "", fmt.Errorf("reading the source: %w", err)
	}
	defer func() { _ = f.Close() }()
	return label, s.fillFrom(f, filepath.Base(label), label, want)
}

// fillFromFolder takes every plugin that stands in a folder.
func (s *stage) fillFromFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("reading the source: %w", err)
	}
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		if pluginhost.Family(e.Name()) == "" || err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := s.addFile(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return s.some(dir)
}

func (s *stage) addFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading the source: %w", err)
	}
	defer func() { _ = f.Close() }()
	return s.add(path, f)
}

// fillFrom takes a file or an archive. All of it is copied before any of it is
// believed, so that what was checked is what is installed.
func (s *stage) fillFrom(content io.Reader, name, label, want string) error {
	unpack := archive(name)
	if unpack == nil && pluginhost.Family(name) == "" {
		return fault.New(fault.Usage, "%s is neither a plugin nor an archive of plugins", label).
			WithHint("a plugin's file is named valence-plugin-FAMILY, an archive ends in .tar.gz, .tgz or .zip")
	}
	path := filepath.Join(s.dir, name)
	sum, _, err := save(path, content, maxSource)
	if err != nil {
		return err
	}
	if err := compare(sum, want, label); err != nil {
		return err
	}
	if unpack == nil {
		return s.accept(path, sum)
	}
	if err := unpack(path, s.add); err != nil {
		return fmt.Errorf("unpacking %s: %w", label, err)
	}
	return s.some(label)
}

// some makes sure that there is something to install.
func (s *stage) some(label string) error {
	if len(s.files) == 0 {
		return fault.New(fault.NotFound, "there is no plugin in %s", label).
			WithHint("a plugin's file is named valence-plugin-FAMILY")
	}
	return nil
}
