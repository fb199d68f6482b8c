package rsd

import (
	"cmp"
	"context"

	"github.com/valence-rsd/valence/service"
)

// Reset implements service.Pod. Where the pod manager does not say what the
// machine takes, it decides itself.
func (p *pod) Reset(ctx context.Context, ref string, reset service.ResetType) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.Client.Reset(ctx, node.Actions.Reset, reset)
		err = p.understood(ctx, err, node.healthy() && p.assembled(ctx, node))
	}
	return p.Failed(p.missing(ctx, err), "doing power action %s of machine %s", reset, ref)
}

// SetBoot implements service.Pod. A part of the setting that is empty stays as
// it is.
func (p *pod) SetBoot(ctx context.Context, ref string, boot service.Boot) error {
	err := p.setBoot(ctx, ref, boot)
	return p.Failed(p.missing(ctx, err), "setting the boot source of machine %s", ref)
}

func (p *pod) setBoot(ctx context.Context, ref string, boot service.Boot) error {
	node, err := p.node(ctx, ref)
	if err != nil {
		return err
	}
	e, err := p.entry(ctx, false)
	if err != nil {
		return err
	}
	if e.dialect.wholeBoot && node.Boot != nil && boot != (service.Boot{}) {
		boot.Enabled = cmp.Or(boot.Enabled, node.Boot.Enabled)
		boot.Target = cmp.Or(boot.Target, node.Boot.Target)
	}
	err = p.Client.SetBoot(ctx, ref, "", node.Boot, boot)
	return p.understood(ctx, err, node.healthy())
}

// healthy is so of a machine that says nothing of its health, too.
func (d nodeDocument) healthy() bool { return d.Status.Health == "OK" || d.Status.Health == "" }

func (p *pod) assembled(ctx context.Context, node nodeDocument) bool {
	state, err := p.state(ctx, node)
	return err == nil && state == service.MachineAssembled
}
