package cloud

import (
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Check tells what stands in the way of using the cloud, as far as that can be
// seen without asking anybody: an auth type or a key that is not known, options
// that are required, all at once, and which cloud is meant when there are
// several.
func (c *Resolved) Check() error {
	if c.problem != nil && c.unchosen != nil {
		return c.unchosen
	}
	return c.problem
}

// Credentials gives Auth, complete: what is Missing is asked for, once all else
// is known to be there (rule 71). Call it only when it is time to sign in, and
// from one goroutine.
func (c *Resolved) Credentials() (map[string]any, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	for len(c.Missing) > 0 {
		o := c.Missing[0]
		answer := ""
		if c.prompt != nil {
			var err error
			if answer, err = c.prompt(o.Prompt, o.Secret); err != nil {
				return nil, fault.New(fault.Denied, "asking for the %s: %v", o.Dest, err)
			}
		}
		if answer == "" {
			return nil, fault.New(fault.Denied, "No %s entered, or found via --%s or %s", o.Dest, o.Name, o.Env[0])
		}
		c.Auth[o.key], c.Missing = answer, c.Missing[1:]
	}
	return c.Auth, nil
}

// IdentityVersion is the version of Keystone that sign-in will use when it
// cannot be asked: "3", "2", or "" when the address does not tell either. Domains
// exist in version 3 only (rule 75).
func (c *Resolved) IdentityVersion() string {
	url, _ := c.Auth["auth_url"].(string)
	for key := range c.Auth {
		if strings.Contains(key, "domain_") && !strings.HasPrefix(key, "default_") {
			return "3"
		}
	}
	path := pathOf(url)
	switch {
	case strings.HasPrefix(c.AuthType, "v3"), strings.HasPrefix(path, "/v3"):
		return "3"
	case strings.HasPrefix(c.AuthType, "v2"), strings.HasPrefix(path, "/v2.0"):
		return "2"
	}
	return ""
}
