package rsd

import (
	"context"

	"github.com/valence-rsd/valence/service"
)

// Reset implements service.Pod. Where the pod manager does not say what the
// machine takes, it decides itself.
func (p *pod) Reset(ctx context.Context, ref string, reset service.ResetType) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.Client.Reset(ctx, node.Actions.Reset, reset)
	}
	return p.Failed(p.missing(ctx, err), "doing power action %s of machine %s", reset, ref)
}

// SetBoot implements service.Pod. A part of the setting that is empty stays as
// it is.
func (p *pod) SetBoot(ctx context.Context, ref string, boot service.Boot) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.Client.SetBoot(ctx, ref, "", node.Boot, boot)
	}
	return p.Failed(p.missing(ctx, err), "setting the boot source of machine %s", ref)
}
