package cloud

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/valence-rsd/valence/core/fault"
)

// forceIPv4 looks at the cloud, then at the variables, then at the section
// client of the file (rule 81).
func (res *resolver) forceIPv4() bool {
	client := normalized(res.document.inner("client"))
	look := func(variable, key, old string) (setting, bool) {
		if value, ok := res.env.vars[variable]; ok {
			return setting{value: value}, true
		}
		s, ok := client[key]
		if !ok {
			s, ok = client[old]
		}
		return s, ok
	}
	force, _ := look("OS_FORCE_IPV4", "force_ipv4", "broken_ipv6")
	prefer, said := look("OS_PREFER_IPV6", "prefer_ipv6", "prefer_ipv6")
	out := isTrue(force.value) || said && !isTrue(prefer.value)
	if s, ok := res.config["force_ipv4"]; ok {
		out = isTrue(s.value)
	}
	if s, ok := res.config["prefer_ipv6"]; ok && !isTrue(s.value) {
		out = true
	}
	delete(res.config, "force_ipv4")
	delete(res.config, "prefer_ipv6")
	return out
}

// tls reads what is said of certificates. An option comes before insecure in a
// file, which in turn comes before all else (rule 76).
func (res *resolver) tls(c *Resolved) TLS {
	path := func(key string) string { return res.expandHome(res.config.text(key)) }
	t := TLS{CACert: path("cacert"), Cert: path("cert")}
	if t.Cert != "" {
		t.Key = path("key")
	}
	verify, isPath := verifies(res.config["verify"].value)
	insecure := res.config["insecure"]
	if res.config["verify"].layer == layerOption && insecure.layer < layerOption && isTrue(insecure.value) {
		insecure.value = false
		res.config["insecure"] = insecure
	}
	t.Insecure = isTrue(insecure.value) || !verify
	if isPath && t.CACert == "" {
		t.CACert = path("verify")
	}
	if t.Insecure && res.config.text("cacert") != "" {
		res.warn("cacert of cloud %q is ignored, because the server is not verified", c.Name)
		t.CACert = ""
	}
	return t
}

// verifies reads verify: a truth value, as a word too, or a path (rules 46, 77).
func verifies(v any) (verify, isPath bool) {
	text, ok := v.(string)
	if !ok {
		on, isBool := v.(bool)
		return on || !isBool, false
	}
	switch strings.ToLower(text) {
	case "false", "no", "off", "0":
		return false, false
	case "true", "yes", "on", "1", "":
		return true, false
	}
	return true, true
}

// seconds reads a length of time.
func seconds(s setting, what string) (time.Duration, error) {
	text := strings.TrimSpace(s.plainText())
	if s.value == nil || text == "" {
		return 0, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= 1e9) {
		return 0, fault.New(fault.Failed, "%s: %s must be a number of seconds", s.origin, what)
	}
	return time.Duration(f * float64(time.Second)), nil
}

// cache reads the section cache (rule 82).
func (res *resolver) cache() (Cache, error) {
	in, err := mapping(res.document["cache"], "cache", "a mapping")
	if err != nil {
		return Cache{}, err
	}
	in = normalized(in)
	c := Cache{Auth: isTrue(in["auth"].value), Class: "dogpile.cache.null", Arguments: in.inner("arguments").plain(), Expirations: stringified(in.inner("expiration")).plain()}
	age, ok := in["expiration_time"]
	if !ok {
		age = in["max_age"]
	}
	if c.Expiration, err = seconds(age, "expiration_time"); err != nil {
		return Cache{}, err
	}
	if c.Expiration > 0 {
		c.Class = "dogpile.cache.memory"
	}
	if s := in["class"]; s.value != nil {
		c.Class = s.plainText()
	}
	if c.Path = res.expandHome(in.text("path")); c.Path == "" && res.cacheDir() != "" {
		c.Path = filepath.Join(res.cacheDir(), "openstack")
	}
	return c, nil
}

// noteVersions warns of versions that are words (rule 54).
func (res *resolver) noteVersions() {
	for _, key := range res.config.keys() {
		s := res.config[key]
		if strings.HasSuffix(key, "_api_version") && strings.Contains(s.plainText(), "latest") {
			res.warn("%s: %s must be a number, so latest is ignored", s.origin, key)
		}
	}
}
