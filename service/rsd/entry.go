package rsd

import (
	"cmp"
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// podEntry is what the entry point says, with what is RSD's own in it.
type podEntry struct {
	redfish.Entry
	rsdEntry
}

type rsdEntry struct {
	dialect dialect
	nodes   string
}

// isPodManager refuses entry points of other services and versions.
func isPodManager(body []byte) (any, error) {
	root, err := redfish.Decode[rootDocument](body)
	if err != nil {
		return nil, err
	}
	d, known := dialectOf(root)
	if !known {
		return nil, service.Errorf(service.PodFailed, "it speaks RSD API %.100s, and this driver speaks 1.2 and 2.x", redfish.OneLine(root.Oem.Intel.APIVersion))
	}
	e := rsdEntry{d, cmp.Or(root.Oem.Intel.Nodes.ID, root.Nodes.ID)}
	if e.nodes == "" {
		return nil, service.Errorf(service.PodFailed, "it is not an RSD pod manager: its entry point does not link any nodes")
	}
	return e, nil
}

// entry reads the entry point, once or anew.
func (p *pod) entry(ctx context.Context, anew bool) (podEntry, error) {
	e, err := p.Client.Entry(ctx, anew)
	own, _ := e.Own.(rsdEntry) // empty beside an error
	return podEntry{e, own}, err
}
