package composition

import (
	"context"

	"github.com/valence-rsd/valence/service"
)

// Reset implements service.Pod. Where the system does not say what it takes,
// the service decides itself.
func (p *pod) Reset(ctx context.Context, ref string, reset service.ResetType) error {
	doc, _, err := p.machine(ctx, ref)
	if err == nil {
		err = p.Client.Reset(ctx, doc.Actions.Reset, reset)
	}
	return p.Failed(p.Missing(ctx, err), "doing power action %s of machine %s", reset, ref)
}

// SetBoot implements service.Pod. A part of the setting that is empty stays as
// it is.
func (p *pod) SetBoot(ctx context.Context, ref string, boot service.Boot) error {
	doc, header, err := p.machine(ctx, ref)
	if err == nil {
		err = p.Client.SetBoot(ctx, ref, header.Get("ETag"), doc.Boot, boot)
	}
	return p.Failed(p.Missing(ctx, err), "setting the boot source of machine %s", ref)
}
