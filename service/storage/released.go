package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
)

// Released implements service.Storage. What somebody works on is left to them,
// or to Run, which looks for what is attached to nodes that are gone.
func (s *Service) Released(ctx context.Context, n service.Node) error {
	return errors.Join(s.releaseVolumes(ctx, n), s.releaseDevices(ctx, n))
}

func (s *Service) releaseVolumes(ctx context.Context, n service.Node) error {
	var list []string
	for v, err := range s.store.Volumes(ctx, service.VolumeFilter{NodeID: n.UUID}, "") {
		if err != nil {
			return fmt.Errorf("listing the volumes of node %s: %w", n.UUID, err)
		}
		list = append(list, v.UUID)
	}
	var errs []error
	for _, uuid := range list {
		j, err := s.claim(ctx, uuid, n.UUID)
		if err == nil && j != nil {
			_, err = s.result(ctx, j)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("freeing volume %s: %w", uuid, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) releaseDevices(ctx context.Context, n service.Node) error {
	if n.Ref == "" {
		return nil
	}
	var list []string
	for d, err := range s.store.Devices(ctx, service.DeviceFilter{PodManagerID: n.PodManagerID}, "") {
		if err != nil {
			return fmt.Errorf("listing the devices of node %s: %w", n.UUID, err)
		}
		if d.MachineRef == n.Ref {
			list = append(list, d.UUID)
		}
	}
	var errs []error
	for _, uuid := range list {
		_, err := s.store.UpdateDevice(ctx, uuid, func(d *service.Device) error {
			if d.MachineRef == n.Ref {
				d.State, d.MachineRef, d.UpdatedAt = service.DeviceFree, "", service.Now()
			}
			return nil
		})
		if err != nil && service.CodeOf(err) != service.NotFound {
			errs = append(errs, fmt.Errorf("freeing device %s: %w", uuid, err))
		}
	}
	return errors.Join(errs...)
}
