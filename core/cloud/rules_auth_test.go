package cloud

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

// authCase is a world and what its auth type gets, written key=value and sorted.
type authCase struct {
	name string
	world
	authType, auth string
}

func runAuth(t *testing.T, cases []authCase) {
	t.Helper()
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			c := k.resolve(t)
			if err := c.Check(); err != nil {
				t.Fatal(err)
			}
			var words []string
			for _, key := range sortedKeys(c.Auth) {
				if text, ok := c.Auth[key].(string); ok {
					words = append(words, key+"="+text)
				}
			}
			if got := strings.Join(words, " "); got != k.auth || c.AuthType != k.authType {
				t.Errorf("got  %s %s\nwant %s %s", c.AuthType, got, k.authType, k.auth)
			}
		})
	}
}

func sortedKeys(m map[string]any) []string {
	s := section{}
	for key := range m {
		s[key] = setting{}
	}
	return s.keys()
}

const user = "auth_url: http://k, username: u, password: p"

func inAuth(settings string) world { return entry("auth: {" + user + ", " + settings + "}") }

func TestRule058To062Auth(t *testing.T) {
	t.Parallel()
	const got = "auth_url=http://k password=p"
	project := inAuth("project_name: pr, project_domain_id: d")
	three := "identity_api_version: 3, "
	runAuth(t, []authCase{
		{"rule 58: beside auth", entry(user + ", project_id: i"), "password", got + " project_id=i username=u"},
		{"rule 59: beside auth wins for projects", entry("auth: {" + user + ", project_name: a}, project_name: b"), "password", got + " project_name=b username=u"},
		{"rule 59: an option wins for projects", project.with("project_name", "o"), "password", got + " project_domain_id=d project_name=o username=u"},
		{"rule 59: an option wins for users", inAuth("project_id: i").with("username", "o").with("auth_url", "http://o"), "password", "auth_url=http://o password=p project_id=i username=o"},
		{"rule 59: a variable wins for users", inAuth("project_id: i").setenv("OS_USERNAME", "e"), "password", got + " project_id=i username=e"},
		{"rule 59: so does the file's top", entry("auth: {" + user + "}, username: top"), "password", got + " username=top"},
		{"rule 60: tenants", inAuth("tenant_id: i, tenant_name: n"), "password", got + " project_id=i project_name=n username=u"},
		{"rule 60: the project wins", inAuth("tenant_name: t, project_name: p"), "password", got + " project_name=p username=u"},
		{"rule 60: OS_TENANT_NAME", inAuth("x: ").setenv("OS_TENANT_NAME", "e"), "password", got + " project_name=e username=u"},
		{"rule 60: turned round", entry("auth_type: v2password, auth: {" + user + ", project_name: p}"), "v2password", got + " tenant_name=p username=u"},
		{"rule 60: auth-token", entry("auth_type: token, auth: {auth_url: http://k, auth-token: T}"), "token", "auth_url=http://k token=T"},
		{"rule 60: user_name", entry("auth: {auth_url: http://k, user_name: u, password: p}"), "password", got + " username=u"},
		{"rule 61: once for both", inAuth("project_name: n, domain_name: D"), "password", got + " project_domain_name=D project_name=n user_domain_name=D username=u"},
		{"rule 61: only where missing", inAuth("project_id: n, domain_id: D, user_domain_id: U"), "password", got + " project_domain_id=D project_id=n user_domain_id=U username=u"},
		{"rule 61: the scope otherwise", inAuth("domain_id: D"), "password", "auth_url=http://k domain_id=D password=p username=u"},
		{"rule 62: default", entry(three + "auth: {" + user + "}"), "password", got + " project_domain_id=default user_domain_id=default username=u"},
		{"rule 62: the option", entry(three+"auth: {"+user+", user_domain_name: U}").with("default_domain", "o"), "password", got + " project_domain_id=o user_domain_name=U username=u"},
		{"rule 62: OS_DEFAULT_DOMAIN", entry(three+"auth_type: v3password, auth: {"+user+"}").setenv("OS_DEFAULT_DOMAIN", "e"), "v3password", got + " project_domain_id=e user_domain_id=e username=u"},
		{"rule 62: not from a file", entry(three + "default_domain: f, auth: {" + user + "}"), "password", got + " project_domain_id=default user_domain_id=default username=u"},
		{"rule 62: exactly 3", entry("identity_api_version: '3.0', auth: {" + user + "}"), "password", got + " username=u"},
		{"rule 62: not for tokens", entry(three + "auth_type: token, auth: {auth_url: http://k, token: T}"), "token", "auth_url=http://k token=T"},
		{"rule 62: default_domain_id", inAuth("default_domain_id: D"), "password", "auth_url=http://k default_domain_id=D password=p username=u"},
	})
}

