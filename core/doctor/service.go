package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/cloud"
)

// serviceChecks are those of the service. Where it is, the cloud says, or else the
// catalog.
func (v *visit) serviceChecks() []check {
	asked, in := []string{"service"}, []string{"service", "service tls", "sign-in"}
	checks := []check{
		simple("service", []string{"cloud", "catalog"}, v.lookAtService),
		simple("service tls", asked, func(context.Context) Finding { return v.certificate(v.service) }),
		simple("service clock", asked, func(context.Context) Finding { return v.service.clock() }),
		simple("ready", asked, v.lookAtParts),
		simple("access", in, v.lookAtAccess),
		{"pod managers", in, v.lookAtPods},
	}
	if v.inCatalog() {
		checks = slices.Insert(checks, 0, simple("catalog", []string{"sign-in"}, v.findInCatalog))
	}
	return checks
}

// inCatalog tells whether the catalog is where the service is found, as far as is
// known.
func (v *visit) inCatalog() bool {
	if v.broken != nil {
		return true
	}
	at, err := v.override()
	return at == nil && err == nil
}

// lookAtService asks the service for its versions.
func (v *visit) lookAtService(ctx context.Context) Finding {
	at := v.service.at
	if at == nil { // not from the catalog
		var err error
		if at, err = v.override(); err != nil {
			return failure(err, whence)
		}
	}
	var err error
	if v.service, err = v.ask(ctx, cloud.RackScale, at, "/"); err != nil {
		return failure(err, "check that it runs and that its URL is right")
	}
	ids := versions(v.service.body)
	if !slices.Contains(ids, "v1") {
		return failed(fmt.Sprintf("%s answers %d and offers no version 1 of Valence", at, v.service.status), "check the endpoint: something else seems to be there")
	}
	return ok(fmt.Sprintf("%s has the API %s", at, strings.Join(ids, ", ")))
}

// lookAtParts asks whether what the service builds on answers.
func (v *visit) lookAtParts(ctx context.Context) Finding {
	p, err := v.ask(ctx, cloud.RackScale, v.service.at, "/readyz")
	if err != nil {
		return failure(err, "see the service's log")
	}
	var health struct {
		Status string
		Parts  map[string]string
	}
	if p.status != http.StatusOK && p.status != http.StatusServiceUnavailable || json.Unmarshal(p.body, &health) != nil {
		return skipped(fmt.Sprintf("it does not say: %d %s", p.status, http.StatusText(p.status)))
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(health.Parts)) {
		parts = append(parts, name+" "+health.Parts[name])
	}
	if p.status != http.StatusOK {
		return failed(cmp.Or(strings.Join(parts, ", "), "not ready"), "the service's log says why a part failed")
	}
	return ok(cmp.Or(strings.Join(parts, ", "), "ready"))
}

// lookAtAccess tries whether the caller may read what everybody with a role may.
func (v *visit) lookAtAccess(ctx context.Context) Finding {
	if _, f := v.read(ctx, "/v1/nodes?limit=1"); f != nil {
		return *f
	}
	return ok("nodes may be listed")
}

// read reads a list of the service as the caller; the finding is why not.
func (v *visit) read(ctx context.Context, path string) ([]byte, *Finding) {
	p, err := get(ctx, v.session, cloud.RackScale, path)
	if err != nil {
		f := failure(err, "see the service's log")
		return nil, &f
	}
	if p.status == http.StatusOK {
		return p.body, nil
	}
	var says struct{ Detail string }
	_ = json.Unmarshal(p.body, &says) // what is no error document says nothing
	remedy := "see the service's log"
	if p.status == http.StatusUnauthorized || p.status == http.StatusForbidden {
		remedy = "have a role given to the user in this project: reader to look, member to compose, admin for pod managers"
	}
	f := failed(fmt.Sprintf("%d %s %s", p.status, http.StatusText(p.status), says.Detail), remedy)
	return nil, &f
}
