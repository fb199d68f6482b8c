package session

import (
	"context"
	"encoding/base64"
	"net/http"

	"github.com/valence-rsd/valence/core/fault"
)

// pass is what a request shows to a service.
type pass struct {
	header, value string // both empty: nothing
	token         *Token // behind it, or nil: then it cannot be renewed
}

func (p pass) apply(h http.Header) {
	if p.header != "" {
		h.Set(p.header, p.value)
	}
}

// admit gives the pass for a request. It signs in where that is needed.
func (s *Session) admit(ctx context.Context) (pass, error) {
	switch {
	case s.id.AuthType == "none":
		return pass{}, nil
	case standalone(s.id.AuthType):
		return s.constant(ctx)
	}
	token, err := s.current(ctx)
	if err != nil {
		return pass{}, err
	}
	return bearing(token), nil
}

func bearing(t *Token) pass { return pass{header: "X-Auth-Token", value: t.ID, token: t} }

// standalone tells whether an auth type is for a service without a Keystone.
func standalone(authType string) bool {
	return authType == "none" || authType == "http_basic" || authType == "admin_token"
}

// constant is the pass of a service without a Keystone.
func (s *Session) constant(ctx context.Context) (pass, error) {
	if err := s.enter(ctx); err != nil {
		return pass{}, err
	}
	defer s.leave()
	if s.fixed.header != "" {
		return s.fixed, nil
	}
	id, err := s.id.complete()
	if err != nil {
		return pass{}, err
	}
	s.hide(id.secrets()...)
	s.fixed = pass{header: "X-Auth-Token", value: id.Auth["token"]}
	if id.AuthType == "http_basic" {
		both := id.Auth["username"] + ":" + id.Auth["password"]
		s.fixed = pass{header: "Authorization", value: "Basic " + base64.StdEncoding.EncodeToString([]byte(both))}
	}
	return s.fixed, nil
}

// enter waits until nobody else in this process is signing in, so that many
// requests at once sign in once.
func (s *Session) enter(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Session) leave() { <-s.turn }

// current is a token that can be used: the one in memory, else the cached one,
// else a new one.
func (s *Session) current(ctx context.Context) (*Token, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if s.token != nil && s.token.usable() {
		return s.token, nil
	}
	if s.token = s.cache.load(); s.token != nil {
		s.hide(s.token.ID)
		s.options.Log.Debug("using the cached token", "expires", s.token.ExpiresAt)
		return s.token, nil
	}
	return s.obtain(ctx, "")
}

// renew gives a token other than the stale one, which a service refused or
// whose catalog is old. Another request or process may have got it already.
func (s *Session) renew(ctx context.Context, stale *Token) (*Token, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if s.token != nil && s.token.ID != stale.ID {
		return s.token, nil
	}
	s.options.Log.Debug("the token is not good any more: signing in again")
	s.token = nil
	s.cache.drop(stale.ID)
	return s.obtain(ctx, stale.ID)
}

// obtain signs in. Of many processes that begin at once one does, and the
// others find its token in the cache. The person is asked before the others are
// held up. The caller has its turn.
func (s *Session) obtain(ctx context.Context, stale string) (*Token, error) {
	r, err := s.ready()
	if err != nil {
		return nil, err
	}
	release := s.cache.lock(ctx)
	defer release()
	if t := s.cache.load(); t != nil && t.ID != stale {
		s.hide(t.ID)
		s.token = t
		return t, nil
	}
	return s.issue(ctx, r)
}

// issue gets a new token and keeps it.
func (s *Session) issue(ctx context.Context, r request) (*Token, error) {
	t, err := s.signIn(ctx, r)
	if err != nil {
		return nil, err
	}
	s.token = t
	if err := s.cache.store(t); err != nil {
		s.options.Log.Debug("the token is not cached", "reason", err)
	}
	return t, nil
}

// noToken is the answer where there is none to be had.
func (s *Session) noToken() error {
	if standalone(s.id.AuthType) {
		return fault.New(fault.Failed, "%s has auth_type %s, which does not sign in at a Keystone", s.id.name(), s.id.AuthType)
	}
	return s.broken
}
