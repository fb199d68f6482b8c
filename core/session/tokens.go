package session

import (
	"context"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/core/fault"
)

// Token signs in, whether a token is cached or not, and gives the new one. It is
// cached for the requests to come. A cloud without a Keystone is a fault.Failed
// error.
func (s *Session) Token(ctx context.Context) (*Token, error) {
	if err := s.noToken(); err != nil {
		return nil, err
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	r, err := s.ready()
	if err != nil {
		return nil, err
	}
	return s.issue(ctx, r)
}

// Catalog is what the services of the cloud are and where, as the token that
// requests bear has it.
func (s *Session) Catalog(ctx context.Context) ([]tokens.CatalogEntry, error) {
	if err := s.noToken(); err != nil {
		return nil, err
	}
	t, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	return t.Catalog, nil
}

// Revoke ends a token. It bears the token itself, which may always end itself,
// so nothing else is needed and nobody signs in. A token that is no good any
// more is a fault.NotFound error.
func (s *Session) Revoke(ctx context.Context, token string) error {
	if err := s.noToken(); err != nil {
		return err
	}
	if token == "" {
		return fault.New(fault.Usage, "no token to revoke")
	}
	s.hide(token)
	base, _, err := versioned(s.id.Auth["auth_url"])
	if err != nil {
		return err
	}
	client := s.keystone(base, map[string]string{"X-Auth-Token": token})
	err = tokens.Revoke(ctx, client, token).Err
	switch {
	case gophercloud.ResponseCodeIs(err, http.StatusUnauthorized), gophercloud.ResponseCodeIs(err, http.StatusNotFound):
		return fault.New(fault.NotFound, "there is no such token: it is unknown, expired or revoked already")
	case gophercloud.ResponseCodeIs(err, http.StatusForbidden):
		return fault.New(fault.Denied, "Keystone does not let the token be revoked")
	case err != nil:
		return s.refusal(ctx, err)
	}
	s.forget(ctx, token)
	return nil
}

// forget drops a token that was revoked.
func (s *Session) forget(ctx context.Context, id string) {
	s.cache.drop(id)
	if s.enter(ctx) != nil {
		return
	}
	defer s.leave()
	if s.token != nil && s.token.ID == id {
		s.token = nil
	}
}
