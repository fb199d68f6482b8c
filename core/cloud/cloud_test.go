package cloud

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

const secret = "hunter2"

// world is a root folder with files in it and an environment; @ stands for the
// root in both.
type world struct {
	files map[string]string
	env   map[string]string
	name  string
	url   string
}

func (w world) request(t *testing.T) (Request, string) {
	t.Helper()
	root := t.TempDir()
	for path, text := range w.files {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"HOME": "@/home", "XDG_CONFIG_DIRS": "@/site"}
	for key, value := range w.env {
		env[key] = value
	}
	getenv := func(key string) string { return strings.ReplaceAll(env[key], "@", root) }
	return Request{Name: w.name, Endpoint: w.url, Getenv: getenv, Dir: filepath.Join(root, "cwd")}, root
}

func none(name, url string) string {
	return fmt.Sprintf("clouds:\n  %s:\n    auth_type: none\n    auth: {endpoint: %q}\n", name, url)
}

func TestSearchOrder(t *testing.T) {
	t.Parallel()
	order := []string{
		"named.yaml",
		"cwd/clouds.yaml", "cwd/clouds.yml", "cwd/clouds.json",
		"xdg/openstack/clouds.yaml", "xdg/openstack/clouds.yml",
		"home/.config/openstack/clouds.yaml", "home/.config/openstack/clouds.json",
		"site/openstack/clouds.yaml",
		"site2/openstack/clouds.yaml",
	}
	env := map[string]string{
		"OS_CLIENT_CONFIG_FILE": "@/named.yaml", "XDG_CONFIG_HOME": "@/xdg", "XDG_CONFIG_DIRS": "@/site:@/site2",
	}
	for i, first := range order {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			w := world{files: map[string]string{}, env: env}
			for _, path := range order[i:] {
				text := none("c", "http://"+strings.ReplaceAll(path, "/", "-"))
				if strings.HasSuffix(path, "json") {
					text = fmt.Sprintf(`{"clouds": {"c": {"auth_type": "none", "endpoint": %q}}}`, "http://"+strings.ReplaceAll(path, "/", "-"))
				}
				w.files[path] = text
			}
			r, root := w.request(t)
			c, err := Resolve(r)
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(root, first); c.File != want {
				t.Errorf("read %s, want %s", c.File, want)
			}
			if u, err := c.Endpoint("rack-scale"); err != nil || u.Host != strings.ReplaceAll(first, "/", "-") {
				t.Errorf("endpoint %v, %v", u, err)
			}
		})
	}
}

