package redfish

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// Act does an action. One that the document does not offer is PodFailed; what
// is not there is NotFound.
func (c *Client) Act(ctx context.Context, a Action, body any) error {
	return c.perform(ctx, a, Request{Body: body})
}

// Work is Act for an action that works on hardware before it answers.
func (c *Client) Work(ctx context.Context, a Action, body any) error {
	return c.perform(ctx, a, Request{Body: body, Slow: true})
}

func (c *Client) perform(ctx context.Context, a Action, r Request) error {
	if a.Target == "" {
		return service.Errorf(service.PodFailed, "it does not offer the action")
	}
	r.Method, r.Link, r.Means = http.MethodPost, a.Target, Only(http.StatusNotFound, service.NotFound)
	_, err := c.Do(ctx, r)
	return err
}

// Reset does a power action. One that is not offered is Invalid; where the
// document does not say what is offered, the service decides itself.
func (c *Client) Reset(ctx context.Context, a Action, reset service.ResetType) error {
	if err := offers(c, "reset type", reset, a.ResetTypes()); err != nil {
		return err
	}
	return c.Act(ctx, a, map[string]service.ResetType{"ResetType": reset})
}

// BootDocument is what a machine or system boots from, and may boot from.
type BootDocument struct {
	Enabled        string   `json:"BootSourceOverrideEnabled"`
	EnabledRedfish []string `json:"BootSourceOverrideEnabled@Redfish.AllowableValues"`
	EnabledDMTF    []string `json:"BootSourceOverrideEnabled@DMTF.AllowableValues"`
	Target         string   `json:"BootSourceOverrideTarget"`
	TargetRedfish  []string `json:"BootSourceOverrideTarget@Redfish.AllowableValues"`
	TargetDMTF     []string `json:"BootSourceOverrideTarget@DMTF.AllowableValues"`
}

type bootBody struct {
	Enabled string `json:"BootSourceOverrideEnabled,omitzero"`
	Target  string `json:"BootSourceOverrideTarget,omitzero"`
}

// SetBoot sets what a machine or system boots from. A part of the setting that
// is empty stays as it is, one that is not offered is Invalid. The ETag is that
// of the document that was read; it may be empty.
func (c *Client) SetBoot(ctx context.Context, ref, etag string, has *BootDocument, boot service.Boot) error {
	if has == nil {
		return service.Errorf(service.PodFailed, "it does not say what the machine boots from")
	}
	if boot == (service.Boot{}) {
		return service.Errorf(service.Invalid, "boot: neither enabled nor target is given")
	}
	if err := offers(c, "boot override", boot.Enabled, has.enabled()); boot.Enabled != "" && err != nil {
		return err
	}
	if err := offers(c, "boot target", boot.Target, has.Targets()); boot.Target != "" && err != nil {
		return err
	}
	return c.Patch(ctx, ref, etag, map[string]bootBody{"Boot": bootBody(boot)})
}

// Patch changes a document. With an ETag it is changed only if it is still what
// was read; where it is not, it is read again and the change tried once more,
// because somebody may have changed something else. It is Conflict where that
// does not help, and NotFound where there is no such document.
func (c *Client) Patch(ctx context.Context, ref, etag string, change any) error {
	r := Request{
		Method:  http.MethodPatch,
		Link:    ref,
		Body:    change,
		IfMatch: etag,
		Means: map[int]service.Code{
			http.StatusNotFound:             service.NotFound,
			http.StatusPreconditionFailed:   service.Conflict,
			http.StatusPreconditionRequired: service.Conflict,
		},
	}
	a, err := c.Do(ctx, r)
	if a.Status != http.StatusPreconditionFailed && a.Status != http.StatusPreconditionRequired {
		return err
	}
	if r.IfMatch, err = c.etag(ctx, ref); err != nil {
		return err
	}
	_, err = c.Do(ctx, r)
	return err
}

func (c *Client) etag(ctx context.Context, ref string) (string, error) {
	a, err := c.Do(ctx, Request{Method: http.MethodGet, Link: ref, Means: Only(http.StatusNotFound, service.NotFound)})
	return a.Header.Get("ETag"), err
}

// Sources are what the next boot uses and what was asked for last.
func (b *BootDocument) Sources() (next, asked string) {
	if b == nil {
		return "", ""
	}
	if b.Enabled == service.BootDisabled {
		return "None", b.Target // Redfish's word for booting as usual
	}
	return b.Target, b.Target
}

// enabled are the overrides that a machine takes. RSD pod managers do not list
// them: they are those of the schema.
func (b BootDocument) enabled() []string {
	switch {
	case len(b.EnabledRedfish) > 0:
		return b.EnabledRedfish
	case len(b.EnabledDMTF) > 0:
		return b.EnabledDMTF
	}
	return []string{service.BootOnce, service.BootContinuous, service.BootDisabled}
}

// Targets are what a machine can boot from; none where the pod did not say.
func (b BootDocument) Targets() []string {
	if len(b.TargetRedfish) > 0 {
		return b.TargetRedfish
	}
	return b.TargetDMTF
}

// offers refuses what is not among the values that a machine offers, and lists
// those. Where it lists none, the pod manager decides itself.
func offers[S ~string](c *Client, what string, want S, offered []S) error {
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
