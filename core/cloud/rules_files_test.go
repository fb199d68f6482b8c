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

func regionFile(name string) string { return "clouds: {c: {region_name: " + name + "}}" }

// Rules 1, 4, 5, 6: each file of the list hides those after it.
func TestRule001SearchOrder(t *testing.T) {
	t.Parallel()
	order := []string{
		"named.yaml",
		"cwd/clouds.yaml", "cwd/clouds.yml", "cwd/clouds.json",
		"xdg/openstack/clouds.yaml", "xdg/openstack/clouds.yml",
		"home/.config/openstack/clouds.yaml", "home/.config/openstack/clouds.json",
		"site/openstack/clouds.yaml",
		"site2/openstack/clouds.yaml", // rule 11
	}
	for i, first := range order {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			w := world{files: map[string]string{}, options: map[string]string{"cloud": "c"}, env: map[string]string{
				"OS_CLIENT_CONFIG_FILE": "@/named.yaml", "XDG_CONFIG_HOME": "@/xdg", "XDG_CONFIG_DIRS": "@/site:@/site2",
			}}
			for _, path := range order[i:] {
				w.files[path] = fmt.Sprintf(`{"clouds": {"c": {"region_name": %q}}}`, path)
			}
			if c := w.resolve(t); c.Region != first || !strings.HasSuffix(c.File, first) {
				t.Errorf("read %s from %s", c.Region, c.File)
			}
		})
	}
}

