package etcd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Names inside the data folder. The first is etcd's.
const (
	memberDir  = "member"
	lockFile   = "lock"
	firstStart = "first-start"
)

// privateDir makes a folder that only this user can look into.
func privateDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// lockDir keeps a second process out. etcd has a lock of its own, but waits
// for it for ever and says so only in its log.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s is in use by another process: %w", dir, err)
	}
	return f, nil
}

// beforeFirstStart leaves a mark where there is no etcd yet, and removes the
// etcd where it finds one. An etcd that was killed before it was ready for the
// first time may have forgotten that it is a member of its own cluster; it
// then never becomes ready. Nobody has stored anything in it.
func beforeFirstStart(dir string) error {
	member, mark := filepath.Join(dir, memberDir), filepath.Join(dir, firstStart)
	if _, err := os.Stat(mark); err == nil {
		return os.RemoveAll(member)
	}
	if _, err := os.Stat(member); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return err
	}
	return syncDir(dir)
}

// afterFirstStart removes the mark, for good: what comes after it is data.
func afterFirstStart(dir string) error {
	err := os.Remove(filepath.Join(dir, firstStart))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes what was created in or removed from a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
