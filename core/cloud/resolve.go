package cloud

import (
	"fmt"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Request is what the command line and the process say about the cloud.
type Request struct {
	Name     string // --os-cloud
	Endpoint string // --os-endpoint-override
	Getenv   func(string) string
	Dir      string // the current directory; empty is the process's own
}

// Resolved is one cloud with everything that was said about it applied.
type Resolved struct {
	Name     string         // empty: none was named, an endpoint was
	File     string         // that it stands in, or empty
	AuthType string         // none is the only one so far
	Values   map[string]any // its entry in the file, keys with _ for -
	Warnings []string       // lines for the user

	override value // of the endpoint, by option or environment
}

// value is a setting together with where it was made.
type value struct{ text, origin string }

// Resolve finds the cloud. A cloud that is not there, or none chosen, is a
// fault.Usage error; a broken file is fault.Failed; a way to sign in that is not
// supported is fault.Denied.
func Resolve(r Request) (*Resolved, error) {
	name, override := r.name(), r.override()
	if name == "" && override.text != "" {
		return &Resolved{AuthType: "none", override: override}, nil
	}
	f, err := r.load()
	if err != nil {
		return nil, err
	}
	if name, err = f.choose(name); err != nil {
		return nil, err
	}
	entry, err := f.entry(name)
	if err != nil {
		return nil, err
	}
	c := &Resolved{Name: name, File: f.path, Values: entry, Warnings: f.warnings, override: override}
	if err := c.setAuthType(); err != nil {
		return nil, err
	}
	c.warnOfOverride()
	return c, nil
}

func (r Request) name() string {
	if r.Name != "" {
		return r.Name
	}
	return r.Getenv("OS_CLOUD")
}

func (r Request) override() value {
	if r.Endpoint != "" {
		return value{r.Endpoint, "--os-endpoint-override"}
	}
	return value{r.Getenv("VALENCE_URL"), "VALENCE_URL"}
}

// choose checks the name, or takes the only cloud of the file when there is none.
func (f *file) choose(name string) (string, error) {
	names := f.names()
	listed := strings.Join(names, ", ")
	switch {
	case slices.Contains(names, name):
		return name, nil
	case name != "" && f.path == "":
		return "", fault.New(fault.Usage, "there is no cloud %q: no clouds.yaml was found", name).
			WithHint("looked in %s", strings.Join(f.searched, ", "))
	case name != "" && len(names) == 0:
		return "", fault.New(fault.Usage, "there is no cloud %q: %s has no clouds", name, f.path)
	case name != "":
		return "", fault.New(fault.Usage, "there is no cloud %q in %s", name, f.path).WithHint("it has %s", listed)
	case len(names) == 1:
		return names[0], nil
	case len(names) > 1:
		return "", fault.New(fault.Usage, "several clouds to choose from: %s has %s", f.path, listed).
			WithHint("name one with --os-cloud or OS_CLOUD")
	}
	return "", fault.New(fault.Usage, "no cloud to talk to").
		WithHint("name one of clouds.yaml with --os-cloud or OS_CLOUD, or give the service's URL with --os-endpoint-override or VALENCE_URL")
}

// setAuthType reads how to sign in. A missing type means password, an empty one
// none, as in openstacksdk.
func (c *Resolved) setAuthType() error {
	given, ok := c.Values["auth_type"]
	if !ok {
		given = "password"
	}
	switch t := given.(type) {
	case nil:
		c.AuthType = "none"
	case string:
		c.AuthType = t
		if t == "" || t == "None" {
			c.AuthType = "none"
		}
	default:
		return fault.New(fault.Failed, "cloud %q in %s: auth_type is %s, expected a word such as none", c.Name, c.File, kind(given))
	}
	if c.AuthType != "none" {
		return fault.New(fault.Denied, "cloud %q in %s signs in with auth_type %s, which valence cannot do yet", c.Name, c.File, c.AuthType).
			WithHint("only auth_type none is supported so far")
	}
	return nil
}

// warnOfOverride says when the environment changes what a named cloud says. An
// option changes it in plain sight.
func (c *Resolved) warnOfOverride() {
	if c.override.text == "" || c.override.origin != "VALENCE_URL" {
		return
	}
	if own := c.fileEndpoint(RackScale); own.text != "" && own.text != c.override.text {
		c.Warnings = append(c.Warnings, fmt.Sprintf("VALENCE_URL overrides the endpoint of cloud %q", c.Name))
	}
}
