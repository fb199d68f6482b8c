package cloud

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// RackScale is Valence's service type.
const RackScale = "rack-scale"

// serviceTypes are official service types with the names they also go by (rule
// 52).
func serviceTypes() map[string][]string {
	return map[string][]string{
		RackScale:                             {"valence"},
		"baremetal":                           {"bare-metal"},
		"block-storage":                       {"volumev3", "volumev2", "volume", "block-store"},
		"clustering":                          {"resource-cluster", "cluster"},
		"resource-optimization":               {"infra-optim"},
		"message":                             {"messaging"},
		"container-infrastructure-management": {"container-infrastructure", "container-infra"},
		"workflow":                            {"workflowv2"},
		"operator-policy":                     {"policy"},
		"shared-file-system":                  {"sharev2", "share"},
		"alarm":                               {"alarming"},
		"meter":                               {"metering", "telemetry"},
		"event":                               {"events"},
		"application-deployment":              {"application_deployment"},
		"multi-region-network-automation":     {"tricircle"},
		"application-container":               {"container"},
		"root-cause-analysis":                 {"rca"},
		"monitoring-logging":                  {"monitoring-log-api"},
		"instance-ha":                         {"ha"},
		"admin-logic":                         {"registration"},
	}
}

// allTypes is the official type that a name stands for, then its aliases.
func allTypes(name string) []string {
	for official, aliases := range serviceTypes() {
		if name == official || slices.Contains(aliases, name) {
			return append([]string{official}, aliases...)
		}
	}
	return []string{name}
}

// Service is what the cloud says about one of its services.
type Service struct {
	Type         string   // to look up in the catalog
	Aliases      []string // to look up when Type is not there
	Name         string   // of the service in the catalog, or empty: any
	Interfaces   []string // public, internal or admin, to try in order (rule 50)
	Region       string
	Endpoint     string        // where it is, without a look at the catalog; or empty (rule 53)
	APIVersion   string        // major, or empty
	Microversion string        // to ask for, or empty (rule 54)
	Timeout      time.Duration // of one request, or 0
	// How often to try again after no connection and after a passing failure;
	// nil where nothing is said.
	ConnectRetries, StatusRetries *int
	RetryDelay                    time.Duration
}

// Service looks up what is said about a service, under its official type, then
// under its aliases (rule 52).
func (c *Resolved) Service(name string) (Service, error) {
	types := allTypes(name)
	s := Service{Type: types[0], Aliases: types[1:], Timeout: c.APITimeout}
	s.Name = c.own("service_name", types).plainText()
	if own := c.own("service_type", types).plainText(); own != "" {
		s.Type = own
	}
	s.Region = c.ownOrCommon("region_name", types).plainText()
	s.Interfaces = interfaces(c.ownOrCommon("interface", types))
	s.Endpoint = endpointOf(c.settings, c.auth, c.AuthType, types).plainText()
	var err error
	if s.APIVersion, s.Microversion, err = c.version(types); err != nil {
		return Service{}, err
	}
	if s.ConnectRetries, err = count(c.ownOrCommon("connect_retries", types), "connect_retries"); err != nil {
		return Service{}, err
	}
	if s.StatusRetries, err = count(c.ownOrCommon("status_code_retries", types), "status_code_retries"); err != nil {
		return Service{}, err
	}
	s.RetryDelay, err = seconds(c.ownOrCommon("connect_retry_delay", types), "connect_retry_delay")
	return s, err
}

// own is a key that begins with the service's type.
func (c *Resolved) own(key string, types []string) setting { return ownIn(c.settings, key, types) }

func ownIn(config section, key string, types []string) setting {
	for _, t := range types {
		if s := config[underscored(t)+"_"+key]; s.value != nil {
			return s
		}
	}
	return setting{}
}

func (c *Resolved) ownOrCommon(key string, types []string) setting {
	if s := c.own(key, types); s.value != nil {
		return s
	}
	return c.settings[key]
}

func interfaces(s setting) []string {
	list, ok := s.value.([]setting)
	if !ok {
		list = []setting{s}
	}
	var out []string
	for _, item := range list {
		if text := strings.TrimSuffix(item.plainText(), "URL"); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// version reads the service's version. 1.80 is major version 1 and microversion
// 1.80; 2.0 is only a version (rule 54).
func (c *Resolved) version(types []string) (major, micro string, err error) {
	given, asked := c.own("api_version", types), c.own("default_microversion", types)
	major, micro = given.plainText(), asked.plainText()
	if _, err := strconv.ParseFloat(major, 64); err != nil {
		major = "" // the words in it were warned of
	}
	whole, part, hasPart := strings.Cut(major, ".")
	if !hasPart || part == "0" {
		return major, micro, nil
	}
	if micro != "" && micro != major {
		return "", "", fault.New(fault.Failed, "%s: default_microversion %s of %s does not fit its api_version %s", asked.origin, micro, types[0], major).
			WithHint("give only the major version as api_version")
	}
	return whole, major, nil
}

func count(s setting, key string) (*int, error) {
	text := s.plainText()
	if text == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return nil, fault.New(fault.Failed, "%s: %s must be a whole number", s.origin, key)
	}
	return &n, nil
}

// endpointOf is where a service is said to be: its own override, its own
// endpoint, what serves all services where nobody signs in, and Keystone's own
// address where it is asked what there is (rule 53).
func endpointOf(config, auth section, authType string, types []string) setting {
	for _, key := range []string{"endpoint_override", "endpoint"} {
		if s := ownIn(config, key, types); s.plainText() != "" {
			return s
		}
	}
	switch {
	case authType == "none" || authType == "http_basic" || authType == "admin_token":
		return auth["endpoint"]
	case types[0] == "identity" && !scoped(auth):
		return auth["auth_url"]
	}
	return setting{}
}

func scoped(auth section) bool {
	for _, key := range []string{"domain_id", "domain_name", "project_id", "project_name", "system_scope"} {
		if auth[key].value != nil {
			return true
		}
	}
	return false
}

// Endpoint is the URL of a service as options, environment and files give it,
// without a slash at the end. It is an error when they give none: then only the
// catalog knows.
func (c *Resolved) Endpoint(service string) (*url.URL, error) {
	types := allTypes(service)
	s := endpointOf(c.settings, c.auth, c.AuthType, types)
	text := s.plainText()
	if text == "" && c.unchosen != nil {
		return nil, c.unchosen
	}
	if text == "" {
		return nil, fault.New(fault.Failed, "cloud %q in %s has no endpoint for the %s service", c.Name, c.File, types[0]).
			WithHint("set auth.endpoint or %s_endpoint_override", underscored(types[0]))
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, wrong(s, "is not a URL such as http://host:port")
	case u.User != nil:
		// It would end up in logs and in the words of errors.
		return nil, wrong(s, "holds a user name or a password, which a URL must not")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, wrong(s, "has a query or a fragment, which an endpoint cannot have")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

func wrong(s setting, what string) error {
	code := fault.Failed
	if s.origin.Kind == FromOption || s.origin.Kind == FromEnvironment {
		code = fault.Usage
	}
	return fault.New(code, "%s: the endpoint %s", s.origin, what)
}

// pathOf is the path of a URL in small letters.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Path)
}
