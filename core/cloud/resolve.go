package cloud

import (
	"maps"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// resolver is one resolution on its way. Its steps run in the order of Resolve.
type resolver struct {
	Request
	given    map[string]string // options
	env      environ
	document section // clouds.yaml with secure.yaml over it
	clouds   section // of the document, and the one of the environment
	files    [2]file // clouds, secure
	envCloud bool    // the environment makes up a cloud

	name     string // of the cloud, or ""
	named    bool   // by an option or OS_CLOUD
	args     section
	profiles map[string]section
	config   section // without auth
	auth     section
	warnings []string
}

// Resolve finds the cloud and applies everything that is said about it. What is
// missing for signing in is no error here: Check and Credentials tell (so that
// the configuration can be shown before it is complete). A cloud or region that
// is not there is a fault.Usage error; a broken file is fault.Failed.
func Resolve(r Request) (*Resolved, error) {
	res := &resolver{Request: r, env: r.environ(), profiles: map[string]section{}}
	var err error
	if res.given, err = r.options(); err != nil {
		return nil, err
	}
	if r.Insecure && r.Verify {
		return nil, fault.New(fault.Usage, "--insecure and --verify cannot be used together")
	}
	res.arguments()
	if res.address() {
		return res.finish()
	}
	if err := res.load(); err != nil {
		return nil, err
	}
	if err := res.choose(); err != nil {
		return nil, err
	}
	return res.build()
}

// build makes the configuration of the chosen cloud.
func (res *resolver) build() (*Resolved, error) {
	steps := []func() error{res.base, res.region, res.overlay, res.fix}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return res.finish()
}

// arguments gathers what options and variables say, as openstackclient does:
// every variable that an option names counts like the option (rules 25, 80).
func (res *resolver) arguments() {
	res.args = section{"default_domain": {value: "default", origin: Origin{Kind: FromDefault}, layer: layerOption}}
	names := map[string]string{}
	for _, o := range res.env.options {
		if s := res.env.lookup(o); s.value != nil {
			res.args[o.Dest] = s
		}
		if !o.Hidden || names[o.Dest] == "" {
			names[o.Dest] = "--" + o.Name
		}
	}
	for dest, value := range res.given {
		name := names[dest]
		if name == "" {
			name = "--os-" + strings.ReplaceAll(dest, "_", "-")
		}
		res.args[dest] = setting{value: value, origin: Origin{Kind: FromOption, Name: name}, layer: layerOption}
	}
	for key, set := range map[string]bool{"insecure": res.Insecure, "verify": res.Verify} {
		if set {
			res.args[key] = setting{value: true, origin: Origin{Kind: FromOption, Name: "--" + key}, layer: layerOption}
		}
	}
	res.rename("endpoint_override", underscored(RackScale)+"_endpoint_override")
	// openstackclient says both, so that neither old nor new name in a file wins.
	for _, kind := range []string{"id", "name"} {
		if s, ok := res.args["project_"+kind]; ok {
			res.args["tenant_"+kind] = s
		}
	}
}

func (res *resolver) rename(from, to string) {
	if s, ok := res.args[from]; ok {
		delete(res.args, from)
		res.args[to] = s
	}
}

// take removes an argument that is not about the cloud's configuration.
func (res *resolver) take(key string) setting {
	s := res.args[key]
	delete(res.args, key)
	return s
}

// address deals with a command that has nothing but the URL of the service:
// then nobody signs in, and no file of somebody's is looked at, so that no
// secret of it is sent to that URL.
func (res *resolver) address() bool {
	override, ok := res.args[underscored(RackScale)+"_endpoint_override"]
	if !ok || res.args["cloud"].value != nil || res.env.cloud() != nil {
		return false
	}
	for _, o := range res.env.options {
		if _, given := res.args[o.Dest]; given && len(o.AuthTypes) > 0 || o.Dest == "auth_type" && given {
			return false
		}
	}
	res.take("client_config_file")
	res.take("client_secure_file")
	res.config, res.auth = res.defaults(), section{}
	res.config["auth_type"] = setting{value: "none", origin: Origin{Kind: Inferred, Name: override.origin.Name}}
	res.config["networks"] = setting{value: []setting{}}
	res.config["region_name"] = setting{value: ""}
	maps.Copy(res.config, res.args)
	return true
}

// load reads clouds.yaml and secure.yaml and adds the cloud of the environment.
func (res *resolver) load() error {
	for i, s := range []search{{name: "clouds", kind: FromFile}, {name: "secure", kind: FromSecure}} {
		key := []string{"client_config_file", "client_secure_file"}[i]
		first := res.take(key)
		s.first, s.of = first.plainText(), first.origin
		f, err := res.find(s)
		if err != nil {
			return err
		}
		res.files[i] = f
		res.warnings = append(res.warnings, f.strange...)
		top, err := res.topLevel(f)
		if err != nil {
			return err
		}
		res.document = res.document.merged(top)
	}
	entries, err := mapping(res.document["clouds"], "clouds", "a mapping of names to clouds")
	if err != nil {
		return err
	}
	res.clouds = maps.Clone(entries)
	if res.clouds == nil {
		res.clouds = section{}
	}
	return res.addEnvironment()
}

// topLevel is a file's mapping. An empty file is one without clouds (rule 9).
func (res *resolver) topLevel(f file) (section, error) {
	if f.path == "" || f.top.value == nil {
		return section{}, nil
	}
	top, ok := f.top.value.(section)
	if !ok {
		return nil, fault.New(fault.Failed, "%s holds %s, expected a mapping with the key clouds", f.path, kind(f.top.value))
	}
	if _, ok := top["clouds"]; !ok && len(top) > 0 {
		res.warn("%s has no key clouds", f.path)
	}
	return top, nil
}

func (res *resolver) addEnvironment() error {
	own := res.env.cloudName()
	if s, ok := res.clouds[own]; ok {
		return fault.New(fault.Usage, "%s defines a cloud %q, which is the name of the cloud that the environment makes up", s.origin, own).
			WithHint("rename it, or give the other a name with OS_CLOUD_NAME")
	}
	if entry := res.env.cloud(); entry != nil {
		res.clouds[own] = setting{value: entry, origin: Origin{Kind: FromEnvironment}}
		res.envCloud = true
	}
	return nil
}

// choose takes the cloud that was named, else the one of the environment, else
// the only one there is, else none (rules 18, 19, 23).
func (res *resolver) choose() error {
	if s := res.args["cloud"]; s.value != nil {
		res.name, res.named = s.plainText(), true
		if _, ok := res.clouds[res.name]; !ok {
			return res.notFound()
		}
		return nil
	}
	names := res.clouds.keys()
	switch {
	case res.envCloud:
		res.name = res.env.cloudName()
	case len(names) == 1:
		res.name = names[0]
	}
	return nil
}

func (res *resolver) notFound() error {
	names := slices.DeleteFunc(res.clouds.keys(), func(n string) bool { return res.envCloud && n == res.env.cloudName() })
	path := res.files[0].path
	if path == "" {
		path = res.files[1].path
	}
	for _, f := range res.files {
		if f.broken != nil {
			broken := fault.Of(f.broken)
			return fault.New(broken.Code, "%s", broken.Message).WithHint("it was passed over, and there is no cloud %q elsewhere", res.name)
		}
	}
	switch {
	case path == "":
		return fault.New(fault.Usage, "there is no cloud %q: no clouds.yaml was found", res.name).
			WithHint("looked in %s", strings.Join(res.dirs(), ", "))
	case len(names) == 0:
		return fault.New(fault.Usage, "there is no cloud %q: %s has no clouds", res.name, path)
	}
	e := fault.New(fault.Usage, "there is no cloud %q in %s", res.name, path)
	return e.WithHint("it has %s", strings.Join(names, ", "))
}

// mapping is a setting that must be a mapping or nothing.
func mapping(s setting, what, expected string) (section, error) {
	in, ok := s.value.(section)
	if !ok && s.value != nil {
		return nil, fault.New(fault.Failed, "%s: %s is %s, expected %s", s.origin, what, kind(s.value), expected)
	}
	return in, nil
}

func (s setting) plainText() string {
	text, _ := pyString(s.value)
	return text
}
