package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

// SyncDevices implements service.Inventory. A pod manager that does not exist
// is a result like any other, and so is one whose devices are being
// synchronised already, which is Conflict.
func (i *Inventory) SyncDevices(ctx context.Context, podManagerID string) ([]service.SyncResult, error) {
	pms, err := i.meant(ctx, podManagerID)
	if service.CodeOf(err) == service.NotFound {
		return []service.SyncResult{{PodManagerID: podManagerID, Err: err}}, nil
	}
	if err != nil {
		return nil, err
	}
	answers := forAll(pms, func(pm service.PodManager) (struct{}, error) { return struct{}{}, i.sync(ctx, pm) })
	results := make([]service.SyncResult, len(answers))
	for n, a := range answers {
		if a.err != nil {
			i.log.Warn("devices cannot be synchronised", "pod_manager", a.pm.UUID, "name", a.pm.Name, "error", a.err)
		}
		results[n] = service.SyncResult{PodManagerID: a.pm.UUID, Err: a.err}
	}
	return results, ctx.Err()
}

// sync brings the stored devices of one pod manager in step with it. What is
// stored is read before the pod is asked: see update.
func (i *Inventory) sync(ctx context.Context, pm service.PodManager) error {
	release, err := i.store.HoldVolume(ctx, pm.UUID) // holds anything that has a UUID
	if service.CodeOf(err) == service.Conflict {
		return service.Errorf(service.Conflict, "the devices of pod manager %s are being synchronised already", pm.Name)
	}
	if err != nil {
		return err
	}
	defer release()
	at := service.Now()
	stored, err := i.stored(ctx, pm)
	if err != nil {
		return err
	}
	reported, err := ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) ([]service.Device, error) {
		return pod.Devices(ctx)
	})
	if err != nil {
		return err
	}
	if err := i.reconcile(ctx, pm, stored, reported); err != nil {
		return err
	}
	return i.change(ctx, pm, func(_ *view, h *head, _ *service.Snapshot) error {
		h.DevicesAt = at
		return nil
	})
}

// Devices implements service.Inventory.
func (i *Inventory) Devices(ctx context.Context, l service.Look) ([]service.Part, error) {
	pms, err := i.meant(ctx, l.PodManagerID)
	if err != nil {
		return nil, err
	}
	failed := map[string]error{}
	if l.Refresh {
		results, err := i.SyncDevices(ctx, l.PodManagerID)
		if err != nil {
			return nil, err
		}
		for _, r := range results {
			failed[r.PodManagerID] = r.Err
		}
	}
	sights, err := i.kept(ctx, l.PodManagerID, pms)
	if err != nil {
		return nil, err
	}
	parts := make([]service.Part, len(sights))
	for n, s := range sights {
		s.err = failed[s.pm.UUID]
		parts[n] = s.part()
		parts[n].ReadAt = time.Time{}
		if s.view != nil {
			parts[n].ReadAt = s.view.DevicesAt
		}
	}
	return parts, nil
}

// reconcile makes the stored devices those that the pod reports. One that
// cannot be written stops no other, unless no other can be written either.
func (i *Inventory) reconcile(ctx context.Context, pm service.PodManager, stored map[string]service.Device, reported []service.Device) error {
	var errs []error
	seen := map[string]bool{}
	for _, d := range reported {
		if seen[d.Ref] {
			continue
		}
		seen[d.Ref] = true
		var err error
		if old, isStored := stored[d.Ref]; isStored {
			err = i.update(ctx, old, d)
		} else {
			err = i.create(ctx, pm, d)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && service.CodeOf(err) == service.Unavailable:
			return err
		}
		errs = append(errs, err)
	}
	maps.DeleteFunc(stored, func(ref string, _ service.Device) bool { return seen[ref] })
	return errors.Join(append(errs, i.clear(ctx, pm, stored))...)
}

// stored are the devices of a pod manager, by ref.
func (i *Inventory) stored(ctx context.Context, pm service.PodManager) (map[string]service.Device, error) {
	all := map[string]service.Device{}
	for d, err := range i.store.Devices(ctx, service.DeviceFilter{PodManagerID: pm.UUID}, "") {
		if err != nil {
			return nil, fmt.Errorf("listing the devices of pod manager %s: %w", pm.Name, err)
		}
		all[d.Ref] = d
	}
	return all, nil
}

func (i *Inventory) create(ctx context.Context, pm service.PodManager, d service.Device) error {
	d.UUID, d.PodManagerID = uuid.NewString(), pm.UUID
	d.CreatedAt = service.Now()
	d.UpdatedAt = d.CreatedAt
	if err := i.store.CreateDevice(ctx, d); err != nil {
		return fmt.Errorf("recording device %s: %w", d.Ref, err)
	}
	return nil
}

// update writes what the pod says of a device where that is something new. A
// device that was written since old was read is left as it is: what the pod
// said may be older than that, and the next time tells.
func (i *Inventory) update(ctx context.Context, old, d service.Device) error {
	same, err := sameFacts(old, d)
	if err != nil || same {
		return err
	}
	_, err = i.store.UpdateDevice(ctx, old.UUID, func(now *service.Device) error {
		if now.UpdatedAt.Equal(old.UpdatedAt) {
			*now = withFacts(*now, d)
		}
		return nil
	})
	if err != nil && service.CodeOf(err) != service.NotFound {
		return fmt.Errorf("updating device %s: %w", d.Ref, err)
	}
	return nil
}

// withFacts is a stored device with everything that a pod says of it.
func withFacts(stored, d service.Device) service.Device {
	stored.Type, stored.State, stored.MachineRef, stored.Group = d.Type, d.State, d.MachineRef, d.Group
	stored.Properties, stored.Extra = d.Properties, d.Extra
	stored.UpdatedAt = service.Now()
	return stored
}

// sameFacts says whether a stored device is as the pod says it is. They are
// compared in the form in which they are stored, where numbers lose their types.
func sameFacts(stored, d service.Device) (bool, error) {
	d = withFacts(stored, d)
	d.UpdatedAt = stored.UpdatedAt
	before, err := json.Marshal(stored)
	if err != nil {
		return false, fmt.Errorf("encoding device %s: %w", d.Ref, err)
	}
	after, err := asStored(d)
	if err != nil {
		return false, fmt.Errorf("encoding device %s: %w", d.Ref, err)
	}
	return bytes.Equal(before, after), nil
}

// asStored encodes a device as it would be encoded again after it was stored.
func asStored(d service.Device) ([]byte, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	var stored service.Device
	if err := json.Unmarshal(data, &stored); err != nil {
		return nil, err
	}
	return json.Marshal(stored)
}

// clear forgets devices that the pod has no longer. One that is attached to a
// node stays until it is detached, so that this can still be asked for.
func (i *Inventory) clear(ctx context.Context, pm service.PodManager, gone map[string]service.Device) error {
	if len(gone) == 0 {
		return nil
	}
	machines := map[string]bool{}
	for n, err := range i.store.Nodes(ctx, service.NodeFilter{PodManagerID: pm.UUID}, "") {
		if err != nil {
			return fmt.Errorf("listing the nodes of pod manager %s: %w", pm.Name, err)
		}
		machines[n.Ref] = n.Ref != ""
	}
	var errs []error
	for ref, d := range gone {
		if machines[d.MachineRef] {
			continue
		}
		err := i.store.DeleteDevice(ctx, d.UUID)
		if err != nil && service.CodeOf(err) != service.NotFound {
			errs = append(errs, fmt.Errorf("forgetting device %s: %w", ref, err))
		}
	}
	return errors.Join(errs...)
}
