package cloud

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// Resolved is one cloud with everything that was said about it applied. It
// holds secrets: print it with Show or String, never as a whole.
type Resolved struct {
	Name   string // envvars for the environment's own; defaults or empty: none
	File   string // the clouds.yaml that was read, or empty
	Region string

	AuthType string         // canonical: password, none, v3applicationcredential
	Auth     map[string]any // what the auth type takes, by the names that it has in auth
	Missing  []Option       // what Credentials will ask for

	// Config is the configuration as openstackclient shows it, auth under its
	// own key, before the auth type has taken what it needs.
	Config  map[string]any
	Origins map[string]Origin // by key of Show: region_name, auth.username

	TLS        TLS
	Cache      Cache
	ForceIPv4  bool          // rule 81
	APITimeout time.Duration // of one request; 0: none was said (rules 48, 83)
	Timing     bool
	Warnings   []string // lines for the person, without secrets

	settings section // Config with origins, without auth
	auth     section // Auth with origins
	problem  error   // why nobody can sign in
	unchosen error   // there are several clouds, or none
	prompt   func(text string, secret bool) (string, error)
}

// TLS says how the server is known, and the client to it (rules 76 to 80).
type TLS struct {
	Insecure  bool   // do not verify the server
	CACert    string // file of authorities, or empty: the system's
	Cert, Key string // files of this client; Key is empty when Cert holds both
}

// Cache is the section cache of clouds.yaml (rule 82).
type Cache struct {
	Auth        bool
	Expiration  time.Duration
	Class, Path string
	Arguments   map[string]any
	Expirations map[string]any // by kind of resource, in seconds
}

// String is the cloud's name, region and auth type: no secret is among them.
func (c *Resolved) String() string {
	return fmt.Sprintf("cloud %q, region %q, auth_type %s", c.Name, c.Region, c.AuthType)
}

// GoString is String, so that %#v shows no secret either.
func (c *Resolved) GoString() string { return c.String() }

// LogValue is String, so that a log shows no secret either.
func (c *Resolved) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Show is the configuration with the keys of openstack configuration show:
// those of auth begin with "auth.". Secrets are masked unless unmask is set
// (rule 86). Origins has the same keys.
func (c *Resolved) Show(unmask bool) map[string]any {
	out := map[string]any{}
	add := func(prefix string, values map[string]any) {
		for key, value := range values {
			if !unmask {
				value = hidden(key, value)
			}
			out[prefix+key] = value
		}
	}
	for key, value := range c.Config {
		if key != "auth" {
			add("", map[string]any{key: value})
		}
	}
	auth, _ := c.Config["auth"].(map[string]any)
	add("auth.", auth)
	return out
}

// finish makes the result out of the configuration.
func (res *resolver) finish() (*Resolved, error) {
	c := &Resolved{
		Name: res.name, File: res.files[0].path, Region: res.config.text("region_name"),
		prompt: res.Prompt, settings: res.config,
	}
	if res.name == "" && len(res.clouds) == 0 && res.clouds != nil {
		c.Name = "defaults"
	}
	c.unchosen = res.unchosen()
	c.ForceIPv4 = res.forceIPv4()
	c.TLS = res.tls(c)
	var err error
	if c.Cache, err = res.cache(); err != nil {
		return nil, err
	}
	if c.APITimeout, err = seconds(res.config["api_timeout"], "api_timeout"); err != nil {
		return nil, err
	}
	c.Timing = isTrue(res.config["timing"].value)
	res.noteVersions()
	if s := res.config["auth_type"]; s.value == nil || s.value == "" {
		s.value = "none"
		res.config["auth_type"] = s
	}
	c.Config, c.Origins = res.config.plain(), map[string]Origin{}
	c.Config["auth"] = res.auth.plain()
	record(c.Origins, "", res.config)
	record(c.Origins, "auth.", res.auth)
	res.signIn(c)
	c.Warnings = res.warnings
	return c, nil
}

func record(origins map[string]Origin, prefix string, in section) {
	for key, s := range in {
		if s.origin.Kind == "" {
			s.origin.Kind = FromDefault
		}
		origins[prefix+key] = s.origin
	}
}

// unchosen is why there is no cloud, for when one turns out to be needed.
func (res *resolver) unchosen() error {
	names := res.clouds.keys()
	switch {
	case res.name != "" || res.clouds == nil:
		return nil
	case len(names) > 1:
		return fault.New(fault.Usage, "several clouds to choose from: %s has %s", res.files[0].pathOr(res.files[1]), strings.Join(names, ", ")).
			WithHint("name one with --os-cloud or OS_CLOUD")
	}
	return fault.New(fault.Usage, "no cloud to talk to").
		WithHint("name one of clouds.yaml with --os-cloud or OS_CLOUD, or give the service's URL with --os-endpoint-override or VALENCE_URL")
}

func (f file) pathOr(other file) string {
	if f.path == "" {
		return other.path
	}
	return f.path
}
