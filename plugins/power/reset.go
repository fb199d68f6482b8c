package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
)

// atOnce is how many nodes are worked on at the same time.
const atOnce = 8

// outcome is what came of the action on one node.
type outcome struct {
	notice string // for the person; empty for none
	err    error
}

// run does the action on each of the nodes, several at once, and goes on after
// a failure.
func (a action) run(ctx context.Context, call *plugin.Call, names []string) error {
	if a.Wait && a.Timeout <= 0 {
		return plugin.Errorf(plugin.Usage, "--timeout is %s: expected a duration above zero, such as 90s", a.Timeout)
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	outcomes := map[string]chan outcome{}
	names = distinct(names)
	for _, name := range names {
		outcomes[name] = make(chan outcome, 1)
	}
	t := &teller{call: call}
	go a.start(ctx, client, t, names, outcomes)
	return plugin.ForEach(ctx, call, names, func(_ context.Context, name string) error {
		o := <-outcomes[name]
		if o.notice != "" {
			call.Infof("%s", o.notice)
		}
		return o.err
	})
}

// distinct leaves out what was there before.
func distinct(names []string) []string {
	var out []string
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// start works on the nodes, a few at a time.
func (a action) start(ctx context.Context, client *gophercloud.ServiceClient, t *teller, names []string, outcomes map[string]chan outcome) {
	slots := make(chan struct{}, atOnce)
	for _, name := range names {
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			notice, err := a.one(ctx, client, t, name)
			outcomes[name] <- outcome{notice, err}
		}()
	}
}

// one does the action on one node. An empty choice leaves it alone.
func (a action) one(ctx context.Context, client *gophercloud.ServiceClient, t *teller, name string) (notice string, err error) {
	node, err := nodes.FindBrief(ctx, client, name)
	if err != nil {
		return "", err
	}
	reset, err := a.choose(ctx, client, node)
	if err != nil {
		return "", err
	}
	if reset == "" {
		return fmt.Sprintf("node %s is %s already", node.Name, a.state), nil
	}
	if err := nodes.Reset(ctx, client, node.UUID, reset).ExtractErr(); err != nil || !a.Wait {
		return "", err
	}
	return "", a.await(ctx, client, t, node)
}

// await waits until the power of the node is as it was asked for.
func (a action) await(ctx context.Context, client *gophercloud.ServiceClient, t *teller, node nodes.Node) error {
	limited, cancel := context.WithTimeout(ctx, a.Timeout)
	defer cancel()
	seen, err := nodes.WaitForPower(limited, client, node.UUID, a.state, func(n nodes.Node) {
		t.tell("waiting for " + n.Name + ": " + strings.ToLower(n.PowerState))
	})
	power := cmp.Or(seen.PowerState, "not known")
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return plugin.Errorf(plugin.Interrupted, "interrupted: the power of node %s is %s so far, not %s", node.Name, power, a.state)
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		return plugin.Errorf(plugin.Timeout, "gave up waiting for node %s after %s: its power is %s, not %s", node.Name, a.Timeout, power, a.state)
	}
	return err
}

// teller shows the progress of several nodes at once.
type teller struct {
	call *plugin.Call
	mu   sync.Mutex
}

func (t *teller) tell(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.call.Progress(text, 0, 0)
}
