package cloud

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

// showCase is a world and one key of what is shown: "-" stands for no such key.
type showCase struct {
	name string
	world
	key  string
	want any
}

func runShown(t *testing.T, cases []showCase) {
	t.Helper()
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(k.want, k.resolve(t).shown(k.key)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", k.key, diff)
			}
		})
	}
}

const two = "clouds:\n  a: {region_name: A}\n  b: {region_name: B}\n"

func TestRule018To024Choosing(t *testing.T) {
	t.Parallel()
	file := world{files: map[string]string{"cwd/clouds.yaml": two}}
	only := world{files: map[string]string{"cwd/clouds.yaml": "clouds: {a: {region_name: A}}"}}
	env := world{}.setenv("OS_AUTH_URL", "http://e", "OS_USERNAME", "eu", "OS_FOO_BAR", "x")
	cases := []struct {
		name string
		world
		cloud string
	}{
		{"rule 18: the option before OS_CLOUD", file.with("cloud", "a").setenv("OS_CLOUD", "b"), "a"},
		{"rule 18: OS_CLOUD", file.setenv("OS_CLOUD", "b"), "b"},
		{"rule 18: OS_CLOUD before other variables", file.setenv("OS_CLOUD", "b", "OS_USERNAME", "u"), "b"},
		{"rule 18: variables before the only cloud", only.setenv("OS_USERNAME", "u"), "envvars"},
		{"rule 18: the only cloud", only, "a"},
		{"rule 18: none of several", file, ""},
		{"rule 20: an empty OS_CLOUD", only.setenv("OS_CLOUD", ""), "a"},
		{"rule 21: variables that choose make no cloud", only.setenv("OS_REGION_NAME", "A"), "a"},
		{"rule 21: OS_TEST, OS_STD and OS_LOG do not count", only.setenv("OS_TEST_X", "1", "OS_STDERR", "1", "OS_LOGFILE", "x"), "a"},
		{"rule 23: envvars by name", env.with("cloud", "envvars"), "envvars"},
		{"rule 24: OS_CLOUD_NAME", env.setenv("OS_AUTH_URL", "http://e", "OS_CLOUD_NAME", "mine"), "mine"},
		{"rule 26: nothing", world{}, "defaults"},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			if c := k.resolve(t); c.Name != k.cloud {
				t.Errorf("cloud %q, want %q", c.Name, k.cloud)
			}
		})
	}
	runShown(t, []showCase{
		{"rule 22: any key", env, "foo_bar", "x"},
		{"rule 22: a key of a service", env.setenv("OS_BAREMETAL_ENDPOINT_OVERRIDE", "http://bm"), "baremetal_endpoint_override", "http://bm"},
		{"rule 25: variables count for a named cloud", file.setenv("OS_CLOUD", "b", "OS_USERNAME", "eu"), "username", "eu"},
		{"rule 25: other variables do not", file.setenv("OS_CLOUD", "b", "OS_FOO", "x"), "foo", "-"},
		{"rule 26: the defaults", world{}, "auth_type", "password"},
		{"rule 27: OS_AUTH_PLUGIN does nothing", env.setenv("OS_USERNAME", "u", "OS_AUTH_PLUGIN", "token"), "auth_type", "password"},
		{"rule 27: a token alone", world{}.setenv("OS_AUTH_URL", "http://e", "OS_TOKEN", "T"), "auth_type", "token"},
		{"rule 27: a token beside a user", env.setenv("OS_USERNAME", "u", "OS_TOKEN", "T"), "auth_type", "password"},
		{"rule 28: OS_INSECURE=True", env.setenv("OS_INSECURE", "True"), "insecure", true},
		{"rule 28: OS_INSECURE=1", env.setenv("OS_INSECURE", "1"), "insecure", false},
		{"rule 28: not for a named cloud", file.setenv("OS_CLOUD", "b", "OS_INSECURE", "true"), "insecure", "-"},
	})
	runErrors(t, []errorCase{
		{"rule 19: unknown", file.with("cloud", "nope"), fault.Usage, `there is no cloud "nope" in @/cwd/clouds.yaml`, "it has a, b"},
		{"rule 19: no file", world{}.with("cloud", "nope").setenv("XDG_CONFIG_DIRS", "@/site"), fault.Usage, `there is no cloud "nope": no clouds.yaml was found`, "looked in @/cwd, @/home/.config/openstack, @/site/openstack, /etc/openstack"},
		{"rule 23: envvars without variables", file.with("cloud", "envvars"), fault.Usage, `there is no cloud "envvars" in @/cwd/clouds.yaml`, "it has a, b"},
		{"rule 24: a clash, unused", clouds("clouds:\n  c: {}\n  envvars: {}\n"), fault.Usage, `@/cwd/clouds.yaml:3 defines a cloud "envvars", which is the name of the cloud that the environment makes up`, "rename it, or give the other a name with OS_CLOUD_NAME"},
		{"rule 18: several, and one is needed", file, fault.Usage, `several clouds to choose from: @/cwd/clouds.yaml has a, b`, "name one with --os-cloud or OS_CLOUD"},
		{"rule 26: none, and one is needed", world{}, fault.Usage, "no cloud to talk to", "name one of clouds.yaml with --os-cloud or OS_CLOUD, or give the service's URL with --os-endpoint-override or VALENCE_URL"},
	})
}