func TestRule063Scope(t *testing.T) {
	t.Parallel()
	file := inAuth("project_name: pr, project_domain_id: d, system_scope: all")
	const got = "auth_url=http://k password=p"
	runAuth(t, []authCase{
		{"rule 63: the option's scope", inAuth("project_name: pr").with("system_scope", "all"), "password", got + " system_scope=all username=u"},
		{"rule 63: a variable's scope", inAuth("system_scope: all").setenv("OS_PROJECT_ID", "e"), "password", got + " project_id=e username=u"},
		{"rule 63: an option over a variable", inAuth("trust_id: t").setenv("OS_PROJECT_ID", "e").with("system_scope", "all"), "password", got + " system_scope=all username=u"},
		{"rule 63: among equals not the system", file, "password", got + " project_domain_id=d project_name=pr username=u"},
		{"rule 63: id and name are one scope", inAuth("project_name: pr").with("project_id", "o"), "password", got + " project_id=o project_name=pr username=u"},
	})
	runErrors(t, []errorCase{
		{"rule 63: two of a kind", inAuth("trust_id: t, project_id: i"), fault.Usage, "cannot sign in to a trust and a project at once", "give only one of them"},
	})
}

func TestRule064To068Types(t *testing.T) {
	t.Parallel()
	credential := "auth_url: http://k, application_credential_id: i, application_credential_secret: s"
	runAuth(t, []authCase{
		{"rule 64: null", entry("auth_type: , auth: {endpoint: http://e}"), "none", "endpoint=http://e"},
		{"rule 64: empty", entry("auth_type: '', auth: {endpoint: http://e}"), "none", "endpoint=http://e"},
		{"rule 64: None", entry("auth_type: None, auth: {endpoint: http://e}"), "none", "endpoint=http://e"},
		{"rule 64: token_endpoint", entry("auth_type: token_endpoint, auth: {url: http://e, token: T}"), "admin_token", "endpoint=http://e token=T"},
		{"rule 64: auth_plugin does nothing", entry("auth_plugin: token, auth: {" + user + "}"), "password", "auth_url=http://k password=p username=u"},
		{"rule 65: auth.endpoint", entry("auth_type: none, auth: {endpoint: http://e}"), "none", "endpoint=http://e"},
		{"rule 65: endpoint", entry("auth_type: none, endpoint: http://e"), "none", "endpoint=http://e"},
		{"rule 65: an override alone", entry("auth_type: none, valence_endpoint_override: http://e"), "none", ""},
		{"rule 66: http_basic", entry("auth_type: http_basic, auth: {endpoint: http://e, user-name: u, password: p}"), "http_basic", "endpoint=http://e password=p username=u"},
		{"rule 67: by id", entry("auth_type: v3applicationcredential, auth: {" + credential + "}"), "v3applicationcredential", "application_credential_id=i application_credential_secret=s auth_url=http://k"},
		{"rule 67: inferred", entry("auth: {" + credential + "}"), "v3applicationcredential", "application_credential_id=i application_credential_secret=s auth_url=http://k"},
		{"rule 67: inferred from variables", world{}.setenv("OS_AUTH_URL", "http://k", "OS_APPLICATION_CREDENTIAL_ID", "i", "OS_APPLICATION_CREDENTIAL_SECRET", "s"), "v3applicationcredential", "application_credential_id=i application_credential_secret=s auth_url=http://k"},
		{"rule 68: no type by version", entry("identity_api_version: 3, auth: {auth_url: http://k, username: u, password: p, user_domain_id: d, project_domain_id: d}"), "password", "auth_url=http://k password=p project_domain_id=d user_domain_id=d username=u"},
		{"rule 68: said outright", entry("auth_type: v3token, auth: {auth_url: http://k, token: T}"), "v3token", "auth_url=http://k token=T"},
		{"rule 68: endpoint and token", world{}.with("endpoint", "http://e").with("token", "T"), "admin_token", "endpoint=http://e token=T"},
		{"rule 73: openid_scope is scope", entry("auth_type: v3oidcclientcredentials, auth: {auth_url: http://k, identity_provider: i, protocol: o, client_id: c, client_secret: s, discovery_endpoint: http://d, openid_scope: x}"), "v3oidcclientcredentials", "auth_url=http://k client_id=c client_secret=s discovery_endpoint=http://d identity_provider=i protocol=o scope=x"},
		{"rule 73: the default scope", entry("auth_type: v3oidcauthcode, auth: {auth_url: http://k, identity_provider: i, protocol: o, authorization_code: c, access_token_endpoint: http://d}"), "v3oidcauthcode", "access_token_endpoint=http://d auth_url=http://k code=c identity_provider=i protocol=o scope=openid profile"},
		{"rule 74: v2password", entry("auth_type: v2password, auth: {" + user + ", tenant_id: t}"), "v2password", "auth_url=http://k password=p tenant_id=t username=u"},
		{"rule 74: domains are nothing to version 2", entry("identity_api_version: '2.0', auth: {" + user + ", user_domain_id: d}"), "password", "auth_url=http://k password=p username=u"},
		{"rule 69: what variables say for other types is left", entry("auth_type: none, endpoint: http://e").setenv("OS_PROJECT_NAME", "p", "OS_TOKEN", "T"), "none", "endpoint=http://e"},
		{"rule 69: what a profile says for other types is left", entry("auth_type: none, endpoint: http://e, profile: elastx"), "none", "endpoint=http://e"},
	})
}

