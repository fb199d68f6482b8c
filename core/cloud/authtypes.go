package cloud

import "slices"

// authType is a way to sign in: the options it takes, by Option.Dest, and what
// must be there before it can be tried.
type authType struct {
	name     string
	options  []string
	required []string
	anyOf    [][]string // one of each group
	defaults map[string]string
	// An option that has a prompt is asked for unless it is required.

	userDomain    bool // a user's name needs its domain
	projectDomain bool // a project's name needs its domain
}

// authTypes is the table of 3.9.
func authTypes() []authType {
	scope := []string{"auth_url", "system_scope", "domain_id", "domain_name", "project_id", "project_name",
		"project_domain_id", "project_domain_name", "trust_id"}
	generic := append(slices.Clone(scope), "default_domain_id", "default_domain_name")
	user := []string{"user_id", "username", "user_domain_id", "user_domain_name"}
	v2 := []string{"auth_url", "project_id", "project_name", "trust_id"}
	federated := append(slices.Clone(scope), "identity_provider", "protocol")
	oidc := append(slices.Clone(federated), "client_id", "client_secret", "openid_scope", "access_token_endpoint",
		"discovery_endpoint", "access_token_type")
	url, who := []string{"auth_url"}, [][]string{{"username", "user_id"}}
	idp := []string{"auth_url", "identity_provider", "protocol"}
	oidcScope, oidcURL := map[string]string{"openid_scope": "openid profile"}, [][]string{{"access_token_endpoint", "discovery_endpoint"}}
	return []authType{
		{name: "password", options: slices.Concat(generic, user, []string{"password"}), required: url, anyOf: who},
		{name: "token", options: slices.Concat(generic, []string{"token"}), required: []string{"auth_url", "token"}},
		{name: "none", options: []string{"endpoint"}},
		{name: "http_basic", options: []string{"username", "password", "endpoint"}, required: []string{"username"}},
		{name: "admin_token", options: []string{"endpoint", "token"}, required: []string{"endpoint", "token"}},
		{name: "v3password", options: slices.Concat(scope, user, []string{"password"}), required: url, anyOf: who,
			userDomain: true, projectDomain: true},
		{name: "v3token", options: slices.Concat(scope, []string{"token"}), required: []string{"auth_url", "token"}, projectDomain: true},
		{name: "v3applicationcredential", options: slices.Concat(scope, user,
			[]string{"application_credential_secret", "application_credential_id", "application_credential_name"}),
			required: []string{"auth_url", "application_credential_secret"},
			anyOf:    [][]string{{"application_credential_id", "application_credential_name"}}, userDomain: true, projectDomain: true},
		{name: "v3totp", options: slices.Concat(scope, user, []string{"passcode"}), required: url, anyOf: who,
			userDomain: true, projectDomain: true},
		{name: "v3multifactor", options: slices.Concat(scope, []string{"auth_methods"}), required: []string{"auth_url", "auth_methods"},
			userDomain: true, projectDomain: true},
		{name: "v3tokenlessauth", options: []string{"auth_url", "domain_id", "domain_name", "project_id", "project_name",
			"project_domain_id", "project_domain_name"}, required: url},
		{name: "v3oidcpassword", options: slices.Concat(oidc, []string{"username", "password"}),
			required: slices.Concat(idp, []string{"username", "password"}), anyOf: oidcURL, defaults: oidcScope, projectDomain: true},
		{name: "v3oidcclientcredentials", options: oidc, required: idp, anyOf: oidcURL, defaults: oidcScope, projectDomain: true},
		{name: "v3oidcauthcode", options: slices.Concat(oidc, []string{"redirect_uri", "code"}),
			required: slices.Concat(idp, []string{"code"}), anyOf: oidcURL, defaults: oidcScope, projectDomain: true},
		{name: "v3oidcaccesstoken", options: slices.Concat(federated, []string{"access_token"}),
			required: slices.Concat(idp, []string{"access_token"}), projectDomain: true},
		{name: "v3oidcdeviceauthz", options: slices.Concat(oidc, []string{"device_authorization_endpoint"}),
			required: idp, anyOf: oidcURL, defaults: oidcScope, projectDomain: true},
		{name: "v3samlpassword", options: slices.Concat(federated, []string{"identity_provider_url", "username", "password"}),
			required: slices.Concat(idp, []string{"identity_provider_url", "username", "password"}), projectDomain: true},
		{name: "v3adfspassword", options: slices.Concat(federated, []string{"identity_provider_url",
			"service_provider_endpoint", "service_provider_entity_id", "username", "password"}),
			required: slices.Concat(idp, []string{"identity_provider_url", "service_provider_endpoint",
				"service_provider_entity_id", "username", "password"}), projectDomain: true},
		{name: "v3oauth1", options: []string{"auth_url", "consumer_key", "consumer_secret", "access_key", "access_secret"},
			required: []string{"auth_url", "consumer_key", "consumer_secret", "access_key", "access_secret"}},
		{name: "v2password", options: slices.Concat(v2, []string{"username", "user_id", "password"}), required: url, anyOf: who},
		{name: "v2token", options: slices.Concat(v2, []string{"token"}), required: []string{"auth_url", "token"}},
	}
}

// findAuthType looks a type up by its canonical name. For v3multifactor the
// options of its methods are added (rule 72).
func findAuthType(name string, methods []string) (authType, bool) {
	types := authTypes()
	find := func(name string) (authType, bool) {
		i := slices.IndexFunc(types, func(t authType) bool { return t.name == name })
		if i < 0 {
			return authType{}, false
		}
		return types[i], true
	}
	t, ok := find(name)
	if name != "v3multifactor" {
		return t, ok
	}
	for _, method := range methods {
		m, known := find(method)
		if !known || method == name {
			return authType{name: method}, false
		}
		t.options = append(t.options, m.options...)
		t.required = append(t.required, m.required...)
		t.anyOf = append(t.anyOf, m.anyOf...)
	}
	slices.Sort(t.required)
	t.required = slices.Compact(t.required)
	return t, true
}

// canonicalType is the name under which a type is known (rule 64).
func canonicalType(name string) string {
	switch name {
	case "", "None":
		return "none"
	case "token_endpoint":
		return "admin_token"
	}
	return name
}
