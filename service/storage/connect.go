package storage

import (
	"context"
	"errors"

	"github.com/valence-rsd/valence/service"
)

// Attach implements service.Storage.
func (s *Service) Attach(ctx context.Context, nodeUUID, volumeUUID string) (service.Volume, error) {
	n, v, err := s.pair(ctx, nodeUUID, volumeUUID)
	if err != nil {
		return service.Volume{}, err
	}
	if v.State == service.VolumeAttaching && v.NodeID == nodeUUID {
		// The same was asked for before: that may end well.
		v, err = s.await(ctx, volumeUUID, service.VolumeAttaching)
		if errors.Is(err, errForgotten) {
			err = service.Errorf(service.NotFound, "volume %q does not exist", volumeUUID)
		}
		if err != nil {
			return service.Volume{}, err
		}
	}
	if attachedTo(v, nodeUUID) {
		return v, nil
	}
	if err := fit(ctx, n, v); err != nil {
		return service.Volume{}, err
	}
	if err := s.probe(ctx, v.PodManagerID); err != nil {
		return service.Volume{}, err
	}
	j, err := s.beginAttach(ctx, nodeUUID, volumeUUID)
	if err != nil {
		return service.Volume{}, err
	}
	v, err = s.result(ctx, j)
	if errors.Is(err, errLost) {
		return service.Volume{}, lostTo(j, err)
	}
	return v, err
}

// beginAttach holds node and volume, looks whether they still fit, and starts.
func (s *Service) beginAttach(ctx context.Context, nodeUUID, volumeUUID string) (*job, error) {
	release, err := s.store.Hold(context.WithoutCancel(ctx), nodeUUID)
	if err != nil {
		return nil, err
	}
	n, err := s.node(ctx, nodeUUID)
	if err != nil {
		release()
		return nil, err
	}
	return s.begin(ctx, volumeUUID, AttachBegun, release, func(v *service.Volume) error {
		err := fit(ctx, n, *v)
		v.State, v.NodeID = service.VolumeAttaching, nodeUUID
		return err
	})
}

// fit says why a volume cannot be attached to a node.
func fit(ctx context.Context, n service.Node, v service.Volume) error {
	switch {
	case n.State != service.NodeComposed:
		return service.Errorf(service.Conflict, "node %s is %s, not composed", n.UUID, n.State)
	case n.PodManagerID != v.PodManagerID:
		return service.Errorf(service.Conflict, "volume %s and node %s are on different pod managers", v.UUID, n.UUID)
	case n.ProjectID != v.ProjectID && service.CallerOf(ctx).Role < service.Admin:
		return service.Errorf(service.Conflict, "volume %s and node %s belong to different projects", v.UUID, n.UUID)
	}
	return available(v)
}

// Detach implements service.Storage. A volume that is to be erased then is in
// state VolumeErasing when it returns. Detaching twice at once is success twice.
func (s *Service) Detach(ctx context.Context, nodeUUID, volumeUUID string) error {
	_, v, err := s.pair(ctx, nodeUUID, volumeUUID)
	if err != nil {
		return err
	}
	if v.State == service.VolumeDetaching && v.NodeID == nodeUUID {
		// The same was asked for before, by a request whose replica has died
		// perhaps. Where that ends badly, this one tries.
		v, err = s.await(ctx, volumeUUID, service.VolumeDetaching)
		if errors.Is(err, errForgotten) || err == nil && v.NodeID != nodeUUID {
			return nil
		}
		if err != nil {
			return err
		}
	}
	attached := func(v service.Volume) error {
		switch {
		case v.NodeID != nodeUUID:
			return service.Errorf(service.NotFound, "volume %s is not attached to node %s", volumeUUID, nodeUUID)
		case v.State != service.VolumeAttached:
			return service.Errorf(service.Conflict, "volume %s is %s, not attached", volumeUUID, v.State)
		}
		return nil
	}
	if err := attached(v); err != nil {
		return err
	}
	if err := s.probe(ctx, v.PodManagerID); err != nil {
		return err
	}
	j, err := s.begin(ctx, volumeUUID, DetachBegun, func() {}, func(v *service.Volume) error {
		err := attached(*v)
		v.State = service.VolumeDetaching
		return err
	})
	return s.end(ctx, j, err)
}

func attachedTo(v service.Volume, nodeUUID string) bool {
	return v.State == service.VolumeAttached && v.NodeID == nodeUUID
}

// pair reads a node and a volume that the caller in ctx may see.
func (s *Service) pair(ctx context.Context, nodeUUID, volumeUUID string) (service.Node, service.Volume, error) {
	n, err := s.node(ctx, nodeUUID)
	if err != nil {
		return n, service.Volume{}, err
	}
	v, err := s.volume(ctx, volumeUUID)
	return n, v, err
}

// node reads a node that the caller in ctx may see.
func (s *Service) node(ctx context.Context, nodeUUID string) (service.Node, error) {
	n, err := s.store.Node(ctx, nodeUUID)
	if err != nil {
		return service.Node{}, err
	}
	if !service.CallerOf(ctx).Sees(n.ProjectID) {
		return service.Node{}, service.Errorf(service.NotFound, "node %q does not exist", nodeUUID)
	}
	return n, nil
}
