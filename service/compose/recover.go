package compose

import (
	"context"
	"fmt"
	"time"

	"github.com/valence-rsd/valence/service/jobs"
)

// Run goes on with the work of processes that died, at once and then every few
// seconds, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	jobs.Every(ctx, func() time.Duration { return s.recoverEvery }, s.log, "unfinished work cannot be looked for", s.Recover)
}

// Recover claims every intent that nobody alive holds and starts to go on with
// it. It does not wait for the end of that work; Drain does.
func (s *Service) Recover(ctx context.Context) error {
	for in, err := range s.store.Intents(ctx) {
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		if s.jobs.Find(in.NodeUUID) != nil {
			continue
		}
		if err := s.claim(ctx, in.NodeUUID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) claim(ctx context.Context, nodeUUID string) error {
	if err := s.jobs.Enter(); err != nil {
		return err
	}
	in, n, claimed, err := s.store.Claim(context.WithoutCancel(ctx), nodeUUID)
	if err != nil || !claimed {
		s.jobs.Leave()
		return err
	}
	j := s.newJob(in, n)
	s.launch(ctx, j, j.recovered)
	return nil
}
