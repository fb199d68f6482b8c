package composition

import (
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// Systems implements service.Pod: the composed systems are among them. They are
// shown without the marks that they carry.
func (p *pod) Systems(ctx context.Context) ([]service.System, error) {
	all, err := p.Pod.Systems(ctx)
	for i := range all {
		unmark(&all[i])
	}
	return all, err
}

// System implements service.Pod.
func (p *pod) System(ctx context.Context, id string) (service.System, error) {
	sys, err := p.Pod.System(ctx, id)
	unmark(&sys)
	return sys, err
}

func unmark(sys *service.System) {
	sys.Name, _ = redfish.SplitMark(sys.Name)
	sys.AssetTag, _ = redfish.SplitMark(sys.AssetTag)
}
