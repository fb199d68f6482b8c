package rsd

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// Reset implements service.Pod. Where the pod manager does not say what the
// machine takes, it decides itself.
func (p *pod) Reset(ctx context.Context, ref string, reset service.ResetType) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.reset(ctx, node.Actions.Reset, reset)
	}
	return p.failed(p.missing(ctx, err), "doing power action %s of machine %s", reset, ref)
}

func (p *pod) reset(ctx context.Context, a action, reset service.ResetType) error {
	if err := offers(p.client, "reset type", reset, a.resetTypes()); err != nil {
		return err
	}
	return p.act(ctx, a, map[string]service.ResetType{"ResetType": reset})
}

// SetBoot implements service.Pod. A part of the setting that is empty stays as
// it is.
func (p *pod) SetBoot(ctx context.Context, ref string, boot service.Boot) error {
	node, err := p.node(ctx, ref)
	if err == nil {
		err = p.setBoot(ctx, ref, node.Boot, boot)
	}
	return p.failed(p.missing(ctx, err), "setting the boot source of machine %s", ref)
}

type bootBody struct {
	Enabled string `json:"BootSourceOverrideEnabled,omitzero"`
	Target  string `json:"BootSourceOverrideTarget,omitzero"`
}

func (p *pod) setBoot(ctx context.Context, ref string, has *bootDocument, boot service.Boot) error {
	if has == nil {
		return service.Errorf(service.PodFailed, "it does not say what the machine boots from")
	}
	if boot == (service.Boot{}) {
		return service.Errorf(service.Invalid, "boot: neither enabled nor target is given")
	}
	if err := offers(p.client, "boot override", boot.Enabled, has.enabled()); boot.Enabled != "" && err != nil {
		return err
	}
	if err := offers(p.client, "boot target", boot.Target, has.targets()); boot.Target != "" && err != nil {
		return err
	}
	_, err := p.client.do(ctx, request{
		method: http.MethodPatch,
		link:   ref,
		body:   map[string]bootBody{"Boot": bootBody(boot)},
		means:  only(http.StatusNotFound, service.NotFound),
	})
	return err
}

// enabled are the overrides that a machine takes. RSD pod managers do not list
// them: they are those of the schema.
func (b bootDocument) enabled() []string {
	switch {
	case len(b.EnabledRedfish) > 0:
		return b.EnabledRedfish
	case len(b.EnabledDMTF) > 0:
		return b.EnabledDMTF
	}
	return []string{service.BootOnce, service.BootContinuous, service.BootDisabled}
}

// targets are what a machine can boot from; none where the pod did not say.
func (b bootDocument) targets() []string {
	if len(b.TargetRedfish) > 0 {
		return b.TargetRedfish
	}
	return b.TargetDMTF
}

// offers refuses what is not among the values that a machine offers, and lists
// those. Where it lists none, the pod manager decides itself.
func offers[S ~string](c *client, what string, want S, offered []S) error {
	if len(offered) == 0 || slices.Contains(offered, want) {
		return nil
	}
	list := make([]string, len(offered))
	for i, o := range offered {
		list[i] = string(o)
	}
	return service.Errorf(service.Invalid, "%s %q is not offered; the machine offers %s",
		what, c.scrub(string(want), ""), c.scrub(strings.Join(list, ", "), ""))
}
