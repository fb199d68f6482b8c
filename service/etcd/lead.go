package etcd

import (
	"context"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// Lead calls run whenever this process leads, among all processes that lead
// by the same name, until ctx ends. The context of run ends when leadership is
// lost, which this process may notice a second after another one has begun to
// lead: whatever must not be done twice needs a hold besides. When run returns
// by itself, leadership passes on and this process stands again.
//
// A process calls Lead once for a name.
func (s *Store) Lead(ctx context.Context, name string, run func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	for ctx.Err() == nil {
		if err := s.leadOnce(ctx, name, run); err != nil && ctx.Err() == nil {
			s.log.Warn("an election could not be held", "name", name, "error", err)
		}
		wait(ctx, time.Second)
	}
}

// leadOnce waits until this process leads and goes on until it does not.
func (s *Store) leadOnce(ctx context.Context, name string, run func(ctx context.Context)) error {
	session, err := s.alive(ctx)
	if err != nil {
		return err
	}
	leading, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(session.Ctx(), cancel)()
	election := concurrency.NewElection(session, s.prefix+"/elections/"+name)
	if err := s.campaign(leading, election); err != nil {
		return err
	}
	defer s.resign(election)
	go s.untilDeposed(leading, election.Key(), election.Rev(), cancel)
	s.log.Info("this process leads", "name", name)
	run(leading)
	return nil
}

// campaign waits until this process leads or ctx ends. In the end a candidate
// gives up its place, for which the client waits without a limit.
func (s *Store) campaign(ctx context.Context, election *concurrency.Election) error {
	over := make(chan error, 1)
	go func() { over <- election.Campaign(ctx, s.id) }()
	select {
	case err := <-over:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-over: // it may have been won at the last moment
		return err
	case <-time.After(s.timeout):
		return ctx.Err()
	}
}

// untilDeposed ends a leadership when its key goes. The session ends then, too,
// but hears of it only with the next sign of life.
func (s *Store) untilDeposed(ctx context.Context, key string, since int64, end func()) {
	for resp := range s.client.Watch(ctx, key, clientv3.WithRev(since+1)) {
		for _, ev := range resp.Events {
			if ev.Type == mvccpb.DELETE {
				end()
			}
		}
	}
}

// resign lets another process lead. A failure needs no answer: the lease ends
// what is left.
func (s *Store) resign(election *concurrency.Election) {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout) // the callers have ended by now
	defer cancel()
	if err := election.Resign(ctx); err != nil {
		s.log.Warn("leadership could not be given back", "error", err)
	}
}