// Without the whole environment, the variables that options name are found.
func TestRule021WithoutEnviron(t *testing.T) {
	t.Parallel()
	env := map[string]string{"OS_AUTH_URL": "http://e", "OS_USERNAME": "u", "OS_FOO": "x"}
	c, err := Resolve(Request{Dir: t.TempDir(), Getenv: func(k string) string { return env[k] }})
	if err != nil || c.Name != "envvars" || c.shown("username") != "u" || c.shown("foo") != "-" {
		t.Errorf("%v, %v", c, err)
	}
}

func TestRule025Overrides(t *testing.T) {
	t.Parallel()
	named := entry("auth: {auth_url: http://k, username: u, password: hunter2, tenant_name: pr}, valence_endpoint_override: 'http://v', interface: public")
	same := named.setenv("OS_USERNAME", "u", "OS_INTERFACE", "public", "OS_PROJECT_NAME", "pr", "VALENCE_URL", "http://v", "OS_REGION_NAME", "R")
	if c := same.resolve(t); len(c.Warnings) != 0 {
		t.Errorf("variables that say the same: %v", c.Warnings)
	}
	if c := named.with("username", "o").setenv("OS_USERNAME", "eu").resolve(t); len(c.Warnings) != 0 || c.Auth["username"] != "o" {
		t.Errorf("an option over all: %v, %v", c.Warnings, c.Auth["username"])
	}
	other := named.setenv("OS_USERNAME", "eu", "OS_PASSWORD", "hunter2hunter2", "OS_TENANT_NAME", "ep", "VALENCE_URL", "http://w", "OS_INTERFACE", "public")
	c := other.resolve(t)
	want := []string{`the environment overrides cloud "c": OS_PASSWORD, OS_TENANT_NAME, OS_USERNAME, VALENCE_URL`}
	if diff := cmp.Diff(want, c.Warnings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c.Auth["username"] != "eu" || c.Auth["password"] != "hunter2hunter2" || c.Auth["project_name"] != "ep" || c.Auth["auth_url"] != "http://k" {
		t.Error("the variables do not count")
	}
	runErrors(t, []errorCase{
		{"rule 25: strict", other.setenv("VALENCE_STRICT_CLOUD", "1"), fault.Usage, want[0], "unset the variables, or VALENCE_STRICT_CLOUD"},
	})
	same.setenv("VALENCE_STRICT_CLOUD", "1").resolve(t)
	without := entry("auth: {auth_url: http://k, username: u}").setenv("OS_PASSWORD", "hunter2", "VALENCE_STRICT_CLOUD", "1")
	if c := without.resolve(t); len(c.Warnings) != 0 || c.Auth["password"] != "hunter2" {
		t.Errorf("a password that the file leaves out: %v", c.Warnings)
	}
	unnamed := world{}.setenv("OS_USERNAME", "u", "VALENCE_STRICT_CLOUD", "1")
	unnamed.resolve(t)
}

// An address and nothing else: no file is looked at.
func TestAddress(t *testing.T) {
	t.Parallel()
	broken := clouds("- hunter2").with("cloud", "")
	for name, w := range map[string]world{
		"option":   broken.with("endpoint_override", "http://x/").setenv("VALENCE_URL", "http://y"),
		"variable": broken.setenv("VALENCE_URL", "http://x/"),
	} {
		c := w.resolve(t)
		u, err := c.Endpoint("valence")
		if err != nil || u.String() != "http://x" || c.AuthType != "none" || c.Name != "" || c.File != "" || c.Check() != nil {
			t.Errorf("%s: %v %v %v", name, c, u, err)
		}
	}
	c := clouds("clouds: {c: {auth: {auth_url: http://k, username: u, password: p}}}").with("endpoint_override", "http://x").resolve(t)
	if u, err := c.Endpoint("rack-scale"); err != nil || u.Host != "x" || c.AuthType != "password" {
		t.Errorf("with a cloud: %v, %v", u, err)
	}
	if s, err := c.Service("identity"); err != nil || s.Endpoint != "http://k" {
		t.Errorf("the override is not meant for other services: %v, %v", s.Endpoint, err)
	}
	signed := world{}.with("endpoint_override", "http://x").with("auth_url", "http://k").with("token", "T")
	if c := signed.resolve(t); c.AuthType != "token" {
		t.Errorf("with options to sign in: %v", c)
	}
}

const public = "public-clouds:\n  pub: {region_name: PR, interface: internal, auth: {auth_url: http://pub, user_domain_name: PD}}\n  many: {regions: [X, {name: Y, values: {interface: admin}}], auth: {auth_url: 'http://{region_name}'}}\n"

func TestRule029To036Profiles(t *testing.T) {
	t.Parallel()
	pub := entry("profile: pub, interface: admin, auth: {username: u, user_domain_name: MINE}").file("home/.config/openstack/clouds-public.yml", public)
	many := entry("profile: many").file("cwd/clouds-public.yaml", public)
	runShown(t, []showCase{
		{"rule 29: clouds-public.yaml", pub, "auth.auth_url", "http://pub"},
		{"rule 29: the old key", entry("cloud: pub").file("cwd/clouds-public.yaml", public), "region_name", "PR"},
		{"rule 30: the cloud wins", pub, "interface", "admin"},
		{"rule 30: auth key by key", pub, "auth.user_domain_name", "MINE"},
		{"rule 31: a vendor", entry("profile: elastx"), "auth.auth_url", "https://ops.elastx.cloud:5000/v3"},
		{"rule 31: a vendor with regions", entry("profile: citycloud"), "auth.auth_url", "https://Buf1.citycloud.com:5000/v3/"},
		{"rule 31: clouds-public.yaml first", entry("profile: zetta").file("cwd/clouds-public.yaml", "public-clouds: {zetta: {auth: {auth_url: http://z}}}"), "auth.auth_url", "http://z"},
		{"rule 31: regions with values", entry("profile: limestonenetworks").with("region_name", "us-slc"), "region_name", "us-slc"},
		{"rule 34: unknown is a warning", entry("profile: nosuch, region_name: R"), "region_name", "R"},
		{"rule 35: named like the environment's", entry("profile: envvars, region_name: R"), "region_name", "R"},
		{"rule 36: the first region", many, "auth.auth_url", "http://X"},
		{"rule 36: values", many.with("region_name", "Y"), "interface", "admin"},
	})
	runErrors(t, []errorCase{
		{"rule 33: shut down", entry("profile: ultimum"), fault.Usage, "profile ultimum is of a cloud that no longer exists: it was closed", ""},
		{"rule 36: restricts", many.with("region_name", "Z"), fault.Usage, "region Z is not a valid region name for cloud c: valid choices are X,Y", "region names are case sensitive"},
		{"rule 29: public-clouds is a list", entry("profile: x").file("cwd/clouds-public.yaml", "public-clouds: [hunter2]"), fault.Failed, "profile @/cwd/clouds-public.yaml:1: public-clouds is a list, expected a mapping of names to clouds", ""},
	})
	for name, w := range map[string]world{
		"@/cwd/clouds.yaml:1: the key cloud is an old name of profile":      entry("cloud: pub").file("cwd/clouds-public.yaml", public),
		`there is no profile "nosuch", which cloud "c" asks for`:            entry("profile: nosuch"),
		"profile fuga is deprecated: its endpoint does not answer any more": entry("profile: fuga"),
	} {
		r, root := w.request(t)
		c, err := Resolve(r)
		if err != nil || len(c.Warnings) != 1 || strings.ReplaceAll(c.Warnings[0], root, "@") != name {
			t.Errorf("want %q: %v, %v", name, c, err)
		}
	}
}

func TestRule031AllVendors(t *testing.T) {
	t.Parallel()
	names := strings.Fields("auro betacloud binero bluebox catalyst citycloud conoha dreamcompute elastx entercloudsuite fuga ibmcloud internap limestonenetworks otc otc-swiss ovh ovh-us rackspace switchcloud switchengines ultimum unitedstack vexxhost zetta")
	top, odd, err := readYAML(Origin{}, vendors)
	if err != nil || len(odd) > 0 {
		t.Fatal(err, odd)
	}
	if got := top.value.(section).keys(); !cmp.Equal(got, names) {
		t.Errorf("got %v", got)
	}
	for _, name := range names {
		r, _ := entry("profile: " + name).request(t)
		_, err := Resolve(r)
		gone := strings.Contains(" betacloud ibmcloud internap ultimum unitedstack ", " "+name+" ") // rule 33
		if gone != (err != nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Rule 32: a profile that is a URL.
func TestRule032Remote(t *testing.T) {
	t.Parallel()
	asked := 0
	remote := entry(`profile: "https://u:hunter2\u0040cloud.example:8443/x", auth: {username: u}`).setenv("XDG_CACHE_HOME", "@/cache")
	r, _ := remote.request(t)
	r.Fetch = func(url string) ([]byte, error) {
		asked++
		if url != "https://cloud.example:8443/.well-known/openstack/api" {
			t.Errorf("asks %s", url)
		}
		return []byte(`{"name": "x", "profile": {"profile": "https://elsewhere", "auth": {"auth-url": "http://remote"}, "regions": ["R"]}}`), nil
	}
	c, err := Resolve(r)
	if err != nil || asked != 0 || len(c.Warnings) != 1 || strings.Contains(c.Warnings[0], "hunter2") {
		t.Errorf("without leave: asked %d times; %v, %v", asked, c.Warnings, err)
	}
	r.Environ = append(r.Environ, "VALENCE_ALLOW_PROFILE_URL=1")
	for range 2 {
		c, err = Resolve(r)
		if err != nil || c.Auth["auth_url"] != "http://remote" || c.Region != "R" || len(c.Warnings) != 0 {
			t.Fatalf("%v, %v", c, err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once: the rest comes from the cache", asked)
	}
	r.NoCache = true
	if _, err = Resolve(r); err != nil || asked != 2 {
		t.Errorf("without the cache: asked %d times, %v", asked, err)
	}
	for _, fetch := range []func(string) ([]byte, error){
		func(string) ([]byte, error) { return nil, errors.New("no route") },
		func(string) ([]byte, error) { return []byte("<html>"), nil },
		func(string) ([]byte, error) { return []byte(`{"profile": []}`), nil },
	} {
		r.Fetch = fetch
		if _, err := Resolve(r); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a bad answer: %v", err)
		}
	}
}

func TestRule032Fetch(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openstack/api" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"name": "x", "profile": {"region_name": "REMOTE"}}`)
	}))
	t.Cleanup(server.Close)
	w := entry("profile: '"+server.URL+"'").setenv("VALENCE_ALLOW_PROFILE_URL", "1")
	if c := w.resolve(t); c.Region != "REMOTE" {
		t.Errorf("region %q", c.Region)
	}
	if _, err := fetch(server.URL + "/other"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a missing profile: %v", err)
	}
}