func TestRule069To073Refused(t *testing.T) {
	t.Parallel()
	needs := func(name, settings, what, first string) errorCase {
		kind, _, _ := strings.Cut(strings.TrimPrefix(settings, "auth_type: "), ",")
		option := strings.ReplaceAll(first, "_", "-")
		return errorCase{name, entry(settings), fault.Denied, "auth_type " + kind + " of cloud c needs " + what,
			"set auth." + first + " in clouds.yaml, --os-" + option + " or OS_" + strings.ToUpper(first)}
	}
	runErrors(t, []errorCase{
		{"rule 69: a type", entry("auth_type: pasword"), fault.Failed, `@/cwd/clouds.yaml:1: there is no auth_type "pasword"`, "did you mean password?"},
		{"rule 69: a type of an option", entry("").with("auth_type", "v3pasword"), fault.Failed, `--os-auth-type: there is no auth_type "v3pasword"`, "did you mean v3password?"},
		{"rule 69: a method", entry("auth_type: v3multifactor, auth_methods: 'v3password,v3top'"), fault.Failed, `@/cwd/clouds.yaml:1: there is no auth_type "v3top"`, "did you mean v3totp?"},
		{"rule 69: a type that is a list", entry("auth_type: [hunter2]"), fault.Failed, "@/cwd/clouds.yaml:1: auth_type is a list, expected a word such as password", ""},
		{"rule 69: a key", clouds("clouds:\n  c:\n    auth:\n      auth_url: http://k\n      usernane: hunter2\n"), fault.Failed, "@/cwd/clouds.yaml:5: auth.usernane is not an option of auth_type password", "did you mean username?"},
		{"rule 69: a key of secure.yaml", inAuth("x: ").file("cwd/secure.yaml", "clouds:\n  c:\n    auth: {pasword: hunter2}"), fault.Failed, "@/cwd/secure.yaml:3: auth.pasword is not an option of auth_type password", "did you mean password?"},
		{"rule 69: a key of another type", entry("auth_type: none, auth: {username: u}"), fault.Failed, "@/cwd/clouds.yaml:1: auth.username is not an option of auth_type none", "it takes endpoint"},
		{"rule 69: a list for a text", entry("auth: {auth_url: http://k, password: [hunter2], username: u}"), fault.Failed, "@/cwd/clouds.yaml:1: password is a list, expected text", ""},
		needs("rule 70: all at once", "auth_type: password, auth: {password: p}", "auth_url, username or user_id", "auth_url"),
		needs("rule 70: the domains of version 3", "auth_type: v3password, auth: {"+user+", project_name: p}", "user_domain_name or user_domain_id, project_domain_name or project_domain_id", "user_domain_name"),
		needs("rule 70: null counts as missing", "auth_type: token, auth: {auth_url: http://k, token: }", "token", "token"),
		needs("rule 66: a user", "auth_type: http_basic, auth: {endpoint: http://e}", "username", "username"),
		needs("rule 67: a credential", "auth_type: v3applicationcredential, auth: {auth_url: http://k}", "application_credential_secret, application_credential_id or application_credential_name", "application_credential_secret"),
		needs("rule 67: its user's domain", "auth_type: v3applicationcredential, auth: {auth_url: http://k, application_credential_name: n, application_credential_secret: s, username: u}", "user_domain_name or user_domain_id", "user_domain_name"),
		needs("rule 72: methods", "auth_type: v3multifactor, auth: {auth_url: http://k}", "auth_methods", "auth_methods"),
		needs("rule 73: a token endpoint", "auth_type: v3oidcpassword, auth: {"+user+", identity_provider: i, protocol: o}", "access_token_endpoint or discovery_endpoint", "access_token_endpoint"),
		needs("rule 73: a project's domain", "auth_type: v3oidcaccesstoken, auth: {auth_url: http://k, identity_provider: i, protocol: o, access_token: t, project_name: p}", "project_domain_name or project_domain_id", "project_domain_name"),
		needs("rule 73: all of a device", "auth_type: v3oidcdeviceauthz, auth: {}", "auth_url, identity_provider, protocol, access_token_endpoint or discovery_endpoint", "auth_url"),
	})
	c := inAuth("x: ").with("token", "T").resolve(t)
	if diff := cmp.Diff([]string{"--os-token is not used, because auth_type is password"}, c.Warnings); diff != "" {
		t.Errorf("rule 69: an option of another type (-want +got):\n%s", diff)
	}
}

