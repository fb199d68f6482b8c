package inventory

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

const (
	// pollsAtOnce is how many pod managers are read at the same time by
	// themselves, so that dead ones hold up no others.
	pollsAtOnce = 64
	// netFactor is how much less often a pod is read that tells of its changes:
	// some may have been lost.
	netFactor = 5
	// patienceFactor bounds how much less often one is read that fails.
	patienceFactor = 8
)

// poller reads every pod from time to time.
type poller struct {
	i     *Inventory
	slots chan struct{}
	polls map[string]*poll // by pod manager
	subs  subscriber
	tasks sync.WaitGroup
}

// poll is how the reading of one pod manager goes.
type poll struct {
	mu       sync.Mutex
	busy     bool
	due      time.Time
	skipped  int // how often it was not read, because it tells of its changes
	fails    int
	failedAt time.Time
}

// Run keeps what is kept in step with every pod, until ctx ends. With several
// processes on one store, one of them is enough.
func (i *Inventory) Run(ctx context.Context) {
	p := &poller{i: i, slots: make(chan struct{}, pollsAtOnce), polls: map[string]*poll{}, subs: subscriber{i: i}}
	for ctx.Err() == nil {
		if err := p.look(ctx); err != nil && ctx.Err() == nil {
			i.log.Warn("the pod managers cannot be listed; trying again", "error", err)
		}
		wait(ctx, max(min(i.interval()/10, time.Second), 10*time.Millisecond))
	}
	p.tasks.Wait()
	p.subs.end()
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// look begins to read those that are due.
func (p *poller) look(ctx context.Context) error {
	pms, err := p.i.meant(ctx, "")
	if err != nil {
		return err
	}
	sights, err := p.i.kept(ctx, "", pms)
	if err != nil {
		return err
	}
	registered := map[string]bool{}
	for _, s := range sights {
		registered[s.pm.UUID] = true
		state := p.polls[s.pm.UUID]
		if state == nil {
			state = &poll{}
			if s.view.known() { // by who led before
				state.due = s.view.ReadAt.Add(p.pause(0))
			}
			p.polls[s.pm.UUID] = state
		}
		if state.begin(s) {
			p.tasks.Go(func() { p.poll(ctx, s, state) })
		}
	}
	for id := range p.polls {
		if !registered[id] {
			delete(p.polls, id)
			p.subs.forget(id)
		}
	}
	return nil
}

// begin says whether a pod is due. One that failed is so as well when its
// status has become Online since, and one of which nothing is known any more.
func (s *poll) begin(of sight) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	back := s.fails > 0 && of.pm.Status == service.PodManagerOnline && of.pm.StatusSince.After(s.failedAt)
	moved := s.fails == 0 && !of.view.known()
	if s.busy || !(back || moved || time.Now().After(s.due)) {
		return false
	}
	s.busy = true
	return true
}

// poll reads one pod, if that tells not enough by itself.
func (p *poller) poll(ctx context.Context, s sight, state *poll) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return
	}
	tells := p.subs.keep(ctx, s.pm)
	var err error
	if !tells || !s.view.known() || !state.skip() {
		if err = p.i.read(ctx, s.pm, false); err == nil {
			p.syncDevices(ctx, s.pm)
		}
	}
	state.mu.Lock()
	defer state.mu.Unlock()
	state.busy = false
	if err == nil {
		state.fails, state.failedAt = 0, time.Time{}
	} else {
		state.fails++
		state.failedAt = time.Now()
	}
	state.due = time.Now().Add(p.pause(state.fails))
}

// skip says whether a pod that tells of its changes is left alone this time.
func (s *poll) skip() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.skipped++; s.fails > 0 || s.skipped >= netFactor {
		s.skipped = 0
		return false
	}
	return true
}

func (p *poller) syncDevices(ctx context.Context, pm service.PodManager) {
	err := p.i.sync(ctx, pm)
	// A pod manager without pooled devices says so each time.
	if code := service.CodeOf(err); err != nil && code != service.Invalid && code != service.Conflict && ctx.Err() == nil {
		p.i.log.Warn("the devices of a pod manager cannot be synchronised", "pod_manager", pm.UUID, "name", pm.Name, "error", err)
	}
}

// pause is how long a pod is left alone after it was looked at: a tenth more or
// less, so that many are not read at one moment.
func (p *poller) pause(fails int) time.Duration {
	d := p.i.interval()
	if fails > 0 {
		d *= time.Duration(min(1<<min(fails, 10), patienceFactor))
	}
	return d - d/10 + rand.N(d/5+1)
}
