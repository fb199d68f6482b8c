package etcd

import (
	"context"
	"errors"
	"fmt"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// lease gives the lease of this store's holds.
func (s *Store) lease(ctx context.Context) (clientv3.LeaseID, error) {
	session, err := s.alive(ctx)
	if err != nil {
		return 0, err
	}
	return session.Lease(), nil
}

// alive gives the session that keeps the lease. A lease that was lost is
// replaced; the holds that hung on it stay lost.
//
// The lease outlives the death of a member: the client keeps it alive through
// another one, and a new leader gives every lease its full time again.
func (s *Store) alive(ctx context.Context) (*concurrency.Session, error) {
	s.sessionMu.Lock()
	defer s.sessionMu.Unlock()
	if s.closed {
		return nil, errClosed()
	}
	if s.session != nil {
		select {
		case <-s.session.Done():
			s.log.Warn("the lease of this process's holds was lost; its work stops and is claimed again")
		default:
			return s.session, nil
		}
	}
	// Granted here, and not by NewSession, which would wait without a limit.
	var granted *clientv3.LeaseGrantResponse
	err := s.try(ctx, func(ctx context.Context) (err error) {
		granted, err = s.client.Grant(ctx, int64(s.ttl.Seconds()))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("asking for a lease: %w", err)
	}
	session, err := concurrency.NewSession(s.client, concurrency.WithLease(granted.ID))
	if err != nil || session == nil {
		return nil, fmt.Errorf("keeping the lease: %w", s.failure(ctx, errors.Join(errors.New("no session"), err)))
	}
	s.session = session
	return session, nil
}

// lost ends a session whose lease etcd does not know any more, so that the
// next use begins a new one. The client notices by itself, but later.
func (s *Store) lost(lease clientv3.LeaseID) {
	s.sessionMu.Lock()
	defer s.sessionMu.Unlock()
	if s.session != nil && s.session.Lease() == lease {
		s.session.Orphan()
	}
}

// endSession gives the lease back, with everything that hangs on it.
func (s *Store) endSession() error {
	s.sessionMu.Lock()
	defer s.sessionMu.Unlock()
	s.closed = true
	if s.session == nil {
		return nil
	}
	session := s.session
	s.session = nil
	session.Orphan()
	// The store's own context has ended by now.
	err := s.try(context.Background(), func(ctx context.Context) error {
		_, err := s.client.Revoke(ctx, session.Lease())
		return err
	})
	if err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return fmt.Errorf("giving back the holds: %w", err)
	}
	return nil
}
