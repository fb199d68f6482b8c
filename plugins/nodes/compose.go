package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// atOnce is how many nodes are composed at the same time.
const atOnce = 16

// work is the composing of one node or several.
type work struct {
	call   *plugin.Call
	client *gophercloud.ServiceClient
	wait   bool // until they are ready
	total  int
	emit   func(*plugin.Call, nodes.Node) error

	mu      sync.Mutex // guards the rest, and the order of progress
	started int
	ended   int
	under   []string // names of those that are asked for and have not ended
}

// outcome is how composing a node ended.
type outcome struct {
	node nodes.Node
	err  error
}

// run composes and hands the nodes over in the order of the requests. One that
// fails does not keep the others.
func (w *work) run(ctx context.Context, orders []nodes.CreateOpts) error {
	outcomes := map[string]chan outcome{}
	names := make([]string, len(orders))
	for i, o := range orders {
		names[i] = o.Name
		outcomes[o.Name] = make(chan outcome, 1)
	}
	go w.start(ctx, orders, outcomes)
	err := plugin.ForEach(ctx, w.call, names, func(ctx context.Context, name string) error {
		return w.deliver(ctx, <-outcomes[name])
	})
	if err == nil || ctx.Err() == nil {
		return err
	}
	for _, name := range names {
		select {
		case o := <-outcomes[name]: // it was ready, but not yet its turn
			if o.err == nil {
				_ = w.emit(w.call, o.node)
			}
		default:
		}
	}
	return w.stopped(ctx.Err())
}

// start composes, a few at a time.
func (w *work) start(ctx context.Context, orders []nodes.CreateOpts, outcomes map[string]chan outcome) {
	slots := make(chan struct{}, atOnce)
	for _, o := range orders {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			node, err := w.one(ctx, o)
			outcomes[o.Name] <- outcome{node, err}
		}()
	}
}

// one composes one node.
func (w *work) one(ctx context.Context, o nodes.CreateOpts) (nodes.Node, error) {
	if err := ctx.Err(); err != nil {
		return nodes.Node{}, err
	}
	w.begin(o.Name)
	node, err := order(ctx, w.client, o)
	if err == nil && w.wait {
		node, err = nodes.WaitFor(ctx, w.client, node.UUID, func(n nodes.Node) { w.tell(n) })
	}
	if err == nil || ctx.Err() == nil {
		w.end(o.Name)
	}
	return node, err
}

// pauses come before an order is repeated.
var pauses = []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}

// order asks for a node. Where nobody answers, the node may be on its way all
// the same: asking again with the same key gives that one.
func order(ctx context.Context, client *gophercloud.ServiceClient, o nodes.CreateOpts) (nodes.Node, error) {
	for n := 0; ; n++ {
		node, err := nodes.Create(ctx, client, o).Extract()
		if err == nil {
			return *node, nil
		}
		if n == len(pauses) || !lost(err) {
			return nodes.Node{}, err
		}
		select {
		case <-time.After(pauses[n]):
		case <-ctx.Done():
			return nodes.Node{}, ctx.Err()
		}
	}
}

// lost tells that there was no answer.
func lost(err error) bool {
	e, ok := errors.AsType[*plugin.Error](err)
	return ok && e.Code == plugin.Failed && e.Status == 0
}

// deliver hands a node over. One that failed has given its hardware back, and
// is forgotten once its reason is told.
func (w *work) deliver(ctx context.Context, o outcome) error {
	if failed, ok := errors.AsType[*nodes.FailedError](o.err); ok {
		if err := nodes.Delete(ctx, w.client, failed.Node.UUID).ExtractErr(); err != nil {
			w.call.Warnf("the failed node %s is left: %v", failed.Node.UUID, err)
		}
	}
	switch {
	case o.err != nil && ctx.Err() != nil:
		return plugin.Errorf(plugin.Interrupted, "interrupted") // which ends it; see stopped
	case o.err != nil:
		return o.err
	}
	return w.emit(w.call, o.node)
}

func (w *work) begin(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.started++
	w.under = append(w.under, name)
	w.progress("composing " + name)
}

func (w *work) tell(n nodes.Node) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.progress(strings.TrimSpace("composing " + n.Name + ": " + strings.ToLower(n.NodeState)))
}

func (w *work) end(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended++
	w.under = slices.DeleteFunc(w.under, func(other string) bool { return other == name })
	w.progress("composing")
}

// progress shows how many of several have ended. The caller holds the lock.
func (w *work) progress(text string) {
	if w.total == 1 {
		w.call.Progress(text, 0, 0)
		return
	}
	w.call.Progress(text, int64(w.ended), int64(w.total))
}

// stopped says what goes on although nobody waits for it any more.
func (w *work) stopped(cause error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := &plugin.Error{Code: plugin.Interrupted, Message: "interrupted"}
	if errors.Is(cause, context.DeadlineExceeded) {
		e = &plugin.Error{Code: plugin.Timeout, Message: "gave up waiting"}
	}
	switch len(w.under) {
	case 0:
	case 1:
		e.Message += ": node " + w.under[0] + " is still being composed"
		e.Hint = "see: valence node show " + w.under[0]
	default:
		e.Message += ": nodes " + strings.Join(w.under, ", ") + " are still being composed"
		e.Hint = "see: valence node list --state composing"
	}
	if left := w.total - w.started; left > 0 {
		e.Message += fmt.Sprintf("; %d of %d were not begun", left, w.total)
	}
	return e
}
