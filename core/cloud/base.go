package cloud

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

func (res *resolver) warn(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(res.warnings, text) {
		res.warnings = append(res.warnings, text)
	}
}

// defaults are the built-in values (rule 55).
func (res *resolver) defaults() section {
	out := section{}
	for key, value := range map[string]any{
		"api_timeout": nil, "verify": true, "cacert": nil, "cert": nil, "key": nil,
		"auth_type": "password", "interface": "public", "status": "active", "message": "",
		"baremetal_status_code_retries": 5, "baremetal_introspection_status_code_retries": 5,
		"image_status_code_retries": 5, "image_api_use_tasks": false, "image_format": "qcow2",
		"disable_vendor_agent": section{}, "floating_ip_source": "neutron", "secgroup_source": "neutron",
		"network_api_version": "2", "object_store_api_version": "1",
	} {
		out[key] = setting{value: value, origin: Origin{Kind: FromDefault}}
	}
	if res.args["endpoint"].value != nil && res.args["token"].value != nil {
		// Nothing to ask Keystone for: both halves of its answer are here.
		out["auth_type"] = setting{value: "admin_token", origin: Origin{Kind: Inferred, Name: "endpoint and token"}}
	}
	return out
}

// base lays the cloud's entry over its profile, and that over the defaults
// (rule 30).
func (res *resolver) base() error {
	res.config, res.auth = res.defaults(), section{}
	entry, err := res.entry()
	if err != nil {
		return err
	}
	profile, err := res.profile(entry)
	if err != nil {
		return err
	}
	if err := res.lay(profile, layerProfile); err != nil {
		return err
	}
	if err := res.lay(entry, layerEntry); err != nil {
		return err
	}
	delete(res.config, "cloud")
	delete(res.config, "regions")
	return nil
}

// entry is the cloud's own settings with _ for - in all keys.
func (res *resolver) entry() (section, error) {
	s := res.clouds[res.name]
	entry, err := mapping(s, fmt.Sprintf("cloud %q", res.name), "a mapping")
	if err != nil {
		return nil, err
	}
	return normalized(entry), nil
}

// lay puts settings over the configuration: auth key by key, all else whole.
func (res *resolver) lay(settings section, layer int) error {
	settings = settings.at(layer)
	auth, err := mapping(settings["auth"], "auth", "a mapping")
	if err != nil {
		return err
	}
	res.auth.put(auth)
	delete(settings, "auth")
	res.config.put(settings)
	return nil
}

// normalized writes _ for - in the keys of all mappings. Lists are left alone,
// but for the regions, whose values become keys of the cloud (rule 44).
func normalized(in section) section {
	out := make(section, len(in))
	for _, key := range in.keys() {
		item, name := in[key], underscored(key)
		switch v := item.value.(type) {
		case section:
			item.value = normalized(v)
		case []setting:
			if name == "regions" {
				item.value = normalizedList(v)
			}
		}
		if before, twice := out[name]; twice && before.after(item) {
			continue
		}
		out[name] = item
	}
	return out
}

func normalizedList(list []setting) []setting {
	out := slices.Clone(list)
	for i := range out {
		if in, ok := out[i].value.(section); ok {
			out[i].value = normalized(in)
		}
	}
	return out
}

// stringified turns numbers into text, as they are written in Python (rule 45).
func stringified(in section) section {
	out := make(section, len(in))
	for key, item := range in {
		switch v := item.value.(type) {
		case section:
			item.value = stringified(v)
		case int:
			if key != "api_timeout" && key != "verbose_level" {
				item.value, _ = pyString(v)
			}
		case float64:
			item.value, _ = pyString(v)
		}
		out[key] = item
	}
	return out
}

// overlay applies options and variables, and says which variables changed a
// named cloud (rule 25).
func (res *resolver) overlay() error {
	if err := res.noteOverrides(); err != nil {
		return err
	}
	res.config.put(res.args)
	return nil
}

func (res *resolver) noteOverrides() error {
	if !res.named {
		return nil
	}
	var names []string
	for key, s := range res.args {
		if s.origin.Kind == FromEnvironment && key != "cloud" && res.changes(key, s) && !slices.Contains(names, s.origin.Name) {
			names = append(names, s.origin.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	text := fmt.Sprintf("the environment overrides cloud %q: %s", res.name, strings.Join(names, ", "))
	if res.getenv("VALENCE_STRICT_CLOUD") == "1" {
		return fault.New(fault.Usage, "%s", text).WithHint("unset the variables, or VALENCE_STRICT_CLOUD")
	}
	res.warn("%s", text)
	return nil
}

// completing are what a cloud may leave to the environment, to be kept out of
// files: where it has none of its own, a variable overrides nothing.
var completing = []string{"password", "passcode", "application_credential_secret"}

// changes tells whether an argument says something else than the cloud does.
func (res *resolver) changes(key string, s setting) bool {
	alias := strings.Replace(key, "project_", "tenant_", 1)
	if key == underscored(RackScale)+"_endpoint_override" {
		auth := maps.Clone(res.auth)
		if own, ok := res.config["endpoint"]; ok {
			auth["endpoint"] = own
		}
		own := endpointOf(res.config, auth, canonicalType(res.config.text("auth_type")), allTypes(RackScale))
		return own.plainText() != "" && own.plainText() != s.plainText()
	}
	has := false
	for _, k := range []string{key, alias} {
		for _, in := range []section{res.config, res.auth} {
			own := in[k]
			if own.value != nil && own.plainText() == s.plainText() {
				return false
			}
			has = has || own.value != nil
		}
	}
	return has || !slices.Contains(completing, key)
}
