package composition

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// maxTries bounds how many plans one call tries that turn out to be taken.
const maxTries = 32

// Allocate implements service.Pod. The machine is there when it comes back:
// there is nothing to assemble.
func (p *pod) Allocate(ctx context.Context, a service.Allocation) (string, error) {
	ref, err := p.allocate(ctx, a)
	return ref, p.Failed(err, "allocating hardware")
}

func (p *pod) allocate(ctx context.Context, a service.Allocation) (string, error) {
	w, err := wanted(a.Requirements)
	if err != nil {
		return "", err
	}
	began := time.Now()
	st, err := p.current(ctx, false)
	if err != nil {
		return "", err
	}
	c := &composing{pod: p, stock: st, a: a, out: map[string]bool{}, began: began}
	if len(w.devices) > 0 {
		if c.kinds, err = p.kindsOf(ctx, st); err != nil {
			return "", err
		}
	}
	return c.run(ctx, w)
}

// composing is one call of Allocate.
type composing struct {
	*pod
	stock *stock
	a     service.Allocation
	kinds map[string]service.DeviceType
	out   map[string]bool // blocks that have turned out not to be had
	began time.Time
}

// run tries one plan after the other, each time with what is free by then. A
// plan that the service refused for reasons of its own is told of in the end: it
// says more than that nothing is left.
func (c *composing) run(ctx context.Context, w want) (string, error) {
	var refused error
	for range maxTries {
		pl, err := c.takeOrLook(ctx, w)
		if err != nil {
			return "", cmp.Or(refused, err)
		}
		ref, err := c.compose(ctx, pl)
		c.leave(pl, err == nil)
		if err == nil || lost(err) {
			return ref, err
		}
		taken, unread := c.look(ctx, pl)
		if unread != nil || !taken && !passable(err) {
			return "", err
		}
		if !taken && (refused == nil || service.CodeOf(err) == service.NoCapacity) {
			refused = err
		}
	}
	return "", cmp.Or(refused, error(service.Errorf(service.NoCapacity, "others were faster %d times", maxTries)))
}

// passable says whether another plan may succeed where one was refused.
func passable(err error) bool {
	var unsigned *unsignedError
	return service.CodeOf(err) == service.NoCapacity || errors.As(err, &unsigned)
}

// look reads the stock again after a plan was refused, and says whether
// somebody has taken its blocks. If nobody has, the first is not tried again.
func (c *composing) look(ctx context.Context, pl plan) (taken bool, err error) {
	if c.stock, err = c.current(ctx, true); err != nil {
		return false, err
	}
	for _, b := range pl.blocks() {
		if now, there := c.stock.blocks[b.ref]; !there || now.doc.State.Is != b.doc.State.Is {
			c.out[b.ref], taken = true, true
		}
	}
	if !taken {
		c.out[pl.bearers[0].ref] = true
	}
	return taken, nil
}

// takeOrLook is take, once more where there was nothing in a stock that others
// began to read before this call: something may have been given back.
func (c *composing) takeOrLook(ctx context.Context, w want) (plan, error) {
	pl, err := c.take(w)
	if err == nil || c.stock.at.After(c.began) {
		return pl, err
	}
	if c.stock, err = c.current(ctx, true); err != nil {
		return plan{}, err
	}
	return c.take(w)
}

// take finds the best plan and keeps its blocks from the other calls of this
// process.
func (c *composing) take(w want) (plan, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	search := planner{stock: c.stock, want: w, kinds: c.kinds, spread: c.spread, usable: func(b block) bool {
		return b.free() && !c.out[b.ref] && !c.taken.has(b.ref, c.stock.at)
	}}
	pl, found := search.best()
	if !found {
		return plan{}, search.shortage()
	}
	for _, b := range pl.blocks() {
		c.taken[b.ref] = time.Time{}
	}
	return pl, nil
}

// leave lets other calls have the blocks, or remembers that they are composed.
func (c *composing) leave(pl plan, composed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.taken.forget(c.stock.at)
	for _, b := range pl.blocks() {
		delete(c.taken, b.ref)
		if composed {
			c.taken[b.ref] = time.Now()
		}
	}
}

// taken are the blocks that calls of this process are composing with, and those
// that they have composed with and when that was: a stock that was read before
// shows them as free.
type taken map[string]time.Time

func (t taken) has(ref string, read time.Time) bool {
	when, known := t[ref]
	return known && (when.IsZero() || when.After(read))
}

// forget drops what no stock shows any more: one is never used for as long.
func (t taken) forget(read time.Time) {
	for ref, when := range t {
		if !when.IsZero() && when.Before(read.Add(-time.Hour)) {
			delete(t, ref)
		}
	}
}

// compose carries a plan out. A request whose answer was lost is not repeated,
// and what was reserved for it stays so: its mark says whose it is.
func (c *composing) compose(ctx context.Context, pl plan) (string, error) {
	signed, err := c.reserve(ctx, pl)
	if err != nil {
		return "", err
	}
	made, err := c.ask(ctx, pl, false)
	if service.CodeOf(err) == service.Invalid && !pl.way.template.requires("Name") && signed.bearer {
		made, err = c.ask(ctx, pl, true)
	}
	if err != nil {
		if !lost(err) {
			c.unreserve(ctx, signed, false)
		}
		return "", err
	}
	ref, named, err := c.arrive(ctx, pl, made)
	if err == nil && !named && !signed.bearer && signed.tagged == "" {
		_, _ = c.tag(ctx, ref) // the service has chosen what we would not have
	}
	c.unreserve(ctx, signed, !named)
	return ref, err
}

// lost says whether the outcome of a request is unknown.
func lost(err error) bool {
	code := service.CodeOf(err)
	return code == service.Unavailable || code == service.Timeout || code == service.Internal
}

// ask sends the request.
func (c *composing) ask(ctx context.Context, pl plan, nameless bool) (redfish.Answer, error) {
	affinity := c.stock.service.ZoneAffinity.Value != nil && *c.stock.service.ZoneAffinity.Value && pl.zone.id != ""
	r := redfish.Request{
		Method: http.MethodPost,
		Link:   cmp.Or(pl.way.target, c.stock.systems),
		Body:   pl.body(c.a, nameless, affinity),
		Slow:   true,
		Means: map[int]service.Code{
			http.StatusConflict:            service.NoCapacity,
			http.StatusInsufficientStorage: service.NoCapacity,
		},
	}
	if pl.manual {
		r.Link, r.Body = c.stock.service.Actions.Compose.Target, manifest("ComposeSystem", c.a.NodeUUID, r.Body)
	}
	made, err := c.Client.Do(ctx, r)
	if err == nil {
		err = c.failedInside(made)
	}
	return made, err
}
