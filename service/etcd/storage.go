package etcd

import (
	"context"
	"fmt"
	"iter"

	"github.com/valence-rsd/valence/service"
)

// Volume implements service.Volumes.
func (s *Store) Volume(ctx context.Context, uuid string) (service.Volume, error) {
	r, err := s.volumes.get(ctx, uuid)
	return r.value, err
}

// Volumes implements service.Volumes.
func (s *Store) Volumes(ctx context.Context, f service.VolumeFilter, after string) iter.Seq2[service.Volume, error] {
	return s.volumes.list(ctx, after, f.Match)
}

// CreateVolume implements service.Volumes.
func (s *Store) CreateVolume(ctx context.Context, v service.Volume) (first service.Volume, created bool, err error) {
	registered, err := s.registered(v.PodManagerID)
	if err != nil {
		return v, false, err
	}
	c, err := s.volumes.added(v)
	if err != nil {
		return v, false, err
	}
	c.guards = append(append(s.fenced(s.volumeHold(v.UUID)), registered), c.guards...)
	for {
		out, err := s.commit(ctx, c)
		if err != nil {
			return v, false, fmt.Errorf("creating volume %s: %w", v.UUID, err)
		}
		if out.done {
			return v, true, nil
		}
		first, found, err := firstUse(ctx, s.volumes, v.IdempotencyKey, s.volumeIdempotency(v))
		if found || err != nil {
			return first, false, err
		}
		if out.refused.key != s.volumeIdempotency(v) { // else the first one has just been deleted
			return v, false, out.refused.refusal
		}
	}
}

// firstUse finds the record that an idempotency key was used for.
func firstUse[T any](ctx context.Context, t *table[T], idempotencyKey, indexKey string) (first T, found bool, err error) {
	if idempotencyKey == "" {
		return first, false, nil
	}
	resp, err := t.s.read(ctx, indexKey)
	if err != nil || len(resp.Kvs) == 0 {
		return first, false, err
	}
	r, err := t.found(ctx, string(resp.Kvs[0].Value))
	if err != nil || r == nil {
		return first, false, err
	}
	return r.value, true, nil
}

// UpdateVolume implements service.Volumes.
func (s *Store) UpdateVolume(ctx context.Context, uuid string, change func(*service.Volume) error) (service.Volume, error) {
	return s.volumes.update(ctx, uuid, change, s.fenced(s.volumeHold(uuid))...)
}

// DeleteVolume implements service.Volumes.
func (s *Store) DeleteVolume(ctx context.Context, uuid string) error {
	return s.volumes.delete(ctx, uuid, s.fenced(s.volumeHold(uuid))...)
}

// HoldVolume implements service.Volumes.
func (s *Store) HoldVolume(ctx context.Context, uuid string) (release func(), err error) {
	if !canonical(uuid) {
		return nil, service.Errorf(service.Invalid, "uuid: %q is not a UUID", uuid)
	}
	return s.hold(ctx, s.volumeHold(uuid), change{})
}

// Device implements service.Devices.
func (s *Store) Device(ctx context.Context, uuid string) (service.Device, error) {
	r, err := s.devices.get(ctx, uuid)
	return r.value, err
}

// Devices implements service.Devices.
func (s *Store) Devices(ctx context.Context, f service.DeviceFilter, after string) iter.Seq2[service.Device, error] {
	return s.devices.list(ctx, after, f.Match)
}

// CreateDevice implements service.Devices.
func (s *Store) CreateDevice(ctx context.Context, d service.Device) error {
	registered, err := s.registered(d.PodManagerID)
	if err != nil {
		return err
	}
	return s.devices.create(ctx, d, registered)
}

// UpdateDevice implements service.Devices.
func (s *Store) UpdateDevice(ctx context.Context, uuid string, change func(*service.Device) error) (service.Device, error) {
	return s.devices.update(ctx, uuid, change)
}

// DeleteDevice implements service.Devices.
func (s *Store) DeleteDevice(ctx context.Context, uuid string) error {
	return s.devices.delete(ctx, uuid)
}
