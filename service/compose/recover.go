package compose

import (
	"context"
	"fmt"
	"time"
)

// Run goes on with the work of processes that died, at once and then every few
// seconds, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.recoverEvery)
	defer tick.Stop()
	for trouble := ""; ; {
		err := s.Recover(ctx)
		switch {
		case err == nil:
			trouble = ""
		case ctx.Err() == nil && err.Error() != trouble:
			trouble = err.Error()
			s.log.Warn("unfinished work cannot be looked for; trying again", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Recover claims every intent that nobody alive holds and starts to go on with
// it. It does not wait for the end of that work; Drain does.
func (s *Service) Recover(ctx context.Context) error {
	for in, err := range s.store.Intents(ctx) {
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		if s.job(in.NodeUUID) != nil {
			continue
		}
		if err := s.claim(ctx, in.NodeUUID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) claim(ctx context.Context, nodeUUID string) error {
	if err := s.enter(); err != nil {
		return err
	}
	in, n, claimed, err := s.store.Claim(context.WithoutCancel(ctx), nodeUUID)
	if err != nil || !claimed {
		s.leave()
		return err
	}
	j := s.newJob(in, n)
	s.launch(ctx, j, j.recovered)
	return nil
}
