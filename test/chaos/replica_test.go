package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// replica is one valence-api, over all its lives. Its methods are for one
// goroutine at a time.
type replica struct {
	name string
	dir  string // of its log and its address
	conf string
	url  string // in its present life

	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended
}

// start starts the process and waits until it can be reached.
func (r *replica) start(ctx context.Context) error {
	address := filepath.Join(r.dir, r.name+".url")
	_ = os.Remove(address)
	if err := r.launch(address); err != nil {
		return fmt.Errorf("starting replica %s: %w", r.name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if data, err := os.ReadFile(address); err == nil {
			r.url = strings.TrimSpace(string(data))
			return nil
		}
		select {
		case <-r.ended:
			return fmt.Errorf("replica %s ended while it started", r.name)
		case <-ctx.Done():
			r.kill()
			return fmt.Errorf("replica %s did not start: %w", r.name, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// launch starts the process, which dies with this one whatever happens: Linux
// sends the signal when the thread ends that started it, and so that thread
// stays until the process has ended.
func (r *replica) launch(address string) error {
	log, err := os.OpenFile(r.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	cmd := exec.Command(program, "--config-file", r.conf, "--address-file", address)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir}
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	r.cmd, r.ended = cmd, make(chan struct{})
	started := make(chan error)
	go func(ended chan struct{}) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer func() { _ = log.Close() }()
		defer close(ended)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed sooner or later
		}
	}(r.ended)
	return <-started
}

// kill ends the process with SIGKILL.
func (r *replica) kill() {
	if r.cmd == nil || r.cmd.Process == nil {
		return
	}
	_ = r.cmd.Process.Kill() // fails only where it is dead already
	<-r.ended
}

func (r *replica) logFile() string { return filepath.Join(r.dir, r.name+".log") }

// complaints are what no replica may ever write: races and crashes.
func (r *replica) complaints() error {
	data, err := os.ReadFile(r.logFile())
	if err != nil {
		return err
	}
	for _, sign := range []string{"DATA RACE", "panic: ", "fatal error: "} {
		if at := bytes.Index(data, []byte(sign)); at >= 0 {
			err = errors.Join(err, fmt.Errorf("replica %s: %s", r.name, data[at:min(len(data), at+4000)]))
		}
	}
	return err
}
