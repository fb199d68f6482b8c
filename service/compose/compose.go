// Package compose does the work on nodes: it composes them out of a pod's
// hardware, gives the hardware back, and goes on with either after a crash.
//
// Whatever it is about to do is in the journal before the pod hears of it. The
// promises are: no hardware stays allocated to nobody, no node that somebody
// was told of gets lost, and one idempotency key never composes twice.
//
// Whoever wants a node gone that somebody else works on, in this process or
// another, leaves an order in the journal; every job listens for orders. The
// package also adopts machines, drives them and enrols them elsewhere.
//
// It knows the journal, the pod and the provisioner through the interfaces of
// package service only. It must not know etcd, Redfish, Ironic or HTTP.
package compose

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

// Options say what to work with. Store and Pods are required.
type Options struct {
	Store  service.Store
	Pods   service.Pods
	Logger *slog.Logger // default: none

	// Provisioner is where nodes are enrolled. Without one, they cannot be.
	Provisioner service.Provisioner
	// Released, if there, is told of every node that was deleted or forgotten,
	// so that what was attached to it becomes free. Its errors are logged only.
	Released func(ctx context.Context, n service.Node) error

	// PollInterval is the first pause between two looks at a machine. Pauses
	// double up to twenty times as long; where a pod or the store does not
	// answer, up to three hundred times. Orders are looked for every ten times
	// as long. Default: 100 ms.
	PollInterval time.Duration
	// AssembleTimeout is how long a pod may take to assemble a machine.
	// Default: 30 min.
	AssembleTimeout time.Duration
	// LostAnswerWindow is how long a request for hardware may take, and after
	// its answer was lost, how long the machine may still turn up. Default: 60 s.
	LostAnswerWindow time.Duration
	// RecoverInterval is how often Run looks for work of dead processes.
	// Default: 5 s.
	RecoverInterval time.Duration
	// Observe, if there, is called in the middle of the work with the points
	// that are named in this package.
	Observe func(point string)
}

// Service is a service.Work over a store and pods.
type Service struct {
	store       service.Store
	pods        service.Pods
	provisioner service.Provisioner // may be nil
	log         *slog.Logger
	observe     func(string)
	released    func(context.Context, service.Node) error

	poll            time.Duration
	assembleTimeout time.Duration
	lostAnswer      time.Duration
	recoverEvery    time.Duration

	life context.Context // ends when running work is to stop where it is
	stop context.CancelFunc

	mu       sync.Mutex
	jobs     map[string]*job // by node
	draining bool
	running  sync.WaitGroup
}

var _ service.Work = (*Service)(nil)

// New makes a Service. It does nothing until it is asked, or Run is called.
func New(opts Options) *Service {
	s := &Service{
		store:           opts.Store,
		pods:            opts.Pods,
		provisioner:     opts.Provisioner,
		log:             opts.Logger,
		released:        opts.Released,
		observe:         opts.Observe,
		poll:            or(opts.PollInterval, 100*time.Millisecond),
		assembleTimeout: or(opts.AssembleTimeout, 30*time.Minute),
		lostAnswer:      or(opts.LostAnswerWindow, time.Minute),
		recoverEvery:    or(opts.RecoverInterval, 5*time.Second),
		jobs:            map[string]*job{},
	}
	s.life, s.stop = context.WithCancel(context.Background())
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.observe == nil {
		s.observe = func(string) {}
	}
	if s.released == nil {
		s.released = func(context.Context, service.Node) error { return nil }
	}
	return s
}

// Drain takes no more work and waits for what is running. When ctx ends first,
// the rest is left where it is, to the journal and whoever recovers from it,
// and the error of ctx returned. Either way nothing of this Service runs
// afterwards, and the store may be closed. It is called once.
func (s *Service) Drain(ctx context.Context) error {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	idle := make(chan struct{})
	go func() {
		s.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	s.stop()
	<-idle
	return ctx.Err()
}

// enter is the way into any piece of work; leave is the way out.
func (s *Service) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return service.Errorf(service.Unavailable, "the service is shutting down")
	}
	s.running.Add(1)
	return nil
}

func (s *Service) leave() { s.running.Done() }

// launch runs a job until it ends or the service stops, whatever becomes of
// the request in ctx. It takes over the caller's enter.
func (s *Service) launch(ctx context.Context, j *job, work func(context.Context) (service.Node, error)) *job {
	ctx, cancel := until(context.WithoutCancel(ctx), s.life)
	s.mu.Lock()
	s.jobs[j.n.UUID] = j
	s.mu.Unlock()
	var listening sync.WaitGroup
	listening.Go(func() { j.listen(ctx) })
	go func() {
		defer s.leave()
		defer listening.Wait()
		defer cancel()
		defer close(j.done)
		j.node, j.err = j.run(ctx, work)
		s.mu.Lock()
		delete(s.jobs, j.n.UUID)
		s.mu.Unlock()
	}()
	return j
}

// until is ctx, ending also when the signal does.
func until(ctx, signal context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unlink := context.AfterFunc(signal, cancel)
	return ctx, func() {
		unlink()
		cancel()
	}
}

// job gives the job that works on a node in this process, or nil.
func (s *Service) job(nodeUUID string) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs[nodeUUID]
}

// now is the time as it is stored: without what does not survive that.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func or(d, byDefault time.Duration) time.Duration {
	if d == 0 {
		return byDefault
	}
	return d
}
