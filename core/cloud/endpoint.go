package cloud

import (
	"net/url"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// RackScale is Valence's service type.
const RackScale = "rack-scale"

// ServiceType is the service type that a name stands for: valence is an alias.
func ServiceType(name string) string {
	if name == "valence" {
		return RackScale
	}
	return name
}

// Endpoint is the URL of a service, without a slash at the end. An option or
// the environment comes first, then the service's own override in the file, then
// the cloud's endpoint, which serves all services of a cloud without sign-in.
func (c *Resolved) Endpoint(service string) (*url.URL, error) {
	service = ServiceType(service)
	v := c.override
	if v.text == "" {
		v = c.fileEndpoint(service)
	}
	if v.text == "" {
		return nil, fault.New(fault.Failed, "cloud %q in %s has no endpoint for the %s service", c.Name, c.File, service).
			WithHint("set auth.endpoint or %s_endpoint_override", underscored(service))
	}
	u, err := url.Parse(v.text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, c.wrong(v, "is not a URL such as http://host:port")
	case u.User != nil:
		// It would end up in logs and in the words of errors.
		return nil, c.wrong(v, "holds a user name or a password, which a URL must not")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, c.wrong(v, "has a query or a fragment, which an endpoint cannot have")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

func (c *Resolved) wrong(v value, what string) error {
	if v.origin == c.override.origin && c.override.text != "" {
		return fault.New(fault.Usage, "%s %s", v.origin, what)
	}
	return fault.New(fault.Failed, "cloud %q in %s: %s %s", c.Name, c.File, v.origin, what)
}

// fileEndpoint is what the file says; a value that is no text counts as none.
func (c *Resolved) fileEndpoint(service string) value {
	auth, _ := c.Values["auth"].(map[string]any)
	var candidates []value
	add := func(from map[string]any, key, origin string) {
		if text, ok := from[key].(string); ok && text != "" {
			candidates = append(candidates, value{text, origin})
		}
	}
	own := underscored(service) + "_endpoint_override"
	add(c.Values, own, own)
	if service == RackScale {
		add(c.Values, "valence_endpoint_override", "valence_endpoint_override")
	}
	add(auth, "endpoint", "auth.endpoint")
	add(c.Values, "endpoint", "endpoint")
	if len(candidates) == 0 {
		return value{}
	}
	return candidates[0]
}

func underscored(s string) string { return strings.ReplaceAll(s, "-", "_") }
