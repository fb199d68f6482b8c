package composition

import (
	"context"
	"sync"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Options are the bounds that a driver keeps, and how it places machines. A
// zero field has its default.
type Options struct {
	redfish.Options
	// Spread prefers the chassis in which the fewest blocks are in use, so that
	// a chassis that fails takes few machines with it. By default machines are
	// packed: the smallest blocks that fit are taken, wherever they are.
	Spread bool
}

// Open is a service.Driver with the default options.
func Open(pm service.PodManager) (service.Pod, error) {
	return New(Options{})(pm)
}

// New makes a driver with options.
func New(o Options) service.Driver {
	return func(pm service.PodManager) (service.Pod, error) {
		common, err := redfish.Open(pm, o.Options, linksService)
		if err != nil {
			return nil, err
		}
		return &pod{Pod: common, spread: o.Spread, gate: make(chan struct{}, 1), taken: taken{}}, nil
	}
}

// pod is a service.Pod. Its exported methods name the work and the pod manager
// in their errors; what they call leaves that out.
type pod struct {
	redfish.Pod
	spread bool
	sizes  sync.Map // of known, by the ref of a block

	// gate guards the stock that was read last. It can be waited for with a
	// context, because who holds it talks to the pod manager.
	gate chan struct{}
	last reading

	mu    sync.Mutex
	taken taken
}

// linksService refuses entry points of services that compose nothing. What it
// keeps is the ref of the CompositionService.
func linksService(body []byte) (any, error) {
	root, err := redfish.Decode[rootDocument](body)
	if err == nil && root.CompositionService.ID == "" {
		err = service.Errorf(service.PodFailed, "it composes nothing: its entry point does not link a CompositionService")
	}
	return root.CompositionService.ID, err
}

// composer reads the CompositionService.
func (p *pod) composer(ctx context.Context, s redfish.Survey) (serviceDocument, error) {
	e, err := p.Client.Entry(ctx, false)
	if err != nil {
		return serviceDocument{}, err
	}
	link, _ := e.Own.(string) // linksService has seen to it
	doc, err := redfish.Read[serviceDocument](ctx, s, link)
	switch {
	case err != nil:
		return doc, redfish.Expected(err)
	case doc.ResourceBlocks.ID == "":
		return doc, service.Errorf(service.PodFailed, "its CompositionService does not link any ResourceBlocks")
	case doc.Enabled.Value != nil && !*doc.Enabled.Value:
		return doc, service.Errorf(service.PodFailed, "its CompositionService is disabled")
	}
	return doc, nil
}

// Probe implements service.Pod. The entry point is open to everybody, so it
// reads the CompositionService, too, to see whether the credentials are good.
func (p *pod) Probe(ctx context.Context) error {
	_, err := p.Client.Entry(ctx, true)
	if err == nil {
		_, err = p.composer(ctx, p.Client.Survey())
	}
	return p.Failed(err, "reading the entry point")
}
