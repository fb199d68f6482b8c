package doctor

import (
	"context"
	"time"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/session"
)

// patience is how long one answer may take.
const patience = 5 * time.Second

// Patient is all that is looked at.
type Patient struct {
	Cloud   cloud.Request
	Session session.Options

	Plugins    func(context.Context) *pluginhost.Catalog
	PluginDirs []string // where they are looked for
	Receipts   string   // file that says what was installed; empty: nothing was

	Tokens    string // folder of the tokens; empty: they are not cached
	Manifests string // file of the manifests; empty: they are not cached
}

// visit is one examination: what a check learnt that others build on.
type visit struct {
	Patient
	cloud   *cloud.Resolved
	broken  error // why the cloud cannot be used
	session *session.Session

	keystone, service probe
}

// Examine does all checks. The person is asked for what is missing to sign in
// before they begin.
func Examine(ctx context.Context, p Patient) []Finding {
	// A retry would hide what is wrong, and so would the token of a better day.
	p.Session.Pauses, p.Session.CacheDir = []time.Duration{}, ""
	v := &visit{Patient: p}
	if v.cloud, v.broken = cloud.Resolve(p.Cloud); v.broken == nil {
		_, v.broken = v.cloud.Credentials()
	}
	checks := []check{
		simple("cloud", nil, v.lookAtCloud),
		simple("secrets", nil, v.lookAtSecrets),
		simple("token cache", nil, v.lookAtTokens),
		simple("manifest cache", nil, v.lookAtManifests),
		// It writes that cache, so it comes after.
		{"plugins", []string{"manifest cache"}, v.lookAtPlugins},
	}
	if v.broken == nil {
		v.session = session.New(v.cloud, v.Session)
		defer v.session.Close()
	}
	if v.broken != nil || v.authURL() != "" {
		checks = append(checks, v.keystoneChecks()...)
	}
	return run(ctx, append(checks, v.serviceChecks()...))
}
