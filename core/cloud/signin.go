package cloud

import (
	"maps"
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// signIn works out what the auth type gets: a key beside auth comes before the
// same in auth, as in openstackclient (rule 59). What is wrong is kept for Check.
func (res *resolver) signIn(c *Resolved) {
	name, isText := res.config["auth_type"].value.(string)
	c.Auth, c.AuthType = map[string]any{}, canonicalType(name)
	if !isText {
		c.problem = fault.New(fault.Failed, "%s: auth_type is %s, expected a word such as password", res.config["auth_type"].origin, kind(res.config["auth_type"].value))
		return
	}
	methods := res.methods()
	t, ok := findAuthType(c.AuthType, methods)
	if !ok {
		c.problem = res.unknownType(c.AuthType, t.name)
		return
	}
	auth, rest := res.assign(t)
	if c.problem = res.foreign(t, rest); c.problem != nil {
		return
	}
	if c.problem = narrow(auth); c.problem != nil {
		return
	}
	c.auth = auth
	for key, s := range auth {
		if _, ok := pyString(s.value); !ok && key != "auth_methods" {
			c.problem = fault.New(fault.Failed, "%s: %s is %s, expected text", s.origin, key, kind(s.value))
			return
		}
		c.Auth[key] = s.plain()
	}
	c.problem = res.incomplete(c, t)
	for _, o := range res.env.options {
		if o.Prompt != "" && slices.Contains(t.options, o.Dest) && !slices.Contains(t.required, o.Dest) && c.Auth[o.key] == nil {
			c.Missing = append(c.Missing, o)
		}
	}
}

func (res *resolver) methods() []string {
	s := res.config["auth_methods"]
	if s.value == nil {
		s = res.auth["auth_methods"]
	}
	if s.value == nil {
		return nil
	}
	var names []string
	for _, item := range methodList(s) {
		names = append(names, item.plainText())
	}
	return names
}

func (res *resolver) unknownType(name, method string) error {
	if method != "" {
		name = method
	}
	var names []string
	for _, t := range authTypes() {
		names = append(names, t.name)
	}
	e := fault.New(fault.Failed, "%s: there is no auth_type %q", res.config["auth_type"].origin, name)
	if near := nearest(name, names); near != "" {
		return e.WithHint("did you mean %s?", near)
	}
	slices.Sort(names)
	return e.WithHint("it is one of %s", strings.Join(names, ", "))
}

// assign takes what the type knows out of the configuration. The second result
// is what is left in auth.
func (res *resolver) assign(t authType) (auth, rest section) {
	auth, rest = section{}, maps.Clone(res.auth)
	for _, o := range res.env.options {
		if !slices.Contains(t.options, o.Dest) {
			continue
		}
		won := res.winner(o)
		if won.value == nil && t.defaults[o.Dest] != "" {
			won = setting{value: t.defaults[o.Dest], origin: Origin{Kind: FromDefault}}
		}
		if o.Dest == "auth_methods" && won.value != nil {
			won.value = methodList(won)
		}
		for _, name := range append([]string{o.Dest, o.key}, o.once...) {
			delete(rest, name)
		}
		key := o.key
		if strings.HasPrefix(t.name, "v2") {
			key = strings.Replace(key, "project_", "tenant_", 1)
		}
		if won.value != nil && won.value != "" {
			auth[key] = expandedAuth(key, won, res.config)
		}
	}
	return auth, rest
}

// winner is the value of an option, beside auth before in it, by its name before
// its old ones.
func (res *resolver) winner(o Option) setting {
	for _, in := range []section{res.config, res.auth} {
		for _, name := range append([]string{o.Dest}, o.once...) {
			if s := in[name]; s.value != nil && s.value != "" {
				return s
			}
		}
	}
	return res.auth[o.key]
}

// expandedAuth fills in the URL that may hold a region; passwords stay as they
// are (rule 51).
func expandedAuth(key string, s setting, values section) setting {
	if key == "auth_url" {
		return expanded(s, values)
	}
	return s
}

// foreign is what is wrong with keys that the type does not know. Those of a
// file are mistakes; those of the environment, of a profile and of options may
// be meant for another type (rule 69).
func (res *resolver) foreign(t authType, rest section) error {
	for _, key := range rest.keys() {
		s := rest[key]
		switch {
		case s.value == nil:
		case s.origin.written():
			e := fault.New(fault.Failed, "%s: auth.%s is not an option of auth_type %s", s.origin, key, t.name)
			var names []string
			for _, o := range res.env.options {
				if slices.Contains(t.options, o.Dest) {
					names = append(names, o.key)
				}
			}
			if near := nearest(key, names); near != "" {
				return e.WithHint("did you mean %s?", near)
			}
			slices.Sort(names)
			return e.WithHint("it takes %s", strings.Join(names, ", "))
		case s.origin.Kind == FromOption:
			res.warn("%s is not used, because auth_type is %s", s.origin, t.name)
		}
	}
	return nil
}

// narrow leaves one scope: what an option says comes before the environment and
// that before the file; the whole system comes last among equals, as in
// keystoneauth, which refuses any other pair (rule 63).
func narrow(auth section) error {
	kinds := []struct {
		name string
		keys []string
	}{
		{"trust", []string{"trust_id"}},
		{"project", []string{"project_id", "project_name", "tenant_id", "tenant_name"}},
		{"domain", []string{"domain_id", "domain_name"}},
		{"system", []string{"system_scope"}},
	}
	layers, top := map[string]int{}, -1
	for _, k := range kinds {
		layers[k.name] = -1
		for _, key := range k.keys {
			if s, ok := auth[key]; ok {
				layers[k.name] = max(layers[k.name], scopeRank(s))
			}
		}
		top = max(top, layers[k.name])
	}
	var won []string
	for _, k := range kinds {
		if top >= 0 && layers[k.name] == top && (k.name != "system" || len(won) == 0) {
			won = append(won, k.name)
			continue
		}
		for _, key := range k.keys {
			delete(auth, key)
		}
	}
	if len(won) > 1 {
		return fault.New(fault.Usage, "cannot sign in to a %s and a %s at once", won[0], won[1]).WithHint("give only one of them")
	}
	return nil
}

// scopeRank puts regions, entries and profiles on one level: they are one
// person's idea of the cloud, only options and variables are meant for now.
func scopeRank(s setting) int {
	switch s.origin.Kind {
	case FromOption:
		return 2
	case FromEnvironment:
		return 1
	}
	return 0
}

// incomplete names everything that is missing and cannot be asked for (rules 70,
// 67, 73).
func (res *resolver) incomplete(c *Resolved, t authType) error {
	var missing []string
	has := func(key string) bool { return c.Auth[res.authKey(key)] != nil }
	for _, key := range t.required {
		if !has(key) {
			missing = append(missing, key)
		}
	}
	for _, group := range t.anyOf {
		if !slices.ContainsFunc(group, has) {
			missing = append(missing, strings.Join(group, " or "))
		}
	}
	if t.userDomain && has("username") && !has("user_domain_id") && !has("user_domain_name") {
		missing = append(missing, "user_domain_name or user_domain_id")
	}
	if t.projectDomain && has("project_name") && !has("project_domain_id") && !has("project_domain_name") {
		missing = append(missing, "project_domain_name or project_domain_id")
	}
	if len(missing) == 0 {
		return nil
	}
	what := "auth_type " + t.name
	if res.name != "" {
		what += " of cloud " + res.name
	}
	first := strings.Split(missing[0], " ")[0]
	return fault.New(fault.Denied, "%s needs %s", what, strings.Join(missing, ", ")).
		WithHint("set auth.%s in clouds.yaml, --os-%s or OS_%s", first, strings.ReplaceAll(first, "_", "-"), strings.ToUpper(first))
}

func (res *resolver) authKey(dest string) string {
	for _, o := range res.env.options {
		if o.Dest == dest && o.key != "" {
			return o.key
		}
	}
	return dest
}
