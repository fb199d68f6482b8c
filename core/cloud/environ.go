package cloud

import (
	"strings"
)

// environ is the OS_ variables, and what the shell's own ones say.
type environ struct {
	vars map[string]string
	// said holds the variables that count for an option: empty ones do not.
	options []Option
}

func (r Request) environ() environ {
	e := environ{vars: map[string]string{}, options: Options()}
	for _, entry := range r.Environ {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "OS_") {
			e.vars[name] = value
		}
	}
	names := []string{"OS_CLOUD_NAME", "OS_FORCE_IPV4", "OS_PREFER_IPV6", "OS_INSECURE", "VALENCE_URL"}
	for _, o := range e.options {
		names = append(names, o.Env...)
	}
	for _, name := range names {
		if value := r.getenv(name); value != "" {
			e.vars[name] = value
		}
	}
	return e
}

// cloudName is the name of the cloud that the variables make up (rule 24).
func (e environ) cloudName() string {
	if name := e.vars["OS_CLOUD_NAME"]; name != "" {
		return name
	}
	return "envvars"
}

// relevant tells whether a variable says something about a cloud: not those
// that only choose one, and not those of test programs (rule 21).
func relevant(name string) bool {
	for _, other := range []string{"OS_TEST", "OS_STD", "OS_LOG"} {
		if strings.HasPrefix(name, other) {
			return false
		}
	}
	return strings.HasPrefix(name, "OS_")
}

func selects(name string) bool {
	switch name {
	case "OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME":
		return true
	}
	return false
}

// cloud is the entry that the variables make up: any key is possible, its name
// is the variable's without OS_ (rule 22). Nothing, when the variables only
// choose a cloud.
func (e environ) cloud() section {
	entry, says := section{}, false
	for name, value := range e.vars {
		if !relevant(name) {
			continue
		}
		says = says || !selects(name)
		key := strings.ToLower(strings.TrimPrefix(name, "OS_"))
		entry[key] = setting{value: value, origin: Origin{Kind: FromEnvironment, Name: name}}
	}
	if !says {
		return nil
	}
	return entry
}

// lookup is what the environment says for an option.
func (e environ) lookup(o Option) setting {
	for _, name := range o.Env {
		if value := e.vars[name]; value != "" {
			return setting{value: value, origin: Origin{Kind: FromEnvironment, Name: name}, layer: layerEnvironment}
		}
	}
	return setting{}
}
