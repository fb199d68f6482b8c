package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// killTimeout is how long the kernel may take to end a process outright.
const killTimeout = 10 * time.Second

// pidfiles manages services that run as processes of the user's own.
type pidfiles struct {
	folder  folder
	program func(name string) (path string, err error)
}

// find looks at a service. It is known if there is a pid file.
func (p *pidfiles) find(_ context.Context, name string) (service, bool, error) {
	r, err := p.folder.read(name)
	s := p.service(name, r)
	if err != nil || r == nil {
		return s, false, err
	}
	process, err := open(r.identity)
	switch {
	case errors.Is(err, os.ErrProcessDone):
		s.State = stale
	case err != nil:
		return s, true, err
	default:
		process.close()
		s.State, s.PID, s.Since = running, r.PID, r.Since
		s.URL = p.folder.text(name, "url")
	}
	return s, true, nil
}

// service is one of which no more than the pid file is known yet.
func (p *pidfiles) service(name string, r *record) service {
	s := service{Name: name, State: stopped, Manager: byPidFile}
	if _, err := os.Stat(p.folder.file(name, "log")); err == nil || r != nil {
		s.Log = p.folder.file(name, "log")
	}
	return s
}

// start starts a service, if it does not run already. Of a simulated pod it
// says what to do with it: nobody else knows its password.
func (p *pidfiles) start(ctx context.Context, call *plugin.Call, name string, timeout time.Duration) (service, error) {
	s, err := p.startWith(ctx, call, name, timeout, p.arguments(name))
	if err == nil && name == podsimName {
		call.Infof("Register it with a service: valence podmanager create %s %s --auth username=admin --password-file %s",
			simulatedPod, s.URL, p.folder.file(name, "password"))
	}
	return s, err
}

func (p *pidfiles) startWith(ctx context.Context, call *plugin.Call, name string, timeout time.Duration, args []string) (service, error) {
	if err := p.folder.make(); err != nil {
		return service{}, err
	}
	unlock, err := p.folder.lock(ctx, call, name)
	if err != nil {
		return service{}, err
	}
	defer unlock()
	s, _, err := p.find(ctx, name)
	if err != nil {
		return s, err
	}
	if s.State == running {
		call.Infof("%s is running already, as process %d", name, s.PID)
		return s, nil
	}
	l, err := p.launch(name, args)
	if err != nil {
		return s, err
	}
	if err := l.await(ctx, call, timeout); err != nil {
		return s, err
	}
	s, _, err = p.find(ctx, name)
	return s, err
}

// stop asks the service to end.
func (p *pidfiles) stop(ctx context.Context, call *plugin.Call, name string, timeout time.Duration) error {
	err := p.end(ctx, call, name, syscall.SIGTERM, timeout)
	if !errors.Is(err, errNotOver) {
		return err
	}
	return stillRunning(name, timeout)
}

// stillRunning is the error for a service that has not stopped in time.
func stillRunning(name string, timeout time.Duration) error {
	e := plugin.Errorf(plugin.Timeout, "%s was asked to stop and has not ended within %s; it may be finishing its work", name, timeout)
	e.Hint = "wait and look with \"service show " + name + "\", or end it outright with \"service kill " + name + "\""
	return e
}

// kill ends the service outright.
func (p *pidfiles) kill(ctx context.Context, call *plugin.Call, name string) error {
	err := p.end(ctx, call, name, syscall.SIGKILL, killTimeout)
	if errors.Is(err, errNotOver) {
		return plugin.Errorf(plugin.Timeout, "%s was killed and has not ended within %s: the kernel holds on to it", name, killTimeout)
	}
	return err
}

// notRunning tells the person, unless it is not known.
func notRunning(call *plugin.Call, name string, err error) error {
	if err == nil {
		call.Infof("%s is not running", name)
	}
	return err
}

var errNotOver = errors.New("the process has not ended in time")

// end signals the service, if it runs, and waits for its end. The pid file goes
// with the process, and a stale one goes at once.
func (p *pidfiles) end(ctx context.Context, call *plugin.Call, name string, signal syscall.Signal, timeout time.Duration) error {
	r, err := p.folder.read(name)
	if err != nil {
		return err
	}
	if r == nil {
		return notRunning(call, name, nil)
	}
	process, err := open(r.identity)
	if errors.Is(err, os.ErrProcessDone) {
		call.Infof("%s is not running; its stale pid file is removed", name)
		return p.folder.forget(ctx, call, name, *r)
	}
	if err != nil {
		return err
	}
	defer process.close()
	if err := process.signal(signal); err != nil {
		return fmt.Errorf("signalling %s, process %d: %w", name, r.PID, err)
	}
	if err := awaitEnd(ctx, call, name, process, timeout); err != nil {
		return err
	}
	return p.folder.forget(ctx, call, name, *r)
}

func awaitEnd(ctx context.Context, call *plugin.Call, name string, p process, timeout time.Duration) error {
	for began := time.Now(); ; {
		over, err := p.ended()
		switch waited := time.Since(began); {
		case err != nil:
			return fmt.Errorf("waiting for the end of %s: %w", name, err)
		case over:
			return nil
		case ctx.Err() != nil:
			return plugin.Errorf(plugin.Interrupted, "interrupted: %s has been told to end and has not ended yet", name)
		case waited >= timeout:
			return errNotOver
		default:
			call.Progress("waiting for "+name+" to end", int64(waited.Seconds()), int64(timeout.Seconds()))
		}
	}
}
