package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/nodes"
	"github.com/valence-rsd/valence/sdk/valence/v1/systems"
)

// place is where a system is: its pod manager, and its path there.
type place struct{ podManager, uri string }

func placeOf(s systems.System) place { return place{s.PodManagerID, s.ResourceURI} }

// findUsers gives the names of the nodes that use systems. Of a node whose
// machine is a system itself, the list of nodes says so. Where a pod manager
// puts something of its own between the two, the node has to be asked.
func findUsers(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, inside []systems.System) (map[place]string, error) {
	known, shown := map[place]bool{}, map[string]bool{}
	for _, s := range inside {
		known[placeOf(s)], shown[s.PodManagerID] = true, true
	}
	users := map[place]string{}
	var ask []nodes.Node
	for n, err := range nodes.All(ctx, client, nil) {
		machine := place{n.PodManagerID, n.ResourceURI}
		switch {
		case err != nil:
			return nil, fmt.Errorf("listing the nodes: %w", err)
		case known[machine]:
			users[machine] = n.Name
		case n.ResourceURI != "" && shown[n.PodManagerID]:
			ask = append(ask, n)
		}
	}
	a := &asking{client: client, call: call, total: len(ask), users: users, failed: map[string]bool{}}
	a.all(ctx, ask)
	return users, ctx.Err()
}

// askedAtOnce is how many nodes are asked for at the same time: each has the
// service read from a pod.
const askedAtOnce = 8

// asking asks nodes for their systems.
type asking struct {
	client *gophercloud.ServiceClient
	call   *plugin.Call

	mu          sync.Mutex
	done, total int
	users       map[place]string
	failed      map[string]bool // pod managers that are not asked any more
}

func (a *asking) all(ctx context.Context, ask []nodes.Node) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, askedAtOnce)
	for _, n := range ask {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			a.one(ctx, n)
		})
	}
	wg.Wait()
}

func (a *asking) one(ctx context.Context, n nodes.Node) {
	a.mu.Lock()
	skip := a.failed[n.PodManagerID] || ctx.Err() != nil
	a.mu.Unlock()
	if skip {
		return
	}
	full, err := nodes.Get(ctx, a.client, n.UUID).Extract()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done++
	a.call.Progress("finding who uses the systems", int64(a.done), int64(a.total))
	switch {
	case err == nil:
		uri := strings.TrimPrefix(full.ComputerSystem.ID, "/redfish/v1/")
		a.users[place{n.PodManagerID, uri}] = n.Name
	case gophercloud.ResponseCodeIs(err, http.StatusNotFound): // deleted meanwhile
	case ctx.Err() == nil && !a.failed[n.PodManagerID]:
		a.failed[n.PodManagerID] = true
		a.call.Warnf("not all users of the systems are known: %v", err)
	}
}
