package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// folder is where the pid files are, and all else of the services that the
// user has started.
type folder string

// stateFolder follows the XDG rules: a relative path does not count.
func stateFolder(getenv func(string) string) folder {
	base := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(base) {
		base = filepath.Join(getenv("HOME"), ".local", "state")
	}
	return folder(filepath.Join(base, "valence", "services"))
}

// make makes the folder, for its owner only.
func (f folder) make() error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("making the folder of the services: %w", err)
	}
	return f.check()
}

// check refuses a folder in which somebody else may have written a pid file: it
// would say which process gets our signals.
func (f folder) check() error {
	if !filepath.IsAbs(string(f)) {
		return plugin.Errorf(plugin.Usage, "there is no place for pid files: set HOME or XDG_STATE_HOME")
	}
	info, err := os.Lstat(string(f))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("looking at the folder of the services: %w", err)
	case !info.IsDir() || !ownedByUs(info) || info.Mode().Perm()&0o077 != 0:
		e := plugin.Errorf(plugin.Denied, "%s cannot be trusted: it must be a folder of yours with mode 0700", f)
		e.Hint = fmt.Sprintf("look at what is in it, then run: chmod 700 '%s'", f)
		return e
	}
	return nil
}

// file is a file of a service: its kind is pid, log, url and so on.
func (f folder) file(name, kind string) string {
	return filepath.Join(string(f), name+"."+kind)
}

// record is the content of a pid file.
type record struct {
	identity
	Since time.Time `json:"since"`
}

// read gives the record of a service, nil without a pid file.
func (f folder) read(name string) (*record, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(f.file(name, "pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var r record
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil || r.PID <= 0 {
		e := plugin.Errorf(plugin.Failed, "the pid file %s does not name a process", f.file(name, "pid"))
		e.Hint = "check that no " + name + " of yours runs, then remove the file"
		return nil, e
	}
	return &r, nil
}

func (f folder) write(name string, r record) error {
	data, err := json.Marshal(r)
	if err == nil {
		err = f.replace(name, "pid", append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("writing the pid file: %w", err)
	}
	return nil
}

// replace writes a file all at once, so that nobody reads half of it.
func (f folder) replace(name, kind string, data []byte) error {
	if err := os.WriteFile(f.file(name, kind+".new"), data, 0o600); err != nil {
		return err
	}
	return os.Rename(f.file(name, kind+".new"), f.file(name, kind))
}

// forget removes the pid file of a process that has ended, unless the service
// has been started again meanwhile.
func (f folder) forget(ctx context.Context, call *plugin.Call, name string, ended record) error {
	unlock, err := f.lock(ctx, call, name)
	if err != nil {
		return err
	}
	defer unlock()
	now, err := f.read(name)
	if err != nil || now == nil || now.identity != ended.identity {
		return err
	}
	return os.Remove(f.file(name, "pid"))
}

// lock keeps others from starting the service, and waits for those who are at
// it. It ends with this process in any case.
func (f folder) lock(ctx context.Context, call *plugin.Call, name string) (unlock func(), err error) {
	file, err := os.OpenFile(f.file(name, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", name, err)
	}
	unlock = func() { _ = file.Close() }
	if err := lockFile(ctx, file, func() { call.Progress("waiting for another command on "+name, 0, 0) }); err != nil {
		unlock()
		return nil, fmt.Errorf("locking %s: %w", name, err)
	}
	return unlock, nil
}

// text reads a file of one line; empty if there is none.
func (f folder) text(name, kind string) string {
	data, _ := os.ReadFile(f.file(name, kind))
	return string(bytes.TrimSpace(data))
}

// password gives the password of the simulated pod, which is made up once.
func (f folder) password(name string) (string, error) {
	if p := f.text(name, "password"); p != "" {
		return p, nil
	}
	p := strings.ToLower(rand.Text())
	if err := f.replace(name, "password", []byte(p+"\n")); err != nil {
		return "", fmt.Errorf("keeping the password of %s: %w", name, err)
	}
	return p, nil
}
