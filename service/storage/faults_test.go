package storage_test

import (
	"context"
	"time"

	"github.com/valence-rsd/valence/service"
)

// fault is what goes wrong with the next calls of one kind.
type fault struct {
	call  string // name of the method; "" for every one
	times int
	err   error // what the caller gets
	done  bool  // the work is done all the same
	// Before the pod looks at it, which it does even when the caller has gone:
	delay time.Duration
	gate  chan struct{} // it waits until this is closed, if there
}

func (p *fakePod) wrong(f fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &f)
}

// stall makes the next call of a kind wait. It gives a function that waits
// until the call is there, and one that lets it go on.
func (p *fakePod) stall(call string, err error) (there, goOn func()) {
	gate := make(chan struct{})
	before := p.called(call)
	p.wrong(fault{call: call, times: 1, err: err, gate: gate})
	return func() {
		for p.called(call) == before {
			time.Sleep(time.Millisecond)
		}
	}, func() { close(gate) }
}

// left is how many of the faults that were asked for have not happened.
func (p *fakePod) left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, f := range p.faults {
		n += f.times
	}
	return n
}

func (p *fakePod) called(name string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[name]
}

func (p *fakePod) next(call string) fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[call]++
	for _, f := range p.faults {
		if f.times > 0 && (f.call == "" || f.call == call) {
			f.times--
			return *f
		}
	}
	return fault{}
}

// do does what one call asks for, with whatever is to go wrong.
func do[T any](ctx context.Context, p *fakePod, call string, work func() (T, error)) (T, error) {
	f := p.next(call)
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		time.Sleep(f.delay)
		if f.gate != nil {
			<-f.gate
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		var a answer
		if f.err == nil || f.done {
			a.value, a.err = work()
		}
		answers <- a
	}()
	var none T
	select {
	case a := <-answers:
		if f.err != nil {
			return none, f.err
		}
		return a.value, a.err
	case <-ctx.Done():
		return none, service.Errorf(service.Timeout, "the pod manager did not answer in time")
	}
}

// act is do for a call without a result.
func (p *fakePod) act(ctx context.Context, call string, work func() error) error {
	_, err := do(ctx, p, call, func() (struct{}, error) { return struct{}{}, work() })
	return err
}

// lose makes the answer of the next call of a kind get lost, after the work.
func (p *fakePod) lose(call string) {
	p.wrong(fault{call: call, times: 1, done: true, err: service.Errorf(service.Timeout, "the answer was lost")})
}

// refuse makes the next calls of a kind fail without any effect.
func (p *fakePod) refuse(call string, times int, code service.Code) {
	p.wrong(fault{call: call, times: times, err: service.Errorf(code, "the pod says %s", code)})
}
