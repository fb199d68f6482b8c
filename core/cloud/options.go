package cloud

import "strings"

// Option is a global option of the command line, and the variable that stands
// in for it.
type Option struct {
	Name      string   // as on the command line, without the dashes
	Dest      string   // in Request.Options and in the configuration
	Env       []string // the first that is set counts
	Help      string
	Prompt    string // what to ask for when it is missing, or ""
	Secret    bool   // never shown
	Bool      bool   // takes no value; Request has a field for it
	Hidden    bool   // an old spelling, or for other programs: not in help
	Choices   []string
	AuthTypes []string // that take it; none: not about signing in

	key  string   // in auth, where it is not Dest
	once []string // old names that still count (rule 60)
}

// Options is the table of global options: those about the cloud, then those
// about signing in, by name (reference: keystoneauth's plugins, rule tables of
// 3.9). A new table each time, so that nobody can change another's.
func Options() []Option {
	all := append(cloudOptions(), signInOptions()...)
	users := map[string][]string{}
	for _, t := range authTypes() {
		for _, name := range t.options {
			users[name] = append(users[name], t.name)
		}
	}
	for i := range all {
		o := &all[i]
		if o.Dest == "" {
			o.Dest = underscored(strings.TrimPrefix(o.Name, "os-"))
		}
		if o.Env == nil && strings.HasPrefix(o.Name, "os-") {
			o.Env = []string{strings.ToUpper(underscored(o.Name))}
		}
		if o.key == "" {
			o.key = o.Dest
		}
		o.AuthTypes = users[o.Dest]
	}
	return all
}

func cloudOptions() []Option {
	return []Option{
		{Name: "os-cloud", Help: "Cloud of clouds.yaml to talk to."},
		{Name: "os-client-config-file", Help: "Read clouds from this file first."},
		{Name: "os-client-secure-file", Help: "Read secrets from this file first."},
		{Name: "os-region-name", Help: "Region to work in."},
		{Name: "os-interface", Help: "Kind of endpoint to use.", Choices: []string{"admin", "internal", "public"}},
		{Name: "os-endpoint-override", Env: []string{"VALENCE_URL"}, Help: "URL of the Valence service."},
		{Name: "os-cacert", Help: "File of certificates of authorities to trust."},
		{Name: "os-cert", Help: "File with the certificate of this client."},
		{Name: "os-key", Help: "File with the key of this client's certificate."},
		{Name: "verify", Bool: true, Env: []string{}, Help: "Check the server's certificate (default)."},
		{Name: "insecure", Bool: true, Env: []string{}, Help: "Do not check the server's certificate."},
		{Name: "os-default-domain", Help: "Domain of user and project where none is given."},
		{Name: "os-identity-api-version", Help: "Version of the identity API."},
		{Name: "os-rack-scale-api-version", Help: "Version of the Valence API."},
		{Name: "os-auth-type", Help: "How to sign in: password, token, v3applicationcredential, none and others."},
		{Name: "os-service-provider", Help: "Keystone to go on to, once signed in."},
		{Name: "os-remote-project-id", Help: "Project at the service provider, by id."},
		{Name: "os-remote-project-name", Help: "Project at the service provider, by name."},
		{Name: "os-remote-project-domain-id", Help: "Domain of that project, by id."},
		{Name: "os-remote-project-domain-name", Help: "Domain of that project, by name."},
		{Name: "os-tenant-id", Dest: "project_id", Env: []string{}, Hidden: true, Help: "Old name of --os-project-id."},
		{Name: "os-tenant-name", Dest: "project_name", Env: []string{}, Hidden: true, Help: "Old name of --os-project-name."},
		{Name: "os-compute-api-version", Hidden: true, Help: "For other programs."},
		{Name: "os-image-api-version", Hidden: true, Help: "For other programs."},
		{Name: "os-network-api-version", Hidden: true, Help: "For other programs."},
		{Name: "os-object-api-version", Hidden: true, Help: "For other programs."},
		{Name: "os-volume-api-version", Hidden: true, Help: "For other programs."},
	}
}

