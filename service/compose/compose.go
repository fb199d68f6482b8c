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
	"github.com/valence-rsd/valence/service/jobs"
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

	jobs *jobs.Group[*job] // by node
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
		jobs:            jobs.NewGroup[*job](),
	}
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
func (s *Service) Drain(ctx context.Context) error { return s.jobs.Drain(ctx) }

// launch runs a job until it ends or the service stops, whatever becomes of
// the request in ctx. It takes over the caller's Enter.
func (s *Service) launch(ctx context.Context, j *job, work func(context.Context) (service.Node, error)) *job {
	s.jobs.Launch(ctx, j.n.UUID, j, func(ctx context.Context) {
		listening, deaf := context.WithCancel(ctx)
		var ear sync.WaitGroup
		ear.Go(func() { j.listen(listening) })
		j.node, j.err = j.run(ctx, work)
		deaf()
		ear.Wait()
	}, func() { close(j.done) })
	return j
}

func or(d, byDefault time.Duration) time.Duration {
	if d == 0 {
		return byDefault
	}
	return d
}
