// Package storage does the work on pooled storage: it makes volumes, attaches
// them to nodes, erases and deletes them, attaches pooled devices, and goes on
// with unfinished work on volumes after a crash.
//
// The record of a volume is its journal: its state says what is about to
// happen before the pod hears of it. The promises are: no volume stays on a pod
// that no record knows, no volume that somebody was told of gets lost, and
// nothing is attached to two nodes.
//
// The package knows the store and the pods through the interfaces of package
// service only. It must not know etcd, Redfish or HTTP, nor how nodes are
// composed.
package storage

import (
	"cmp"
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

	// PollInterval is the first pause between two looks at a pod. Pauses double
	// up to twenty times as long; where a pod or the store does not answer, up
	// to three hundred times. Default: 100 ms.
	PollInterval time.Duration
	// LostAnswerWindow is how long a request for a volume may take, and for how
	// long what an unanswered request asked for may still happen.
	// Default: 60 s.
	LostAnswerWindow time.Duration
	// RecoverInterval is how often Run looks for work of dead processes.
	// Default: 5 s.
	RecoverInterval time.Duration
	// Observe, if there, is called in the middle of the work with the points
	// that are named in this package.
	Observe func(point string)
}

// Service is a service.Storage over a store and pods.
type Service struct {
	store   service.Store
	pods    service.Pods
	log     *slog.Logger
	observe func(string)

	poll         time.Duration
	lostAnswer   time.Duration
	recoverEvery time.Duration

	jobs *jobs.Group[*job] // by volume

	mu   sync.Mutex
	tidy *versions // of what Recover found nothing to do in
}

var _ service.Storage = (*Service)(nil)

// New makes a Service. It does nothing until it is asked, or Run is called.
func New(opts Options) *Service {
	s := &Service{
		store:        opts.Store,
		pods:         opts.Pods,
		log:          opts.Logger,
		observe:      opts.Observe,
		poll:         cmp.Or(opts.PollInterval, 100*time.Millisecond),
		lostAnswer:   cmp.Or(opts.LostAnswerWindow, time.Minute),
		recoverEvery: cmp.Or(opts.RecoverInterval, 5*time.Second),
		jobs:         jobs.NewGroup[*job](),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.observe == nil {
		s.observe = func(string) {}
	}
	return s
}

// Drain takes no more work and waits for what is running. When ctx ends first,
// the rest is left where it is, to whoever recovers it from the records, and
// the error of ctx returned. Either way nothing of this Service runs
// afterwards, and the store may be closed. It is called once.
func (s *Service) Drain(ctx context.Context) error { return s.jobs.Drain(ctx) }

// launch runs a job until it ends or the service stops, whatever becomes of
// the request in ctx. It takes over the caller's Enter.
func (s *Service) launch(ctx context.Context, j *job) *job {
	s.jobs.Launch(ctx, j.uuid, j,
		func(ctx context.Context) { j.err = j.run(ctx) },
		func() {
			j.release() // before done: whoever waits for the end may begin something else at once
			close(j.done)
		})
	return j
}