func signInOptions() []Option {
	return []Option{
		{Name: "os-auth-url", Help: "URL of Keystone."},
		{Name: "os-username", Help: "Name of the user.", once: []string{"user_name"}},
		{Name: "os-user-id", Help: "Id of the user."},
		{Name: "os-user-domain-name", Help: "Domain of the user, by name."},
		{Name: "os-user-domain-id", Help: "Domain of the user, by id."},
		{Name: "os-password", Secret: true, Prompt: "Password: ", Help: "Password of the user; better left out, then it is asked for."},
		{Name: "os-passcode", Secret: true, Prompt: "TOTP passcode: ", Help: "One-time passcode of the user."},
		{Name: "os-project-name", Env: []string{"OS_PROJECT_NAME", "OS_TENANT_NAME"}, Help: "Project to work in, by name.", once: []string{"tenant_name"}},
		{Name: "os-project-id", Env: []string{"OS_PROJECT_ID", "OS_TENANT_ID"}, Help: "Project to work in, by id.", once: []string{"tenant_id"}},
		{Name: "os-project-domain-name", Help: "Domain of the project, by name."},
		{Name: "os-project-domain-id", Help: "Domain of the project, by id."},
		{Name: "os-domain-name", Help: "Domain to work in instead of a project, by name."},
		{Name: "os-domain-id", Help: "Domain to work in instead of a project, by id."},
		{Name: "os-system-scope", Help: "Work on the whole system: all."},
		{Name: "os-trust-id", Help: "Trust to act under."},
		{Name: "os-default-domain-id", Help: "Domain of user and project with Keystone 3, by id."},
		{Name: "os-default-domain-name", Help: "Domain of user and project with Keystone 3, by name."},
		{Name: "os-token", Secret: true, Help: "Token to sign in with."},
		{Name: "os-application-credential-id", Help: "Application credential, by id."},
		{Name: "os-application-credential-name", Help: "Application credential, by name; needs the user."},
		{Name: "os-application-credential-secret", Secret: true, Help: "Secret of the application credential."},
		{Name: "os-auth-methods", Help: "Ways to sign in that v3multifactor puts together, with commas."},
		{Name: "os-endpoint", Help: "URL of every service, where nobody signs in.", once: []string{"url"}},
		{Name: "os-identity-provider", Help: "Name of the identity provider."},
		{Name: "os-identity-provider-url", Help: "URL of the identity provider that takes SAML requests."},
		{Name: "os-service-provider-endpoint", Help: "Endpoint of the service provider."},
		{Name: "os-service-provider-entity-id", Help: "SAML entity of the service provider."},
		{Name: "os-protocol", Help: "Protocol of the federation."},
		{Name: "os-client-id", Help: "OAuth 2.0 client."},
		{Name: "os-client-secret", Secret: true, Help: "Secret of the OAuth 2.0 client."},
		{Name: "os-openid-scope", key: "scope", Help: "OpenID Connect scope (openid profile)."},
		{Name: "os-access-token", Secret: true, Help: "OAuth 2.0 access token."},
		{Name: "os-access-token-endpoint", Help: "URL that gives OpenID Connect tokens."},
		{Name: "os-access-token-type", Help: "Which token is inspected: access_token or id_token."},
		{Name: "os-discovery-endpoint", Help: "URL of the OpenID Connect discovery document."},
		{Name: "os-device-authorization-endpoint", Help: "URL that authorizes OAuth 2.0 devices."},
		{Name: "os-code", Secret: true, Help: "OAuth 2.0 authorization code.", once: []string{"authorization_code"}},
		{Name: "os-redirect-uri", Help: "OpenID Connect redirect URL."},
		{Name: "os-consumer-key", Help: "OAuth 1.0 consumer."},
		{Name: "os-consumer-secret", Secret: true, Help: "Secret of the OAuth 1.0 consumer."},
		{Name: "os-access-key", Help: "OAuth 1.0 access key."},
		{Name: "os-access-secret", Secret: true, Help: "Secret of the OAuth 1.0 access key."},
	}
}