func TestDirs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		env  map[string]string
		want []string
	}{
		"plain":   {map[string]string{"HOME": "/h"}, []string{"/cwd", "/h/.config/openstack", "/etc/xdg/openstack", "/etc/openstack"}},
		"xdg":     {map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/x", "XDG_CONFIG_DIRS": "/a:/b"}, []string{"/cwd", "/x/openstack", "/h/.config/openstack", "/a/openstack", "/b/openstack", "/etc/openstack"}},
		"snap":    {map[string]string{"HOME": "/snap", "SNAP_REAL_HOME": "/h"}, []string{"/cwd", "/snap/.config/openstack", "/h/.config/openstack", "/etc/xdg/openstack", "/etc/openstack"}},
		"no home": {nil, []string{"/cwd", "/etc/xdg/openstack", "/etc/openstack"}},
	}
	for name, c := range cases {
		r := Request{Dir: "/cwd", Getenv: func(key string) string { return c.env[key] }}
		if diff := cmp.Diff(c.want, r.dirs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	two := none("one", "http://one") + "  two: {auth-type: none, rack-scale-endpoint-override: 'http://two:8181/valence/', endpoint: http://other}\n"
	file := func(text string) map[string]string { return map[string]string{"cwd/clouds.yaml": text} }
	cases := map[string]struct {
		world
		cloud, endpoint string
		warnings        []string
	}{
		"option":                      {world: world{files: file(two), name: "two", env: map[string]string{"OS_CLOUD": "one"}}, cloud: "two", endpoint: "http://two:8181/valence"},
		"OS_CLOUD":                    {world: world{files: file(two), env: map[string]string{"OS_CLOUD": "one"}}, cloud: "one", endpoint: "http://one"},
		"the only cloud":              {world: world{files: file(none("lab", "http://lab"))}, cloud: "lab", endpoint: "http://lab"},
		"a number for a name":         {world: world{files: file(none("123", "http://lab")), name: "123"}, cloud: "123", endpoint: "http://lab"},
		"alias":                       {world: world{files: file("clouds: {c: {auth_type: '', valence_endpoint_override: 'http://v'}}")}, cloud: "c", endpoint: "http://v"},
		"own name before alias":       {world: world{files: file("clouds: {c: {auth_type: None, valence_endpoint_override: 'http://v', rack_scale_endpoint_override: 'http://r'}}")}, cloud: "c", endpoint: "http://r"},
		"auth type null":              {world: world{files: file("clouds: {c: {auth_type: null, endpoint: 'http://e'}}")}, cloud: "c", endpoint: "http://e"},
		"anchors":                     {world: world{files: file("base: &b {auth_type: none}\nclouds:\n  c:\n    <<: *b\n    endpoint: http://e\n")}, cloud: "c", endpoint: "http://e"},
		"option over the file":        {world: world{files: file(two), name: "one", url: "http://x/"}, cloud: "one", endpoint: "http://x"},
		"environment over the file":   {world: world{files: file(two), name: "one", env: map[string]string{"VALENCE_URL": "http://y"}}, cloud: "one", endpoint: "http://y", warnings: []string{`VALENCE_URL overrides the endpoint of cloud "one"`}},
		"environment says the same":   {world: world{files: file(two), name: "one", env: map[string]string{"VALENCE_URL": "http://one"}}, cloud: "one", endpoint: "http://one"},
		"endpoint without any file":   {world: world{url: "http://x"}, endpoint: "http://x"},
		"VALENCE_URL beside a file":   {world: world{files: file("]"), env: map[string]string{"VALENCE_URL": "http://y"}}, endpoint: "http://y"},
		"option before VALENCE_URL":   {world: world{url: "http://x", env: map[string]string{"VALENCE_URL": "http://y"}}, endpoint: "http://x"},
		"named file is not there":     {world: world{files: file(none("c", "http://c")), env: map[string]string{"OS_CLIENT_CONFIG_FILE": "gone.yaml"}}, cloud: "c", endpoint: "http://c", warnings: []string{"OS_CLIENT_CONFIG_FILE names @/cwd/gone.yaml, which does not exist"}},
		"a folder instead of a file":  {world: world{files: map[string]string{"cwd/clouds.yaml/x": "", "cwd/clouds.yml": none("c", "http://c")}}, cloud: "c", endpoint: "http://c", warnings: []string{"cannot read @/cwd/clouds.yaml: is a directory"}},
		"a file without an ending":    {world: world{files: map[string]string{"cwd/f": none("c", "http://c")}, env: map[string]string{"OS_CLIENT_CONFIG_FILE": "f"}}, cloud: "c", endpoint: "http://c"},
		"OS_CLOUD empty equals unset": {world: world{files: file(none("c", "http://c")), env: map[string]string{"OS_CLOUD": ""}}, cloud: "c", endpoint: "http://c"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, root := c.request(t)
			got, err := Resolve(r)
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.warnings {
				c.warnings[i] = strings.ReplaceAll(c.warnings[i], "@", root)
			}
			if diff := cmp.Diff(c.warnings, got.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if got.Name != c.cloud || got.AuthType != "none" {
				t.Errorf("got cloud %q with auth type %q", got.Name, got.AuthType)
			}
			for _, service := range []string{"rack-scale", "valence"} {
				if u, err := got.Endpoint(service); err != nil || u.String() != c.endpoint {
					t.Errorf("endpoint of %s: %v, %v; want %s", service, u, err, c.endpoint)
				}
			}
		})
	}
}

func TestOtherServices(t *testing.T) {
	t.Parallel()
	r, _ := world{files: map[string]string{"cwd/clouds.yaml": "clouds: {c: {auth_type: none, baremetal_introspection_endpoint_override: 'http://i', rack_scale_endpoint_override: 'http://r'}}"}}.request(t)
	c, err := Resolve(r)
	if err != nil {
		t.Fatal(err)
	}
	if u, err := c.Endpoint("baremetal-introspection"); err != nil || u.String() != "http://i" {
		t.Errorf("got %v, %v", u, err)
	}
	if u, err := c.Endpoint("compute"); err == nil {
		t.Errorf("got %v for a service without an endpoint", u)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	yaml := func(text string) world { return world{files: map[string]string{"cwd/clouds.yaml": text}, name: "c"} }
	json := func(text string) world { return world{files: map[string]string{"cwd/clouds.json": text}, name: "c"} }
	cases := map[string]struct {
		world
		code          fault.Code
		message, hint string
	}{
		"unknown cloud":      {yaml(none("b", "http://x") + "  a: {}\n"), fault.Usage, `there is no cloud "c" in @/cwd/clouds.yaml`, "it has a, b"},
		"no file":            {world{name: "c", env: map[string]string{"HOME": ""}}, fault.Usage, `there is no cloud "c": no clouds.yaml was found`, "looked in @/cwd, @/site/openstack, /etc/openstack"},
		"nothing at all":     {world{}, fault.Usage, `no cloud to talk to`, "name one of clouds.yaml with --os-cloud or OS_CLOUD, or give the service's URL with --os-endpoint-override or VALENCE_URL"},
		"several":            {world{files: yaml(none("b", "http://x") + "  a: {}\n").files}, fault.Usage, `several clouds to choose from: @/cwd/clouds.yaml has a, b`, "name one with --os-cloud or OS_CLOUD"},
		"empty file":         {yaml(""), fault.Usage, `there is no cloud "c": @/cwd/clouds.yaml has no clouds`, ""},
		"empty JSON":         {json(" "), fault.Usage, `there is no cloud "c": @/cwd/clouds.json has no clouds`, ""},
		"no key clouds":      {yaml("cloud: {c: {}}"), fault.Usage, `there is no cloud "c": @/cwd/clouds.yaml has no clouds`, ""},
		"a list":             {yaml("- clouds"), fault.Failed, `@/cwd/clouds.yaml holds a list, expected a mapping with the key clouds`, ""},
		"text":               {yaml("just " + secret), fault.Failed, `@/cwd/clouds.yaml holds text, expected a mapping with the key clouds`, ""},
		"clouds is a list":   {yaml("clouds: [" + secret + "]"), fault.Failed, `@/cwd/clouds.yaml: clouds is a list, expected a mapping of names to clouds`, ""},
		"cloud is text":      {yaml("clouds: {c: " + secret + "}"), fault.Failed, `@/cwd/clouds.yaml: cloud "c" is text, expected a mapping`, ""},
		"indentation":        {yaml("clouds:\n  c:\n    auth:\n      password: hunter2\n     region: x\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: after line 2: found a wrong indentation, or a line that is neither a key nor a list item`, ""},
		"two colons":         {yaml("clouds:\n  c: hunter2: x\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: line 2: found a key where none can be, perhaps a wrong indentation`, ""},
		"tab":                {yaml("clouds:\n\tc: hunter2\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: line 2: found a character that no value can begin with unless it is quoted, or a tab`, ""},
		"alias for password": {yaml("clouds:\n  c:\n    password: *hunter2\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: found an alias to nothing; a value that begins with * must be quoted`, ""},
		"tag":                {yaml("clouds:\n  c:\n    password: !!int hunter2\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: found something that is not allowed there`, ""},
		"twice":              {yaml("clouds:\n  c: {}\n  c: {}\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: line 3: found the same key twice`, ""},
		"open quote":         {yaml("clouds:\n  c: 'hunter2\n"), fault.Failed, `@/cwd/clouds.yaml is not YAML: line 2: found a quote that is not closed`, ""},
		"open bracket":       {yaml("clouds: {c: [hunter2"), fault.Failed, `@/cwd/clouds.yaml is not YAML: line 1: found a bracket that is not closed`, ""},
		"binary":             {yaml("\x00\x01\x02"), fault.Failed, `@/cwd/clouds.yaml is not YAML: found control characters`, ""},
		"not JSON":           {json("{\n\"clouds\": {\"c\": hunter2}}"), fault.Failed, `@/cwd/clouds.json is not JSON: line 2: found a character that cannot be there`, ""},
		"JSON cut off":       {json("{\"clouds\": {"), fault.Failed, `@/cwd/clouds.json is not JSON: line 1: it ends too early`, ""},
		"password":           {yaml("clouds: {c: {auth: {password: hunter2}}}"), fault.Denied, `cloud "c" in @/cwd/clouds.yaml signs in with auth_type password, which valence cannot do yet`, "only auth_type none is supported so far"},
		"other auth type":    {yaml("clouds: {c: {auth_type: v3totp}}"), fault.Denied, `cloud "c" in @/cwd/clouds.yaml signs in with auth_type v3totp, which valence cannot do yet`, "only auth_type none is supported so far"},
		"auth type a list":   {yaml("clouds: {c: {auth_type: [hunter2]}}"), fault.Failed, `cloud "c" in @/cwd/clouds.yaml: auth_type is a list, expected a word such as none`, ""},
		"no endpoint":        {yaml("clouds: {c: {auth_type: none}}"), fault.Failed, `cloud "c" in @/cwd/clouds.yaml has no endpoint for the rack-scale service`, "set auth.endpoint or rack_scale_endpoint_override"},
		"not a URL":          {yaml(none("c", "localhost:8181")), fault.Failed, `cloud "c" in @/cwd/clouds.yaml: auth.endpoint is not a URL such as http://host:port`, ""},
		"secret in the URL":  {yaml(none("c", "http://u:hunter2@h")), fault.Failed, `cloud "c" in @/cwd/clouds.yaml: auth.endpoint holds a user name or a password, which a URL must not`, ""},
		"query":              {yaml(none("c", "http://h/?token=hunter2")), fault.Failed, `cloud "c" in @/cwd/clouds.yaml: auth.endpoint has a query or a fragment, which an endpoint cannot have`, ""},
		"option not a URL":   {world{url: "hunter2"}, fault.Usage, `--os-endpoint-override is not a URL such as http://host:port`, ""},
		"variable not a URL": {world{env: map[string]string{"VALENCE_URL": "ftp://hunter2"}}, fault.Usage, `VALENCE_URL is not a URL such as http://host:port`, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, root := c.request(t)
			got, err := Resolve(r)
			if err == nil {
				_, err = got.Endpoint("rack-scale")
			}
			if err == nil {
				t.Fatal("no error")
			}
			e := fault.Of(err)
			want := &fault.Error{Code: c.code, Message: strings.ReplaceAll(c.message, "@", root), Hint: strings.ReplaceAll(c.hint, "@", root)}
			if diff := cmp.Diff(want, e); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(e.Message+e.Hint, secret) {
				t.Error("shows a value of the file")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("clouds:\n  c:\n    auth_type: none\n"))
	f.Add([]byte("clouds: {1: {2: [a, {b-c: *x}]}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := &file{path: "clouds.yaml"}
		if c.parse(data) != nil {
			return
		}
		for _, name := range c.names() {
			if entry, err := c.entry(name); err == nil {
				_, _ = (&Resolved{Values: entry}).Endpoint("rack-scale")
			}
		}
	})
}
