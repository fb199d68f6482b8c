package podsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// keepDelay is how long changes are collected before they are written. What a crash of the simulator loses is no older.
const keepDelay = 100 * time.Millisecond

// stateKeeper writes the state of a pod to a file, soon after it has changed and once more at the end.
type stateKeeper struct {
	path     string
	snapshot func() ([]byte, error)
	log      *slog.Logger

	changed chan struct{} // of one: more changes do not matter
	closed  chan struct{}
	once    sync.Once
	done    sync.WaitGroup
	written []byte // what is in the file
}

func newStateKeeper(path string, snapshot func() ([]byte, error), log *slog.Logger) *stateKeeper {
	return &stateKeeper{
		path: path, snapshot: snapshot, log: log, changed: make(chan struct{}, 1), closed: make(chan struct{}),
	}
}

// start writes the file for the first time, so that one that cannot be written is known at once.
func (k *stateKeeper) start() error {
	if err := k.write(); err != nil {
		return err
	}
	k.done.Go(k.run)
	return nil
}

// touch says that something may have changed; it never waits. nil keeps nothing.
func (k *stateKeeper) touch() {
	if k == nil {
		return
	}
	select {
	case k.changed <- struct{}{}:
	default:
	}
}

// close writes what is not written yet. It may be called more than once.
func (k *stateKeeper) close() {
	if k == nil {
		return
	}
	k.once.Do(func() { close(k.closed) })
	k.done.Wait()
}

func (k *stateKeeper) run() {
	for {
		select {
		case <-k.changed:
			k.pause()
		case <-k.closed:
			k.writeOrComplain()
			return
		}
		k.writeOrComplain()
	}
}

func (k *stateKeeper) pause() {
	timer := time.NewTimer(keepDelay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-k.closed:
	}
}

func (k *stateKeeper) writeOrComplain() {
	if err := k.write(); err != nil {
		k.log.Error("the state of the pod is not kept", "error", err)
	}
}

// write replaces the file by a finished one, unless nothing has changed.
func (k *stateKeeper) write() error {
	data, err := k.snapshot()
	if err != nil || bytes.Equal(data, k.written) {
		return err
	}
	if err := replaceFile(k.path, data); err != nil {
		return fmt.Errorf("writing the state to %s: %w", k.path, err)
	}
	k.written = data
	return nil
}

// replaceFile writes a file that only its owner can read, as a whole or not at all.
func replaceFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// snapshot is the state as it stands in the file.
func (s *Simulator) snapshot() ([]byte, error) {
	f, err := s.stateHeader()
	if err != nil {
		return nil, err
	}
	s.pod.record(&f)
	if s.composed != nil {
		state := s.composed.State()
		f.Composition = &state
	}
	f.Absent = append([]string{}, s.absent.all()...)
	data, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("writing the state: %w", err)
	}
	return append(data, '\n'), nil
}

// keepState reads the state of an earlier run and keeps what comes.
func (s *Simulator) keepState() error {
	if s.opts.StateFile == "" {
		return nil
	}
	if err := s.restore(s.opts.StateFile); err != nil {
		return err
	}
	keeper := newStateKeeper(s.opts.StateFile, s.snapshot, s.log)
	if err := keeper.start(); err != nil {
		return err
	}
	s.keeper = keeper
	s.clock.OnDone(keeper.touch)
	return nil
}