func TestRule071And072Prompts(t *testing.T) {
	t.Parallel()
	who := "auth: {auth_url: http://k, username: u, user_domain_id: d}"
	multi := "auth_methods: [v3password, v3totp], "
	cases := map[string]struct {
		world
		asked []string
	}{
		"rule 71: a password":           {entry(who), []string{"Password: "}},
		"rule 71: null is missing":      {inAuth("x: ").file("cwd/secure.yaml", "clouds: {c: {auth: {password: }}}"), []string{"Password: "}},
		"rule 71: nothing":              {inAuth("x: "), nil},
		"rule 66: http_basic":           {entry("auth_type: http_basic, username: u, endpoint: http://e"), []string{"Password: "}},
		"rule 72: a passcode":           {entry("auth_type: v3totp, " + who), []string{"TOTP passcode: "}},
		"rule 72: a passcode of digits": {entry("auth_type: v3totp, passcode: 123456, " + who), nil},
		"rule 72: several factors":      {entry("auth_type: v3multifactor, " + multi + who), []string{"Password: ", "TOTP passcode: "}},
	}
	for name, k := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := k.request(t)
			var asked []string
			r.Prompt = func(text string, secret bool) (string, error) {
				if !secret {
					t.Error("what is typed would be seen")
				}
				asked = append(asked, text)
				return "typed", nil
			}
			c, err := Resolve(r)
			if err != nil || asked != nil {
				t.Fatalf("asks for %v before it is time; %v", asked, err)
			}
			auth, err := c.Credentials()
			if err != nil || !cmp.Equal(asked, k.asked) {
				t.Errorf("asks for %q, want %q (%v)", asked, k.asked, err)
			}
			if _, err := c.Credentials(); err != nil || len(asked) != len(k.asked) {
				t.Error("asks again")
			}
			if len(k.asked) > 0 && auth["password"] != "typed" && auth["passcode"] != "typed" {
				t.Error("forgets the answer")
			}
		})
	}
}

func TestRule071Refusals(t *testing.T) {
	t.Parallel()
	r, _ := entry("auth: {auth_url: http://k, username: u}").request(t)
	prompts := map[string]func(string, bool) (string, error){
		"No password entered, or found via --os-password or OS_PASSWORD": nil,
		"asking for the password: end of file":                           func(string, bool) (string, error) { return "hunter2", errors.New("end of file") },
	}
	for want, prompt := range prompts {
		r.Prompt = prompt
		c, err := Resolve(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Credentials(); err == nil || err.Error() != want || fault.Of(err).Code != fault.Denied {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	r, _ = entry("auth: {username: u}").request(t)
	r.Prompt = func(string, bool) (string, error) { t.Error("asks although more is missing"); return "", nil }
	if c, err := Resolve(r); err != nil {
		t.Error(err)
	} else if _, err := c.Credentials(); err == nil {
		t.Error("no auth_url, and no error")
	}
}

func TestRule072Methods(t *testing.T) {
	t.Parallel()
	for _, settings := range []string{"auth_methods: 'v3password,v3totp'", "auth: {auth_methods: [v3password, v3totp]}", "auth: {auth_methods: 'v3password,v3totp'}"} {
		c := entry("auth_type: v3multifactor, " + settings).resolve(t)
		if diff := cmp.Diff([]any{"v3password", "v3totp"}, c.Auth["auth_methods"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", settings, diff)
		}
	}
}

func TestRule075IdentityVersion(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		"auth: {auth_url: http://k/v3}":                                 "3",
		"auth: {auth_url: http://k/V2.0/}":                              "2",
		"auth: {auth_url: http://k}":                                    "",
		"auth: {auth_url: http://k/v2.0, user_domain_id: d}":            "3",
		"auth: {auth_url: http://k/v2.0, default_domain_id: d}":         "2",
		"auth_type: v3token, auth: {auth_url: http://k}":                "3",
		"auth_type: v2password, auth: {auth_url: http://k}":             "2",
		"auth: {auth_url: 'http://k/identity/v3', project_domain_id: }": "",
	} {
		if got := entry(settings).resolve(t).IdentityVersion(); got != want {
			t.Errorf("%s: %q, want %q", settings, got, want)
		}
	}
}