// Rules 2, 3, 11: which folders.
func TestRule002Dirs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		env  map[string]string
		want []string
	}{
		"rule 2: HOME":         {map[string]string{"HOME": "/h"}, []string{"/cwd", "/h/.config/openstack", "/etc/xdg/openstack", "/etc/openstack"}},
		"rule 1: XDG, rule 11": {map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/x", "XDG_CONFIG_DIRS": "/a:/b"}, []string{"/cwd", "/x/openstack", "/h/.config/openstack", "/a/openstack", "/b/openstack", "/etc/openstack"}},
		"rule 3: a snap":       {map[string]string{"HOME": "/snap", "SNAP_REAL_HOME": "/h"}, []string{"/cwd", "/snap/.config/openstack", "/h/.config/openstack", "/etc/xdg/openstack", "/etc/openstack"}},
		"no home":              {nil, []string{"/cwd", "/etc/xdg/openstack", "/etc/openstack"}},
	}
	for name, c := range cases {
		r := Request{Dir: "/cwd", Getenv: func(key string) string { return c.env[key] }}
		if diff := cmp.Diff(c.want, r.dirs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// regionCase is a world and the region that shows which file counted.
type regionCase struct {
	name string
	world
	want     string
	warnings []string
}

func TestRule006To017Files(t *testing.T) {
	t.Parallel()
	c, homeC := clouds(regionFile("CWD")), "home/.config/openstack/clouds.yaml"
	none := world{options: map[string]string{"cloud": "c"}}
	cases := []regionCase{
		{"rule 6: a file that is gone is passed over", c.setenv("OS_CLIENT_CONFIG_FILE", "@/gone.yaml"), "CWD", []string{"OS_CLIENT_CONFIG_FILE names @/gone.yaml, which does not exist"}},
		{"rule 6: a relative name", c.file("cwd/sub/f.yaml", regionFile("SUB")).setenv("OS_CLIENT_CONFIG_FILE", "sub/f.yaml"), "SUB", nil},
		{"rule 6: the option before the variable", c.file("o.yaml", regionFile("O")).setenv("OS_CLIENT_CONFIG_FILE", "@/cwd/clouds.yaml").with("client_config_file", "@/o.yaml"), "O", nil},
		{"rule 7: JSON by the end of the name", none.file("x/fjson", `{"clouds": {"c": {"region_name": "J"}}}`).setenv("OS_CLIENT_CONFIG_FILE", "@/x/fjson"), "J", nil},
		{"rule 7: all else is YAML", none.file("x/f", regionFile("Y")).setenv("OS_CLIENT_CONFIG_FILE", "@/x/f"), "Y", nil},
		{"rule 8: a folder is passed over", none.file("cwd/clouds.yaml/x", "").file(homeC, regionFile("HOME")), "HOME", []string{"cannot read @/cwd/clouds.yaml: is a directory"}},
		{"rule 8: broken YAML is passed over", clouds("clouds: [hunter2").file(homeC, regionFile("HOME")), "HOME", []string{"@/cwd/clouds.yaml is not YAML: line 1: found a bracket that is not closed; the file is passed over"}},
		{"rule 8: broken JSON is passed over", none.file("cwd/clouds.json", "{\"clouds\"").file(homeC, regionFile("HOME")), "HOME", []string{"@/cwd/clouds.json is not JSON: line 1: it ends too early; the file is passed over"}},
		{"rule 10: no key clouds is a warning", clouds("other: 1").with("cloud", ""), "", []string{"@/cwd/clouds.yaml has no key clouds"}},
		{"rule 12: anchors and merges", clouds("b: &b {region_name: M, x: 1}\nclouds:\n  c:\n    <<: *b\n    x: 2\n"), "M", nil},
		{"rule 12: a number for a name", clouds("clouds: {123: {region_name: N}}").with("cloud", "123"), "N", nil},
		{"rule 12: a key twice", clouds("clouds:\n  c: {region_name: A}\n  c: {region_name: B}\n"), "B", []string{"@/cwd/clouds.yaml:3 has a key for the second time; the last one counts"}},
		{"rule 13: secure.yaml is looked for alone", c.file("home/.config/openstack/secure.yml", regionFile("SEC")), "SEC", nil},
		{"rule 14: OS_CLIENT_SECURE_FILE", c.file("cwd/secure.yaml", regionFile("NO")).file("s.yaml", regionFile("S")).setenv("OS_CLIENT_SECURE_FILE", "@/s.yaml"), "S", nil},
		{"rule 14: its option", c.file("cwd/secure.yaml", regionFile("NO")).file("s.yaml", regionFile("S")).with("client_secure_file", "@/s.yaml"), "S", nil},
		{"rule 17: secure.yaml alone", none.file("cwd/secure.yaml", regionFile("S")), "S", nil},
		{"rule 17: secure.yaml adds a cloud", c.file("cwd/secure.yaml", "clouds: {d: {region_name: D}}").with("cloud", "d"), "D", nil},
	}
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			r, root := k.request(t)
			got, err := Resolve(r)
			if err != nil {
				t.Fatal(err)
			}
			if got.Region != k.want {
				t.Errorf("region %q, want %q", got.Region, k.want)
			}
			for i := range got.Warnings {
				got.Warnings[i] = strings.ReplaceAll(got.Warnings[i], root, "@")
			}
			if diff := cmp.Diff(k.warnings, got.Warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRule008Unreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	r, root := clouds(regionFile("CWD")).file("home/.config/openstack/clouds.yaml", regionFile("HOME")).request(t)
	if err := os.Chmod(filepath.Join(root, "cwd/clouds.yaml"), 0); err != nil {
		t.Fatal(err)
	}
	if c, err := Resolve(r); err != nil || c.Region != "HOME" || len(c.Warnings) != 1 {
		t.Errorf("%v, %v", c, err)
	}
}

// Rules 15, 16: what secure.yaml does to clouds.yaml.
func TestRule015Secure(t *testing.T) {
	t.Parallel()
	c := entry("auth: {username: u, password: p}, deep: {er: {a: 1, b: 2}}, interface: [public, internal], note: n, region-name: R").
		file("cwd/secure.yaml", "clouds: {c: {auth: {password: S}, deep: {er: {b: 3}}, interface: [admin], note: null, region_name: S}}\ncache: {expiration_time: 5}").resolve(t)
	want := map[string]any{
		"auth.username": "u", "auth.password": "S", "deep": map[string]any{"er": map[string]any{"a": "1", "b": "3"}},
		"interface": []any{"admin"}, "note": nil, "region_name": "S",
	}
	for key, value := range want {
		if diff := cmp.Diff(value, c.shown(key)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	if c.Cache.Expiration != 5e9 {
		t.Error("the rest of the document is not merged")
	}
}

// errorCase is a world that must be refused.
type errorCase struct {
	name string
	world
	code          fault.Code
	message, hint string
}

func runErrors(t *testing.T, cases []errorCase) {
	t.Helper()
	for _, k := range cases {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			e := k.failure(t)
			if diff := cmp.Diff(&fault.Error{Code: k.code, Message: k.message, Hint: k.hint}, e); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(e.Message+e.Hint, "hunter2") {
				t.Error("shows a secret")
			}
		})
	}
}

func TestRule008To012Errors(t *testing.T) {
	t.Parallel()
	yaml := func(text string) world { return clouds(text) }
	json := func(text string) world {
		return world{files: map[string]string{"cwd/clouds.json": text}, options: map[string]string{"cloud": "c"}}
	}
	hint := `it was passed over, and there is no cloud "c" elsewhere`
	broken := func(name string, w world, message string) errorCase {
		return errorCase{name, w, fault.Failed, message, hint}
	}
	runErrors(t, []errorCase{
		broken("rule 8: indentation", yaml("clouds:\n  c:\n    auth:\n      password: hunter2\n     region: x\n"), `@/cwd/clouds.yaml is not YAML: after line 2: found a wrong indentation, or a line that is neither a key nor a list item`),
		broken("rule 8: two colons", yaml("clouds:\n  c: hunter2: x\n"), `@/cwd/clouds.yaml is not YAML: line 2: found a key where none can be, perhaps a wrong indentation`),
		broken("rule 8: tab", yaml("clouds:\n\tc: hunter2\n"), `@/cwd/clouds.yaml is not YAML: line 2: found a character that no value can begin with unless it is quoted, or a tab`),
		broken("rule 8: a password that looks like an alias", yaml("clouds:\n  c:\n    password: *hunter2\n"), `@/cwd/clouds.yaml is not YAML: found an alias to nothing; a value that begins with * must be quoted`),
		broken("rule 8: a tag", yaml("clouds:\n  c:\n    password: !!int hunter2\n"), `@/cwd/clouds.yaml is not YAML: line 3: found something that is not allowed there`),
		broken("rule 8: an open quote", yaml("clouds:\n  c: 'hunter2\n"), `@/cwd/clouds.yaml is not YAML: line 2: found a quote that is not closed`),
		broken("rule 8: control characters", yaml("\x00\x01\x02"), `@/cwd/clouds.yaml is not YAML: found control characters`),
		broken("rule 8: two documents", yaml("clouds: {}\n---\nclouds: {}\n"), `@/cwd/clouds.yaml is not YAML: it holds more than one document`),
		broken("rule 8: an alias in itself", yaml("clouds: &a [*a]\n"), `@/cwd/clouds.yaml is not YAML: line 1: found an alias inside of what it stands for`),
		broken("rule 8: a merge of text", yaml("clouds: {c: {<<: hunter2}}\n"), `@/cwd/clouds.yaml is not YAML: line 1: found << with something that is not a mapping`),
		broken("rule 8: no JSON", json("{\n\"clouds\": {\"c\": hunter2}}"), `@/cwd/clouds.json is not JSON: line 2: found a character that cannot be there`),
		broken("rule 8: a comma too many", json("{\"clouds\": {},}"), `@/cwd/clouds.json is not JSON: line 1: found a character that cannot be there`),
		{"rule 9: an empty file", yaml("").file("home/.config/openstack/clouds.yaml", regionFile("HOME")), fault.Usage, `there is no cloud "c": @/cwd/clouds.yaml has no clouds`, ""},
		{"rule 9: an empty JSON file", json(" "), fault.Usage, `there is no cloud "c": @/cwd/clouds.json has no clouds`, ""},
		{"rule 10: a list", yaml("- clouds"), fault.Failed, `@/cwd/clouds.yaml holds a list, expected a mapping with the key clouds`, ""},
		{"rule 10: text", yaml("hunter2"), fault.Failed, `@/cwd/clouds.yaml holds text, expected a mapping with the key clouds`, ""},
		{"rule 10: clouds is a list", yaml("clouds: [hunter2]"), fault.Failed, `@/cwd/clouds.yaml:1: clouds is a list, expected a mapping of names to clouds`, ""},
		{"rule 10: a cloud is text", yaml("\nclouds: {c: hunter2}"), fault.Failed, `@/cwd/clouds.yaml:2: cloud "c" is text, expected a mapping`, ""},
		{"rule 6: an option names no file", yaml("").with("client_config_file", "nope.yaml"), fault.Usage, `--os-client-config-file names @/cwd/nope.yaml, which does not exist`, ""},
	})
}

func TestUnfoldingIsBounded(t *testing.T) {
	t.Parallel()
	text := "a0: &a0 [x, x]\n"
	for i := range 30 {
		text += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	if e := clouds(text).failure(t); !strings.Contains(e.Message, "unfold to too much") {
		t.Error(e)
	}
}
