package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// Run goes on with the work of processes that died, at once and then every few
// seconds, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	jobs.Every(ctx, func() time.Duration { return s.recoverEvery }, s.log, "unfinished work cannot be looked for", s.Recover)
}

// versions say how new the records are that were looked at.
type versions struct{ volumes, nodes int64 }

// Recover claims every volume that is on its way and that nobody alive holds,
// and every one that is attached to a node that is gone, and starts to go on
// with it. It does not wait for the end of that work; Drain does.
func (s *Service) Recover(ctx context.Context) error {
	current, err := s.versions(ctx)
	if err != nil || s.isTidy(current) {
		return err
	}
	left := 0
	nodes := map[string]bool{} // whether they are gone
	for v, err := range s.store.Volumes(ctx, service.VolumeFilter{}, "") {
		if err != nil {
			return fmt.Errorf("reading the volumes: %w", err)
		}
		orphanOf, err := s.orphan(ctx, v, nodes)
		if err != nil {
			return err
		}
		if v.State.Settled() && orphanOf == "" {
			continue
		}
		left++
		if s.jobs.Find(v.UUID) != nil {
			continue
		}
		if _, err := s.claim(ctx, v.UUID, orphanOf); err != nil {
			return err
		}
	}
	if left == 0 {
		s.setTidy(current)
	}
	return nil
}

// orphan gives the node that a volume is attached to if that node is gone.
func (s *Service) orphan(ctx context.Context, v service.Volume, known map[string]bool) (string, error) {
	if v.State != service.VolumeAttached {
		return "", nil
	}
	isGone, looked := known[v.NodeID]
	if !looked {
		_, err := s.store.Node(ctx, v.NodeID)
		isGone = service.CodeOf(err) == service.NotFound
		if err != nil && !isGone {
			return "", fmt.Errorf("looking for the node of volume %s: %w", v.UUID, err)
		}
		known[v.NodeID] = isGone
	}
	if !isGone {
		return "", nil
	}
	return v.NodeID, nil
}

// claim holds a volume and goes on with the work that its record asks for, or
// frees it if it is attached to the node orphanOf. There is no job where
// somebody alive has the volume, or nothing is to be done.
func (s *Service) claim(ctx context.Context, volumeUUID, orphanOf string) (*job, error) {
	if err := s.jobs.Enter(); err != nil {
		return nil, err
	}
	lasting := context.WithoutCancel(ctx)
	release, err := s.store.HoldVolume(lasting, volumeUUID)
	if err != nil {
		s.jobs.Leave()
		if service.CodeOf(err) == service.Conflict {
			return nil, nil
		}
		return nil, fmt.Errorf("claiming volume %s: %w", volumeUUID, err)
	}
	v, err := s.store.Volume(lasting, volumeUUID) // as it is now that nobody changes it
	orphan := orphanOf != "" && attachedTo(v, orphanOf)
	if err != nil || v.State.Settled() && !orphan {
		release()
		s.jobs.Leave()
		if service.CodeOf(err) == service.NotFound || err == nil {
			return nil, nil
		}
		return nil, fmt.Errorf("claiming volume %s: %w", volumeUUID, err)
	}
	j := s.newJob(v, "", release)
	j.orphan = orphan
	return s.launch(ctx, j), nil
}

// versions reads how new the records are now. What is read afterwards is at
// least as new.
func (s *Service) versions(ctx context.Context) (versions, error) {
	volumes, err := s.store.Version(ctx, service.KindVolume)
	if err != nil {
		return versions{}, fmt.Errorf("looking for changes of the volumes: %w", err)
	}
	nodes, err := s.store.Version(ctx, service.KindNode)
	if err != nil {
		return versions{}, fmt.Errorf("looking for changes of the nodes: %w", err)
	}
	return versions{volumes, nodes}, nil
}

// isTidy says whether there was nothing to do when the records were as they
// are now. Only work that is on its way can become work of a dead process.
func (s *Service) isTidy(current versions) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tidy != nil && *s.tidy == current
}

func (s *Service) setTidy(current versions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tidy = &current
}
