package composition

import (
	"context"

	"github.com/valence-rsd/valence/service"
)

// A CompositionService hands out whole resource blocks: those with drives are
// devices, and nothing makes volumes in them.

// Pools implements service.Pod. There are none.
func (p *pod) Pools(context.Context) ([]service.Pool, error) { return nil, nil }

// CreateVolume implements service.Pod.
func (p *pod) CreateVolume(context.Context, service.VolumeAllocation) (string, error) {
	return "", p.noStorage("creating a volume")
}

// FindVolume implements service.Pod.
func (p *pod) FindVolume(context.Context, string) (string, error) {
	return "", p.noStorage("looking for a volume")
}

// Volume implements service.Pod.
func (p *pod) Volume(context.Context, string) (service.PodVolume, error) {
	return service.PodVolume{}, p.noStorage("reading a volume")
}

// EraseVolume implements service.Pod.
func (p *pod) EraseVolume(context.Context, string) error { return p.noStorage("erasing a volume") }

// DeleteVolume implements service.Pod.
func (p *pod) DeleteVolume(context.Context, string) error { return p.noStorage("deleting a volume") }

func (p *pod) noStorage(doing string) error {
	return p.Failed(service.Errorf(service.Invalid, "it has no pooled storage to make volumes of; its drives are devices"), "%s", doing)
}
