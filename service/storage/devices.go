package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// AttachDevice implements service.Storage. A device has no state for what is on
// its way: what a crash in the middle leaves, synchronising the devices finds.
func (s *Service) AttachDevice(ctx context.Context, nodeUUID, deviceUUID string) error {
	free := func(n service.Node, d service.Device) error {
		if d.State != service.DeviceFree || d.MachineRef != "" {
			return service.Errorf(service.Conflict, "device %s is attached already", deviceUUID)
		}
		return together(n, d)
	}
	return s.connect(ctx, nodeUUID, deviceUUID, free, s.attachDevice)
}

// DetachDevice implements service.Storage. There is nothing to do for a device
// that is attached to no machine.
func (s *Service) DetachDevice(ctx context.Context, nodeUUID, deviceUUID string) error {
	attached := func(n service.Node, d service.Device) error {
		switch {
		case d.MachineRef == "" && d.State == service.DeviceFree:
			return nil
		case d.MachineRef != n.Ref:
			return service.Errorf(service.Conflict, "device %s is not attached to node %s", deviceUUID, nodeUUID)
		}
		return together(n, d)
	}
	return s.connect(ctx, nodeUUID, deviceUUID, attached, s.detachDevice)
}

// together says why a device has nothing to do with a node.
func together(n service.Node, d service.Device) error {
	switch {
	case n.PodManagerID != d.PodManagerID:
		return service.Errorf(service.Conflict, "device %s and node %s are on different pod managers", d.UUID, n.UUID)
	case n.State != service.NodeComposed:
		return service.Errorf(service.Conflict, "node %s is %s, not composed", n.UUID, n.State)
	}
	return nil
}

// connect looks whether a node and a device may have something done to them,
// and has it done while both are held, whatever becomes of the request.
func (s *Service) connect(ctx context.Context, nodeUUID, deviceUUID string,
	may func(service.Node, service.Device) error, do func(context.Context, service.Node, service.Device) error,
) error {
	look := func(ctx context.Context) (service.Node, service.Device, error) {
		n, err := s.node(ctx, nodeUUID)
		if err != nil {
			return n, service.Device{}, err
		}
		d, err := s.store.Device(ctx, deviceUUID)
		if err != nil {
			return n, d, err
		}
		return n, d, may(n, d)
	}
	_, d, err := look(ctx)
	if err != nil {
		return err
	}
	// Once begun, the work tries until the pod answers: look before.
	if err := s.probe(ctx, d.PodManagerID); err != nil {
		return err
	}
	return s.apart(ctx, deviceUUID, func(ctx context.Context) error {
		release, err := s.holdBoth(ctx, nodeUUID, deviceUUID)
		if err != nil {
			return err
		}
		defer release()
		n, d, err := look(ctx) // as it is now that nobody changes it
		if err != nil {
			return err
		}
		return do(ctx, n, d)
	})
}

// apart runs work that outlives the request it comes from, and waits for it.
func (s *Service) apart(ctx context.Context, deviceUUID string, work func(context.Context) error) error {
	if err := s.jobs.Enter(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer s.jobs.Leave()
		lasting, cancel := s.jobs.Bound(context.WithoutCancel(ctx))
		defer cancel()
		err := work(lasting)
		if err != nil && lasting.Err() != nil {
			err = &service.Error{Code: service.Unavailable, Message: "the service is shutting down", Err: err}
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return &service.Error{
			Code:    service.Timeout,
			Message: fmt.Sprintf("gave up waiting; the work on device %s goes on", deviceUUID),
			Err:     ctx.Err(),
		}
	}
}

func (s *Service) holdBoth(ctx context.Context, nodeUUID, deviceUUID string) (release func(), err error) {
	node, err := s.store.Hold(ctx, nodeUUID)
	if err != nil {
		return nil, err
	}
	device, err := s.store.HoldVolume(ctx, deviceUUID) // holds anything that has a UUID
	if err != nil {
		node()
		return nil, err
	}
	return func() {
		device()
		node()
	}, nil
}

func (s *Service) attachDevice(ctx context.Context, n service.Node, d service.Device) error {
	err := s.call(ctx, d.PodManagerID, jobs.SlowCall, func(ctx context.Context, pod service.Pod) error {
		return pod.Attach(ctx, n.Ref, d.Ref)
	})
	if err != nil && !(mayBeDone(err) && s.turnsUp(ctx, n, d)) {
		return goneFrom(n, d, err)
	}
	return s.writeDevice(ctx, d.UUID, service.DeviceAllocated, n.Ref)
}

func (s *Service) detachDevice(ctx context.Context, n service.Node, d service.Device) error {
	if d.MachineRef == "" {
		return nil
	}
	err := s.call(ctx, d.PodManagerID, jobs.SlowCall, func(ctx context.Context, pod service.Pod) error {
		return pod.Detach(ctx, n.Ref, d.Ref)
	})
	if err != nil {
		return goneFrom(n, d, err)
	}
	return s.writeDevice(ctx, d.UUID, service.DeviceFree, "")
}

// mayBeDone says whether a request that failed may have had its effect.
func mayBeDone(err error) bool {
	return jobs.AnswerLost(err) || service.CodeOf(err) == service.PodFailed
}

// turnsUp says whether a device is attached, or becomes so while that can
// still come of a request whose answer was lost.
func (s *Service) turnsUp(ctx context.Context, n service.Node, d service.Device) bool {
	until, pause := time.Now().Add(s.lostAnswer), jobs.Look(s.poll)
	for {
		is, err := s.isAttached(ctx, d.PodManagerID, n.Ref, d.Ref)
		if is {
			return true
		}
		if err == nil && time.Now().After(until) || pause.Wait(ctx) != nil {
			return false
		}
		if err != nil && time.Now().After(until.Add(s.lostAnswer)) {
			return false // the pod says nothing; synchronising finds out
		}
	}
}

// writeDevice writes what has become of a device, again until the store answers.
func (s *Service) writeDevice(ctx context.Context, deviceUUID string, state service.DeviceState, machine string) error {
	for patience := jobs.Patience(s.poll); ; {
		_, err := s.store.UpdateDevice(ctx, deviceUUID, func(d *service.Device) error {
			d.State, d.MachineRef, d.UpdatedAt = state, machine, service.Now()
			return nil
		})
		if err == nil || !jobs.AnswerLost(err) || patience.Wait(ctx) != nil {
			return err
		}
	}
}

// goneFrom says what it means that a pod knows a machine or device no more.
func goneFrom(n service.Node, d service.Device, err error) error {
	if service.CodeOf(err) != service.NotFound {
		return err
	}
	return &service.Error{
		Code:    service.NotFound,
		Message: fmt.Sprintf("the hardware of node %s or device %s is gone from its pod manager", n.UUID, d.UUID),
		Err:     err,
	}
}
