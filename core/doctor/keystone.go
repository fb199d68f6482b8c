package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/session"
)

// authURL is the address of Keystone; empty where nobody signs in at one.
func (v *visit) authURL() string {
	text, _ := v.cloud.Auth["auth_url"].(string)
	return text
}

func (v *visit) keystoneChecks() []check {
	asked := []string{"keystone"}
	return []check{
		simple("keystone", []string{"cloud"}, v.lookAtKeystone),
		simple("keystone tls", asked, func(context.Context) Finding { return v.certificate(v.keystone) }),
		simple("keystone clock", asked, func(context.Context) Finding { return v.keystone.clock() }),
		simple("sign-in", []string{"keystone", "keystone tls"}, v.signIn),
	}
}

// lookAtKeystone asks Keystone for its versions.
func (v *visit) lookAtKeystone(ctx context.Context) Finding {
	at := address(v.authURL())
	if at == nil {
		return failed("auth_url is not a URL of host and path", "it is the address of Keystone, such as https://host:5000/v3")
	}
	var err error
	if v.keystone, err = v.ask(ctx, "identity", at, versionPath(at)); err != nil {
		return failure(err, "check that Keystone runs and that auth_url is right")
	}
	ids := versions(v.keystone.body)
	if !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, "v3") }) {
		return failed(fmt.Sprintf("%s answers %d and offers no version 3 of the Identity API", at, v.keystone.status), "check auth_url")
	}
	return ok(fmt.Sprintf("%s has the Identity API %s", at, strings.Join(ids, ", ")))
}

// signIn gets a new token.
func (v *visit) signIn(ctx context.Context) Finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t, err := v.session.Token(ctx)
	if err != nil {
		return failure(inTime(err, "identity"), "check who signs in: valence configuration show")
	}
	var roles []string
	for _, r := range t.Roles {
		roles = append(roles, r.Name)
	}
	if len(roles) == 0 {
		return warning(fmt.Sprintf("as %s %s, without any role", t.User.Name, scope(t)), "have a role given to the user, such as reader or member")
	}
	slices.Sort(roles)
	return ok(fmt.Sprintf("as %s %s, with the roles %s, until %s", t.User.Name, scope(t), strings.Join(roles, ", "), t.ExpiresAt.UTC().Format(time.RFC3339)))
}

// scope is what a token is for.
func scope(t *session.Token) string {
	switch {
	case t.Project != nil:
		return "in project " + t.Project.Name
	case t.Domain != nil:
		return "in domain " + t.Domain.Name
	case len(t.System) > 0:
		return "for the whole system"
	}
	return "in no project"
}

// findInCatalog finds the service with the token of before.
func (v *visit) findInCatalog(ctx context.Context) Finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	at, err := v.session.Endpoint(ctx, cloud.RackScale)
	if err != nil {
		return failure(inTime(err, "identity"), "have the service registered: openstack endpoint create")
	}
	v.service.at = at
	return ok(cloud.RackScale + " is at " + at.String())
}
