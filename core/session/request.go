package session

import (
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// kind is an auth type without the version in front: there is no other.
func kind(authType string) string { return strings.TrimPrefix(authType, "v3") }

// methods are Keystone's names of the ways to prove who one is that an auth
// type stands for.
func methods(authType string, listed []string) ([]string, error) {
	switch kind(authType) {
	case "password", "token", "totp":
		return []string{kind(authType)}, nil
	case "applicationcredential":
		return []string{"application_credential"}, nil
	case "multifactor":
		return union(listed)
	}
	return nil, fault.New(fault.Denied, "valence cannot sign in with auth_type %s", authType).
		WithHint("it can with password, token, v3applicationcredential, v3totp, v3multifactor, http_basic, admin_token and none")
}

func union(listed []string) ([]string, error) {
	var all []string
	for _, one := range listed {
		if kind(one) == "multifactor" {
			return nil, fault.New(fault.Denied, "auth_methods must not name v3multifactor itself")
		}
		names, err := methods(one, nil)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(all, names[0]) {
			all = append(all, names[0])
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Denied, "auth_type v3multifactor needs auth_methods, such as v3password,v3totp")
	}
	return all, nil
}

type object = map[string]any

// request is what is sent to get a token. gophercloud's own cannot hold a trust
// together with another's password, the user of each of several methods, or what
// is left to prove after a receipt; so this is a tokens.AuthOptionsBuilder for
// all of Keystone v3 (Identity API v3, "Authentication and token management").
type request struct {
	auth    map[string]string
	methods []string
}

// CanReauth is asked by gophercloud: signing in again is the session's work.
func (r request) CanReauth() bool { return false }

// ToTokenV3HeadersMap gives no headers.
func (r request) ToTokenV3HeadersMap(map[string]any) (map[string]string, error) { return nil, nil }

// ToTokenV3CreateMap is the body of the request.
func (r request) ToTokenV3CreateMap(scope map[string]any) (map[string]any, error) {
	identity := object{"methods": r.methods}
	for _, method := range r.methods {
		identity[method] = r.proof(method)
	}
	auth := object{"identity": identity}
	if scope != nil {
		auth["scope"] = scope
	}
	return object{"auth": auth}, nil
}

// proof is what a method has to show.
func (r request) proof(method string) object {
	switch method {
	case "token":
		return object{"id": r.auth["token"]}
	case "application_credential":
		return r.applicationCredential()
	case "totp":
		return object{"user": r.user("passcode")}
	default:
		return object{"user": r.user("password")}
	}
}

func (r request) applicationCredential() object {
	proof := object{"secret": r.auth["application_credential_secret"]}
	if id := r.auth["application_credential_id"]; id != "" {
		proof["id"] = id
		return proof
	}
	proof["name"] = r.auth["application_credential_name"]
	proof["user"] = r.user("")
	return proof
}

// user is who signs in: an id, or a name with a domain.
func (r request) user(secret string) object {
	user := object{}
	if id := r.auth["user_id"]; id != "" {
		user["id"] = id
	} else {
		user["name"] = r.auth["username"]
		if domain := r.domain("user_domain"); domain != nil {
			user["domain"] = domain
		}
	}
	if secret != "" {
		user[secret] = r.auth[secret]
	}
	return user
}

// domain is a domain by id or name, the default one where none is given.
func (r request) domain(prefix string) object {
	for _, p := range []string{prefix, "default_domain"} {
		for _, by := range []string{"id", "name"} {
			if value := r.auth[p+"_"+by]; value != "" {
				return object{by: value}
			}
		}
	}
	return nil
}

// ToTokenV3ScopeMap is what the token is for. An application credential has a
// project of its own; without any scope Keystone takes the user's default
// project, if there is one.
func (r request) ToTokenV3ScopeMap() (map[string]any, error) {
	if slices.Contains(r.methods, "application_credential") {
		return nil, nil
	}
	scopes := r.scopes()
	if len(scopes) > 1 {
		return nil, fault.New(fault.Denied, "a token is for one of a trust, the system, a project or a domain, not for several").
			WithHint("give only one of trust_id, system_scope, project_id or project_name, and domain_id or domain_name")
	}
	if len(scopes) == 0 {
		return nil, nil
	}
	return scopes[0], nil
}

func (r request) scopes() []object {
	var scopes []object
	if id := r.auth["trust_id"]; id != "" {
		scopes = append(scopes, object{"OS-TRUST:trust": object{"id": id}})
	}
	if system := r.auth["system_scope"]; system != "" {
		scopes = append(scopes, object{"system": object{system: true}}) // all is the only one
	}
	if project := r.project(); project != nil {
		scopes = append(scopes, object{"project": project})
	}
	for _, by := range []string{"id", "name"} {
		if value := r.auth["domain_"+by]; value != "" {
			return append(scopes, object{"domain": object{by: value}})
		}
	}
	return scopes
}

func (r request) project() object {
	if id := r.auth["project_id"]; id != "" {
		return object{"id": id}
	}
	name := r.auth["project_name"]
	if name == "" {
		return nil
	}
	project := object{"name": name}
	if domain := r.domain("project_domain"); domain != nil {
		project["domain"] = domain
	}
	return project
}
