package cloud

import (
	"fmt"
	"strings"
)

// fix brings old and odd spellings into one form, in openstacksdk's order.
func (res *resolver) fix() error {
	res.fixTimeout()
	res.fixAuthType()
	res.moveAuth()
	res.fixInterfaces()
	if err := res.fixNetworks(); err != nil {
		return err
	}
	res.spreadDomain()
	for _, key := range []string{"insecure", "cache"} {
		if s, ok := res.config[key]; ok {
			s.value = isTrue(s.value)
			res.config[key] = s
		}
	}
	if s := res.config["auth_methods"]; s.value != nil {
		s.value = methodList(s)
		res.config["auth_methods"] = s
	}
	res.config, res.auth = stringified(res.config), stringified(res.auth)
	res.infer()
	res.ignoreDomainsOfV2()
	res.defaultDomain()
	if s := res.auth["auth_url"]; s.value != nil {
		res.auth["auth_url"] = expanded(s, res.config)
	}
	res.expand()
	return nil
}

// fixTimeout makes any *timeout the API's: the last one counts (rule 48).
func (res *resolver) fixTimeout() {
	var last *setting
	for _, key := range res.config.keys() {
		if s := res.config[key]; strings.HasSuffix(key, "timeout") && key != "timeout" && key != "api_timeout" {
			delete(res.config, key)
			if s.value != nil && (last == nil || s.after(*last)) {
				last = &s
			}
		}
	}
	if last != nil {
		res.config["api_timeout"] = *last
	}
}

// fixAuthType drops auth_plugin, the old name, which openstacksdk reads and then
// overrides with its own default (rules 27, 64).
func (res *resolver) fixAuthType() {
	old, ok := res.config["auth_plugin"]
	if !ok {
		return
	}
	delete(res.config, "auth_plugin")
	res.warn("%s: auth_plugin is an old name that does nothing; write auth_type", old.origin)
}

// move is a key of auth and the names it goes by, the weakest first.
type move struct {
	to   string
	from []string
}

func moves(v2 bool) []move {
	list := []move{
		{"domain_id", []string{"domain_id"}}, {"domain_name", []string{"domain_name"}},
		{"user_domain_id", []string{"user_domain_id"}}, {"user_domain_name", []string{"user_domain_name"}},
		{"project_domain_id", []string{"project_domain_id"}}, {"project_domain_name", []string{"project_domain_name"}},
		{"token", []string{"auth_token", "token"}}, {"passcode", []string{"passcode"}},
	}
	for _, what := range []string{"id", "name"} {
		m := move{"project_" + what, []string{"tenant_" + what, "project_" + what}}
		if v2 {
			m = move{m.from[0], []string{m.from[1], m.from[0]}}
		}
		list = append(list, m)
	}
	return list
}

// moveAuth moves the keys that may stand beside auth into it. There they come
// first, as options and variables stand there too (rules 58, 59, 60).
func (res *resolver) moveAuth() {
	for _, m := range moves(res.config.text("auth_type") == "v2password") {
		var target setting
		for _, key := range m.from {
			for _, in := range []section{res.auth, res.config} {
				if s, ok := in[key]; ok {
					target = s
					delete(in, key)
				}
			}
		}
		text, isText := pyString(target.value)
		switch {
		case isText && text != "":
			target.value = text
			res.auth[m.to] = target
		case !isText && target.value != nil:
			res.auth[m.to] = target // validation says what is wrong with it
		}
	}
}

// fixInterfaces reads endpoint_type as interface. Of the two, the later one
// counts; beside the default of interface that is always endpoint_type (rule
// 49), but never against an option.
func (res *resolver) fixInterfaces() {
	for _, key := range res.config.keys() {
		if !strings.HasSuffix(key, "endpoint_type") {
			continue
		}
		s, to := res.config[key], strings.Replace(key, "endpoint_type", "interface", 1)
		delete(res.config, key)
		own, ok := res.config[to]
		plain := to == "interface" && own.layer <= layerRegion
		if !ok || plain || s.after(own) {
			res.config[to] = s
		}
	}
}

// spreadDomain makes one domain stand for that of the user and of the project,
// where there is a project; else it is what the user works in (rule 61).
func (res *resolver) spreadDomain() {
	_, byID := res.auth["project_id"]
	_, byName := res.auth["project_name"]
	if !byID && !byName {
		return
	}
	for _, how := range []string{"id", "name"} {
		domain, ok := res.auth["domain_"+how]
		delete(res.auth, "domain_"+how)
		for _, key := range []string{"user_domain_" + how, "project_domain_" + how} {
			if _, has := res.auth[key]; ok && !has {
				res.auth[key] = domain
			}
		}
	}
}

// defaultDomain fills missing domains as openstackclient does (rule 62).
func (res *resolver) defaultDomain() {
	domain := res.config["default_domain"]
	fits := res.config.text("identity_api_version") == "3" && domain.plainText() != ""
	switch res.config.text("auth_type") {
	case "password", "v3password", "v3totp":
	default:
		fits = false
	}
	for _, of := range []string{"project", "user"} {
		id, name := of+"_domain_id", of+"_domain_name"
		if fits && res.auth.text(id) == "" && res.auth.text(name) == "" {
			res.auth[id] = domain
		}
	}
}

// ignoreDomainsOfV2 drops what version 2 of the identity API does not know, and
// gives the project its old names (rule 74).
func (res *resolver) ignoreDomainsOfV2() {
	kind := res.config.text("auth_type")
	if strings.HasPrefix(kind, "v2") {
		for _, what := range []string{"id", "name"} {
			if s, ok := res.auth["project_"+what]; ok {
				res.auth["tenant_"+what] = s
			}
		}
	}
	if !strings.HasPrefix(res.config.text("identity_api_version"), "2") || !strings.HasSuffix(kind, "password") {
		return
	}
	for _, key := range []string{"project_domain_id", "project_domain_name", "user_domain_id", "user_domain_name"} {
		if s, ok := res.auth[key]; ok {
			delete(res.auth, key)
			res.warn("%s: %s is ignored, because identity_api_version is 2", s.origin, key)
		}
	}
}

// infer chooses how to sign in where nobody said and the default would fail: a
// token or an application credential is a sign of its own (rules 27, 67).
func (res *resolver) infer() {
	s := res.config["auth_type"]
	if s.layer != layerDefault || s.value != "password" {
		return
	}
	has := func(keys ...string) string {
		for _, key := range keys {
			if res.auth.text(key) != "" || res.config.text(key) != "" {
				return key
			}
		}
		return ""
	}
	credential := has("application_credential_secret", "application_credential_id", "application_credential_name")
	choose := func(name, sign string) {
		res.config["auth_type"] = setting{value: name, origin: Origin{Kind: Inferred, Name: sign}}
	}
	switch {
	case has("password") != "":
	case credential != "":
		choose("v3applicationcredential", credential)
	case has("token") != "" && has("username", "user_name", "user_id") == "":
		choose("token", "token")
	}
}

// methodList reads auth_methods, a list or words with commas (rule 47).
func methodList(s setting) []setting {
	if list, ok := s.value.([]setting); ok {
		return list
	}
	var out []setting
	for name := range strings.SplitSeq(fmt.Sprint(s.plain()), ",") {
		s.value = name
		out = append(out, s)
	}
	return out
}
