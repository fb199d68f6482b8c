package cloud

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

func TestRule052To054Services(t *testing.T) {
	t.Parallel()
	two, five := 2, 5
	k := "auth: {auth_url: http://k, username: u, password: p, project_name: pr}, "
	cases := []struct {
		name, settings, service string
		want                    Service
	}{
		{"rule 52: nothing said", k, "compute", Service{Type: "compute", Interfaces: []string{"public"}}},
		{"rule 52: own keys", k + "compute_region_name: CR, compute_interface: admin, compute_service_name: n, compute_service_type: x, compute_connect_retries: 2, compute_connect_retry_delay: 1.5, compute_status_code_retries: 5", "compute",
			Service{Type: "x", Name: "n", Interfaces: []string{"admin"}, Region: "CR", ConnectRetries: &two, StatusRetries: &five, RetryDelay: 1500 * time.Millisecond}},
		{"rule 52: common keys", k + "region_name: R, interface: internal, connect_retries: 2, status_code_retries: 5, connect_retry_delay: 2, api_timeout: 30", "compute",
			Service{Type: "compute", Interfaces: []string{"internal"}, Region: "R", ConnectRetries: &two, StatusRetries: &five, RetryDelay: 2 * time.Second, Timeout: 30 * time.Second}},
		{"rule 52: by an alias", k + "volumev2_endpoint_override: http://2, volume_interface: admin, volume_endpoint_override: http://1", "volume",
			Service{Type: "block-storage", Aliases: []string{"volumev3", "volumev2", "volume", "block-store"}, Interfaces: []string{"admin"}, Endpoint: "http://2"}},
		{"rule 52: bare-metal", k + "bare_metal_region_name: B", "baremetal",
			Service{Type: "baremetal", Aliases: []string{"bare-metal"}, Interfaces: []string{"public"}, Region: "B", StatusRetries: &five}},
		{"rule 52: valence is rack-scale", k + "valence_endpoint_override: http://v, rack_scale_interface: internal", "valence",
			Service{Type: "rack-scale", Aliases: []string{"valence"}, Interfaces: []string{"internal"}, Endpoint: "http://v"}},
		{"rule 52: the own name first", k + "valence_endpoint_override: http://v, rack-scale-endpoint-override: http://r", "rack-scale",
			Service{Type: "rack-scale", Aliases: []string{"valence"}, Interfaces: []string{"public"}, Endpoint: "http://r"}},
		{"rule 50: interfaces in order", k + "interface: [internalURL, public]", "compute", Service{Type: "compute", Interfaces: []string{"internal", "public"}}},
		{"rule 53: the override first", k + "image_endpoint: http://e, image_endpoint_override: http://o", "image", Service{Type: "image", Interfaces: []string{"public"}, Endpoint: "http://o", StatusRetries: &five}},
		{"rule 53: endpoint", k + "compute_endpoint: http://e", "compute", Service{Type: "compute", Interfaces: []string{"public"}, Endpoint: "http://e"}},
		{"rule 53: none", "auth_type: none, auth: {endpoint: http://e}", "compute", Service{Type: "compute", Interfaces: []string{"public"}, Endpoint: "http://e"}},
		{"rule 53: none and an override", "auth_type: none, compute_endpoint_override: http://o, endpoint: http://e", "compute", Service{Type: "compute", Interfaces: []string{"public"}, Endpoint: "http://o"}},
		{"rule 53: identity without a scope", "auth: {auth_url: http://k, username: u}", "identity", Service{Type: "identity", Interfaces: []string{"public"}, Endpoint: "http://k"}},
		{"rule 53: identity with one", k, "identity", Service{Type: "identity", Interfaces: []string{"public"}}},
		{"rule 54: a microversion", k + "baremetal_introspection_api_version: '1.80'", "baremetal-introspection", Service{Type: "baremetal-introspection", Interfaces: []string{"public"}, APIVersion: "1", Microversion: "1.80", StatusRetries: &five}},
		{"rule 54: 2.0 is none", k + "network_api_version: '2.0'", "network", Service{Type: "network", Interfaces: []string{"public"}, APIVersion: "2.0"}},
		{"rule 54: both", k + "compute_api_version: 2, compute_default_microversion: '2.79'", "compute", Service{Type: "compute", Interfaces: []string{"public"}, APIVersion: "2", Microversion: "2.79"}},
		{"rule 54: latest", k + "compute_api_version: latest", "compute", Service{Type: "compute", Interfaces: []string{"public"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := entry(c.settings).resolve(t).Service(c.service)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Aliases) == 0 {
				got.Aliases = nil
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRule052To054Oddities(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]string{
		"compute_api_version: '2.1', compute_default_microversion: '2.79'": "default_microversion 2.79 of compute does not fit its api_version 2.1",
		"compute_connect_retries: often":                                   "connect_retries must be a whole number",
		"status_code_retries: -1":                                          "status_code_retries must be a whole number",
		"connect_retry_delay: soon":                                        "connect_retry_delay must be a number of seconds",
	} {
		if _, err := entry(settings).resolve(t).Service("compute"); err == nil || !strings.HasSuffix(err.Error(), "clouds.yaml:1: "+want) {
			t.Errorf("%s: %v", settings, err)
		}
	}
	if w := entry("dns_api_version: latest").resolve(t).Warnings; len(w) != 1 || !strings.HasSuffix(w[0], "dns_api_version must be a number, so latest is ignored") {
		t.Errorf("rule 54: warnings %v", w)
	}
	if s, err := entry("").with("rack_scale_api_version", "1.2").resolve(t).Service("valence"); err != nil || s.APIVersion != "1" || s.Microversion != "1.2" {
		t.Errorf("rule 54: %+v, %v", s, err)
	}
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	none := func(url string) world { return entry("auth_type: none, auth: {endpoint: '" + url + "'}") }
	if u, err := none("http://h:1/api//").resolve(t).Endpoint("valence"); err != nil || u.String() != "http://h:1/api" {
		t.Errorf("%v, %v", u, err)
	}
	cases := map[string]struct {
		world
		code    fault.Code
		message string
	}{
		"none at all":        {entry("auth_type: none"), fault.Failed, `cloud "c" in @/cwd/clouds.yaml has no endpoint for the rack-scale service`},
		"not a URL":          {none("localhost:8181"), fault.Failed, "@/cwd/clouds.yaml:1: the endpoint is not a URL such as http://host:port"},
		"a password":         {entry(`auth_type: none, endpoint: "http://u:hunter2\u0040h"`), fault.Failed, "@/cwd/clouds.yaml:1: the endpoint holds a user name or a password, which a URL must not"},
		"a query":            {none("http://h/?token=hunter2"), fault.Failed, "@/cwd/clouds.yaml:1: the endpoint has a query or a fragment, which an endpoint cannot have"},
		"option not a URL":   {world{}.with("endpoint_override", "hunter2"), fault.Usage, "--os-endpoint-override: the endpoint is not a URL such as http://host:port"},
		"variable not a URL": {world{}.setenv("VALENCE_URL", "ftp://hunter2"), fault.Usage, "VALENCE_URL: the endpoint is not a URL such as http://host:port"},
		"no cloud":           {clouds("clouds: {a: {}, b: {}}").with("cloud", ""), fault.Usage, "several clouds to choose from: @/cwd/clouds.yaml has a, b"},
	}
	for name, k := range cases {
		r, root := k.request(t)
		c, err := Resolve(r)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Endpoint("rack-scale")
		if err == nil || strings.ReplaceAll(err.Error(), root, "@") != k.message || fault.Of(err).Code != k.code {
			t.Errorf("%s: %v, want %s", name, err, k.message)
		}
	}
}

func TestRule076To080TLS(t *testing.T) {
	t.Parallel()
	insecure, flag := entry("insecure: true, verify: true"), entry("")
	verify := insecure
	verify.verify, flag.insecure = true, true
	off := entry("verify: false").with("cacert", "")
	cases := []struct {
		name string
		world
		want TLS
	}{
		{"rule 76: insecure wins", insecure, TLS{Insecure: true}},
		{"rule 76: but for --verify", verify, TLS{}},
		{"rule 76: --insecure", flag, TLS{Insecure: true}},
		{"rule 77: verify false", off, TLS{Insecure: true}},
		{"rule 77: a path", entry("verify: ~/ca.pem"), TLS{CACert: "/home/me/ca.pem"}},
		{"rule 77: cacert before it", entry("verify: /a, cacert: /b"), TLS{CACert: "/b"}},
		{"rule 46: the word false", entry("verify: 'False'"), TLS{Insecure: true}},
		{"rule 46: the word true", entry("verify: 'yes', cacert: /b"), TLS{CACert: "/b"}},
		{"rule 78: ~", entry("cacert: ~/ca.pem"), TLS{CACert: "/home/me/ca.pem"}},
		{"rule 78: ignored when off", entry("verify: false, cacert: /b"), TLS{Insecure: true}},
		{"rule 79: both with ~", entry("cert: ~/c, key: ~/k"), TLS{Cert: "/home/me/c", Key: "/home/me/k"}},
		{"rule 79: cert alone", entry("cert: /c"), TLS{Cert: "/c"}},
		{"rule 79: key alone", entry("key: /k"), TLS{}},
		{"rule 80: variables for a named cloud", entry("cacert: /f").setenv("OS_CACERT", "/e", "OS_CERT", "/c", "OS_KEY", "/k"), TLS{CACert: "/e", Cert: "/c", Key: "/k"}},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			c := k.setenv("HOME", "/home/me")
			for key, value := range k.env {
				c.env[key] = value
			}
			if diff := cmp.Diff(k.want, c.resolve(t).TLS); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if w := entry("verify: false, cacert: /b").resolve(t).Warnings; len(w) != 1 {
		t.Errorf("rule 78: warnings %v", w)
	}
	both := entry("")
	both.insecure, both.verify = true, true
	runErrors(t, []errorCase{{"rule 76: --insecure and --verify", both, fault.Usage, "--insecure and --verify cannot be used together", ""}})
}

func TestRule081IPv4(t *testing.T) {
	t.Parallel()
	plain := entry("")
	client := func(settings string) world { return clouds("clouds: {c: {}}\nclient: {" + settings + "}") }
	for name, k := range map[string]struct {
		world
		want bool
	}{
		"nothing":                 {plain, false},
		"the cloud":               {entry("force_ipv4: true"), true},
		"the cloud, IPv6":         {entry("prefer_ipv6: false"), true},
		"the cloud over the rest": {entry("force_ipv4: false").setenv("OS_FORCE_IPV4", "true"), false},
		"client":                  {client("force-ipv4: true"), true},
		"client, the oldest name": {client("broken-ipv6: true"), true},
		"client, IPv6":            {client("prefer-ipv6: false"), true},
		"variable":                {plain.setenv("OS_FORCE_IPV4", "True"), true},
		"variable, IPv6":          {plain.setenv("OS_PREFER_IPV6", "False"), true},
		"variable over client":    {client("force_ipv4: true").setenv("OS_FORCE_IPV4", "false"), false},
	} {
		c := k.resolve(t)
		if c.ForceIPv4 != k.want || c.shown("force_ipv4") != "-" || c.shown("prefer_ipv6") != "-" {
			t.Errorf("rule 81: %s: %v", name, c.ForceIPv4)
		}
	}
}

func TestRule082To085(t *testing.T) {
	t.Parallel()
	w := clouds("clouds: {c: {}}\ncache: {max-age: 60, path: ~/x, arguments: {a: b}, expiration: {server: 5}, auth: 'true'}").setenv("HOME", "/home/me")
	want := Cache{Auth: true, Expiration: time.Minute, Class: "dogpile.cache.memory", Path: "/home/me/x", Arguments: map[string]any{"a": "b"}, Expirations: map[string]any{"server": "5"}}
	if diff := cmp.Diff(want, w.resolve(t).Cache); diff != "" {
		t.Errorf("rule 82 (-want +got):\n%s", diff)
	}
	want = Cache{Class: "own", Path: "/home/me/.cache/openstack", Arguments: map[string]any{}, Expirations: map[string]any{}}
	if diff := cmp.Diff(want, clouds("clouds: {c: {}}\ncache: {class: own}").setenv("HOME", "/home/me").resolve(t).Cache); diff != "" {
		t.Errorf("rule 82 (-want +got):\n%s", diff)
	}
	c := entry("api_timeout: '2.5', timing: true").resolve(t)
	if c.APITimeout != 2500*time.Millisecond || !c.Timing {
		t.Errorf("rule 83: %v, %v", c.APITimeout, c.Timing)
	}
	runErrors(t, []errorCase{
		{"rule 83: no number", entry("api_timeout: hunter2"), fault.Failed, "@/cwd/clouds.yaml:1: api_timeout must be a number of seconds", ""},
		{"rule 82: no number", clouds("clouds: {c: {}}\ncache: {expiration_time: hunter2}"), fault.Failed, "@/cwd/clouds.yaml:2: expiration_time must be a number of seconds", ""},
		{"rule 82: a list", clouds("clouds: {c: {}}\ncache: [hunter2]"), fault.Failed, "@/cwd/clouds.yaml:2: cache is a list, expected a mapping", ""},
	})
	runShown(t, []showCase{
		{"rule 84: a service provider", entry("").with("service_provider", "sp").setenv("OS_REMOTE_PROJECT_ID", "rp"), "service_provider", "sp"},
		{"rule 84: its project", entry("").setenv("OS_REMOTE_PROJECT_ID", "rp"), "remote_project_id", "rp"},
	})
}

func TestRule085All(t *testing.T) {
	t.Parallel()
	r, _ := clouds("clouds:\n  a: {regions: [X, {name: Y, values: {interface: admin}}]}\n  b: {}\n  bad: {regions: hunter2}\n").
		setenv("OS_USERNAME", "eu", "OS_INTERFACE", "internal").request(t)
	list, problems, err := All(r)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list {
		s, err := c.Service("compute")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s/%s/%s/%v", c.Name, c.Region, s.Interfaces[0], c.shown("username")))
	}
	want := []string{"a/X/public/-", "a/Y/admin/-", "b//public/-", "envvars//internal/eu"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(problems) != 1 || !strings.HasSuffix(problems[0], "regions is text, expected a list") {
		t.Errorf("problems %v", problems)
	}
}

func TestRule086ShowAndOrigins(t *testing.T) {
	t.Parallel()
	w := clouds("clouds:\n  c:\n    profile: elastx\n    region_name: se-sto\n    auth:\n      username: u\n      password: hunter2\n    x: {client_secret: hunter2, list: [{token: hunter2}], url: \"http://u:hunter2\\u0040h/\"}\n    access_token_type: id_token\n").
		file("home/.config/openstack/secure.yaml", "clouds:\n  c: {auth: {project_id: i}}\n").with("auth_type", "v3password").setenv("OS_PASSWORD", "hunter2x", "OS_USER_DOMAIN_ID", "d")
	r, root := w.request(t)
	c, err := Resolve(r)
	if err != nil {
		t.Fatal(err)
	}
	shown := c.Show(false)
	if text := fmt.Sprint(shown, c, slog.AnyValue(c).Resolve()) + fmt.Sprintf("%#v %+v", c, c); strings.Contains(text, "hunter2") {
		t.Errorf("shows a secret: %s", text)
	}
	for key, want := range map[string]any{"auth.password": "<redacted>", "password": "<redacted>", "access_token_type": "id_token", "auth.username": "u"} {
		if shown[key] != want {
			t.Errorf("%s is %v, want %v", key, shown[key], want)
		}
	}
	if c.shown("auth.password") != "hunter2" || c.shown("password") != "hunter2x" || c.Auth["password"] != "hunter2x" {
		t.Error("unmasked is something else")
	}
	for key := range shown {
		if _, ok := c.Origins[key]; !ok {
			t.Errorf("nobody knows where %s comes from", key)
		}
	}
	for key, want := range map[string]string{
		"auth.username": root + "/cwd/clouds.yaml:6", "auth.project_id": root + "/home/.config/openstack/secure.yaml:2",
		"password": "OS_PASSWORD", "auth.user_domain_id": "OS_USER_DOMAIN_ID", "auth_type": "--os-auth-type", "cloud": "--os-cloud",
		"auth.auth_url": "profile elastx", "image_format": "default", "region_name": root + "/cwd/clouds.yaml:4",
	} {
		if got := c.Origins[key].String(); got != want {
			t.Errorf("%s comes from %s, want %s", key, got, want)
		}
	}
	inferred := entry("auth: {auth_url: http://k, token: T}").resolve(t)
	if got := inferred.Origins["auth_type"].String(); got != "inferred from token" {
		t.Errorf("rule 27: auth_type is %s", got)
	}
}
