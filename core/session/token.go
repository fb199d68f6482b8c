package session

import (
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

// margin is how long before its end a token is not used any more: the request
// has to arrive, and clocks differ.
const margin = 30 * time.Second

// Token is what signing in gave.
type Token struct {
	ID        string                `json:"-"` // secret
	IssuedAt  time.Time             `json:"issued_at"`
	ExpiresAt time.Time             `json:"expires_at"`
	Methods   []string              `json:"methods"`
	User      tokens.User           `json:"user"`
	Project   *tokens.Project       `json:"project,omitempty"` // of these at most one
	Domain    *tokens.Domain        `json:"domain,omitempty"`
	System    map[string]bool       `json:"system,omitempty"`
	Trust     *tokens.Trust         `json:"OS-TRUST:trust,omitempty"`
	Roles     []tokens.Role         `json:"roles"`
	Catalog   []tokens.CatalogEntry `json:"catalog"`

	ApplicationCredential *ApplicationCredential `json:"application_credential,omitempty"`

	cached bool
}

// ApplicationCredential is the one that a token was got with.
type ApplicationCredential struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	AccessRules []AccessRule `json:"access_rules,omitempty"` // empty: no restriction
}

// AccessRule is a request that a token may be used for.
type AccessRule struct {
	Service string `json:"service"`
	Method  string `json:"method"`
	Path    string `json:"path"`
}

func (t *Token) usable() bool { return time.Until(t.ExpiresAt) > margin }
