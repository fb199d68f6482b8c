package access

import (
	"errors"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/service"
)

// document is what Keystone says about a token, as far as it matters here. A
// token is for a project, a domain, the system, or for nothing in particular.
type document struct {
	ExpiresAt time.Time `json:"expires_at"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
	Project struct {
		ID string `json:"id"`
	} `json:"project"`
	System struct {
		All bool `json:"all"`
	} `json:"system"`
	Roles []struct {
		Name string `json:"name"`
	} `json:"roles"`
}

func documentOf(result tokens.GetResult) (document, error) {
	const doing = "asking Keystone about a token"
	var d document
	if unknownToken(result.Err) {
		return d, errNoSuchToken
	}
	if result.Err != nil {
		return d, trouble(doing, result.Err)
	}
	if err := result.ExtractInto(&d); err != nil {
		return d, nonsense(doing, err)
	}
	if d.User.ID == "" || d.ExpiresAt.IsZero() {
		return d, nonsense(doing, errors.New("the answer lacks the user or the expiry"))
	}
	return d, nil
}

// roles says what the names of Keystone's roles mean, by their lower case: names
// that differ in case are one role to Keystone and to oslo.policy.
type roles map[string]service.Role

func newRoles(o KeystoneOptions) roles {
	r := roles{}
	r.add(service.Reader, o.ReaderRoles)
	r.add(service.Member, o.MemberRoles)
	r.add(service.Admin, o.AdminRoles)
	return r
}

// add lets names mean a role, unless they mean a higher one.
func (r roles) add(role service.Role, names []string) {
	for _, name := range names {
		name = strings.ToLower(name)
		r[name] = max(r[name], role)
	}
}

// caller is who has the token. The role is the highest of the token's,
// whatever the token is for: as in the rest of OpenStack, an administrator of
// any project or domain is one of the whole deployment. Only a token for a
// project has a project, so that with a lesser role one for a domain, or for
// nothing, owns and sees nothing.
func (r roles) caller(d document) service.Caller {
	c := service.Caller{UserID: d.User.ID, ProjectID: d.Project.ID, System: d.System.All}
	for _, role := range d.Roles {
		c.Role = max(c.Role, r[strings.ToLower(role.Name)])
	}
	return c
}
