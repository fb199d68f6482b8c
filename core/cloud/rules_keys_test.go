package cloud

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
)

const regions = "regions: [{name: A, values: {interface: internal, note: null, auth: {auth_url: http://a}, compute_endpoint_override: http://ca}}, B], auth: {auth_url: http://k, username: u}, note: n"

func TestRule037To043Regions(t *testing.T) {
	t.Parallel()
	c := entry(regions)
	runShown(t, []showCase{
		{"rule 37: a list of words", c.with("region_name", "B"), "region_name", "B"},
		{"rule 37: the list is not shown", c, "regions", "-"},
		{"rule 38: the first", c, "region_name", "A"},
		{"rule 38: with its values", c, "interface", "internal"},
		{"rule 39: another has other values", c.with("region_name", "B"), "interface", "public"},
		{"rule 40: region_name alone", entry("region_name: R").with("region_name", "R"), "region_name", "R"},
		{"rule 40: commas", entry("region_name: 'R,S'").with("region_name", "S"), "region_name", "S"},
		{"rule 40: a list", entry("region_name: [1, S]"), "region_name", "1"},
		{"rule 41: values over the cloud", c, "auth.auth_url", "http://a"},
		{"rule 41: auth key by key", c, "auth.username", "u"},
		{"rule 41: keys of services", c, "compute_endpoint_override", "http://ca"},
		{"rule 41: null does not count", c, "note", "n"},
		{"rule 41: options over values", c.with("interface", "admin"), "interface", "admin"},
		{"rule 42: any name", entry("").with("region_name", "any"), "region_name", "any"},
		{"rule 42: none", entry(""), "region_name", ""},
		{"rule 42: an empty list", entry("regions: []").with("region_name", "any"), "region_name", "any"},
		{"rule 43: OS_REGION_NAME", c.setenv("OS_REGION_NAME", "B"), "region_name", "B"},
	})
	runErrors(t, []errorCase{
		{"rule 37: another key", entry("regions: [{name: A, interface: x}]"), fault.Failed, "@/cwd/clouds.yaml:1: a region has the key interface, expected only name and values", ""},
		{"rule 37: no name", entry("regions: [{values: {}}]"), fault.Failed, "@/cwd/clouds.yaml:1: the name of a region is empty, expected text", ""},
		{"rule 37: no list", entry("regions: R"), fault.Failed, "@/cwd/clouds.yaml:1: regions is text, expected a list", ""},
		{"rule 39: case", c.with("region_name", "a"), fault.Usage, "region a is not a valid region name for cloud c: valid choices are A,B", "region names are case sensitive"},
		{"rule 40: restricts", entry("region_name: R").with("region_name", "S"), fault.Usage, "region S is not a valid region name for cloud c: valid choices are R", "region names are case sensitive"},
	})
	if w := entry("region_name: 'R,S'").resolve(t).Warnings; len(w) != 1 {
		t.Errorf("rule 40: warnings %v", w)
	}
}

func TestRule044To046Normalisation(t *testing.T) {
	t.Parallel()
	runShown(t, []showCase{
		{"rule 44: at the top", entry("region-name: R"), "region_name", "R"},
		{"rule 44: in auth", entry("auth: {auth-url: http://k}"), "auth.auth_url", "http://k"},
		{"rule 44: auth-type", entry("auth-type: none"), "auth_type", "none"},
		{"rule 44: deep", entry("a-b: {c-d: {e-f: 1}}"), "a_b", map[string]any{"c_d": map[string]any{"e_f": "1"}}},
		{"rule 44: not in lists", entry("x: [{a-b: 1}]"), "x", []any{map[string]any{"a-b": 1}}},
		{"rule 44: of both the later", entry("x-y: 1, x_y: 2"), "x_y", "2"},
		{"rule 44: options with os_", entry("").with("os_username", "u"), "username", "u"},
		{"rule 44: the os_ form wins", entry("").with("os_username", "u").with("username", "v"), "username", "u"},
		{"rule 44: empty options are none", entry("username: f").with("username", ""), "username", "f"},
		{"rule 45: a whole number", entry("connect_retries: 3"), "connect_retries", "3"},
		{"rule 45: a broken one", entry("x: 1.80"), "x", "1.8"},
		{"rule 45: api_timeout stays", entry("api_timeout: 30"), "api_timeout", 30},
		{"rule 45: truth stays", entry("x: true"), "x", true},
		{"rule 45: a password of digits", entry("auth: {password: 123}"), "auth.password", "123"},
		{"rule 46: true", entry("insecure: true"), "insecure", true},
		{"rule 46: the word", entry("insecure: 'TRUE'"), "insecure", true},
		{"rule 46: another word", entry("insecure: 'yes'"), "insecure", false},
		{"rule 46: yes without quotes", entry("insecure: yes"), "insecure", true},
		{"rule 46: a number", entry("insecure: 1"), "insecure", false},
		{"rule 46: cache", entry("cache: 'True'"), "cache", true},
		{"rule 46: verify is shown as it is", entry("verify: 'false'"), "verify", "false"},
	})
	r, _ := entry("").request(t)
	r.Options["os_user-name"], r.Options["os_user_name"] = "a", "b"
	if _, err := Resolve(r); err == nil || fault.Of(err).Code != fault.Usage {
		t.Errorf("rule 44: an option with - and with _: %v", err)
	}
}

// What PyYAML makes of plain words, as openstack shows them (test/testdata/clouds
// 045-numbers compares the same with the real one).
func TestRule045Scalars(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"": nil, "~": nil, "null": nil, "yes": true, "Off": false, "y": "y", "oN": "oN",
		"10": 10, "+5": 5, "-5": -5, "1_000": 1000, "010": 8, "08": "08", "0x1F": 31, "0b11": 3, "0o7": "0o7", "0": 0, "00": 0,
		"1:30": 90, "-1:30": -90, "1:60": "1:60", "01:30": "01:30", "1:2:3": 3723, "12:": "12:",
		"1.5": 1.5, "5.": 5.0, ".5": 0.5, "-.5": "-.5", "1e3": "1e3", "1.0e3": "1.0e3", "1.0e+3": 1000.0, "1.2.3": "1.2.3",
		"-": "-", "+": "+", ".": ".", "_1": "_1", "+_": "+_", "+-1": "+-1", "0x": "0x", "1.0e+": "1.0e+",
		"123456789012345678901234567890": "123456789012345678901234567890", "2024-01-02": "2024-01-02",
		"10.0.0.1": "10.0.0.1", "00:11:22:33:44:55": "00:11:22:33:44:55", "8.1_0": 8.1,
	} {
		if got := scalar(text); !cmp.Equal(got, want) {
			t.Errorf("%q is %#v, want %#v", text, got, want)
		}
	}
	for text, want := range map[string]string{".inf": "inf", "-.INF": "-inf", ".nan": "nan", "1.0e+16": "1e+16", "1.0e+15": "1000000000000000.0", "0.0001": "0.0001", "0.00001": "1e-05", "0.0": "0.0"} {
		if got, ok := pyString(scalar(text)); !ok || got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

func TestRule047To051Keys(t *testing.T) {
	t.Parallel()
	file := "clouds:\n  c:\n    compute_endpoint_type: admin\n    compute_interface: internal\n    image_interface: internal\n    image_endpoint_type: admin\n"
	braces := entry("auth: {auth_url: 'http://{region_name}.{zone}', password: 'a{region_name}', client_secret: 'x{{y'}, region_name: R, zone: z, x: 'http://{region_name}/{nosuch}/{{', token_copy: '{password}', password: hunter2, y: '{zone', z: '{password}', n: '{connect_retries}', connect_retries: 2")
	runShown(t, []showCase{
		{"rule 47: commas", entry("auth_methods: 'v3password,v3totp'"), "auth_methods", []any{"v3password", "v3totp"}},
		{"rule 47: a list", entry("auth_methods: [v3totp]"), "auth_methods", []any{"v3totp"}},
		{"rule 48: any timeout", entry("http_timeout: 5"), "api_timeout", 5},
		{"rule 48: the later", clouds("clouds:\n  c:\n    z_timeout: 1\n    a_timeout: 2\n"), "api_timeout", 2},
		{"rule 48: the old key is gone", entry("http_timeout: 5"), "http_timeout", "-"},
		{"rule 48: timeout is another thing", entry("timeout: 5"), "api_timeout", nil},
		{"rule 49: endpoint_type", entry("endpoint_type: admin"), "interface", "admin"},
		{"rule 49: it wins", entry("endpoint_type: admin, interface: internal"), "interface", "admin"},
		{"rule 49: not against an option", entry("endpoint_type: admin").with("interface", "internal"), "interface", "internal"},
		{"rule 49: of a service's two the later", clouds(file), "compute_interface", "internal"},
		{"rule 49: whichever that is", clouds(file), "image_interface", "admin"},
		{"rule 50: a list", entry("interface: [internal, public]"), "interface", []any{"internal", "public"}},
		{"rule 51: auth_url", braces, "auth.auth_url", "http://R.z"},
		{"rule 51: texts, unknown names stay", braces, "x", "http://R/{nosuch}/{"},
		{"rule 51: no password", braces, "auth.password", "a{region_name}"},
		{"rule 51: no other secret", braces, "auth.client_secret", "x{{y"},
		{"rule 51: no copy of a secret", braces, "z", "{password}"},
		{"rule 51: an open brace", braces, "y", "{zone"},
		{"rule 51: a number", braces, "n", "2"},
		{"rule 51: the cloud's name", entry("x: '{cloud}'"), "x", "c"},
	})
}

func TestRule055To057(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]any{
		"auth_type": "password", "interface": "public", "verify": true, "image_format": "qcow2", "network_api_version": "2",
		"object_store_api_version": "1", "image_status_code_retries": "5", "baremetal_status_code_retries": "5",
		"baremetal_introspection_status_code_retries": "5", "secgroup_source": "neutron", "floating_ip_source": "neutron",
		"api_timeout": nil, "cacert": nil, "networks": []any{}, "status": "active",
	} {
		if diff := cmp.Diff(want, entry("").resolve(t).shown(key)); diff != "" {
			t.Errorf("rule 55: %s (-want +got):\n%s", key, diff)
		}
	}
	network := func(name string, on ...string) map[string]any {
		out := map[string]any{"name": name}
		for _, key := range []string{"routes_externally", "nat_source", "nat_destination", "default_interface", "routes_ipv4_externally", "routes_ipv6_externally"} {
			out[key] = false
		}
		for _, key := range on {
			out[key] = true
		}
		return out
	}
	runShown(t, []showCase{
		{"rule 56: filled in", entry("networks: [{name: n, routes_externally: true, routes_ipv6_externally: false}, {name: m, nat_destination: 'true'}]"), "networks",
			[]any{network("n", "routes_externally", "routes_ipv4_externally"), network("m", "nat_destination")}},
		{"rule 56: old keys", entry("external_network: e"), "networks", []any{map[string]any{"name": "e", "routes_externally": true, "nat_destination": false, "default_interface": true}}},
		{"rule 56: old keys stay", entry("internal_network: e"), "internal_network", "e"},
		{"rule 57: a cloud that is null", clouds("clouds: {c: }"), "region_name", ""},
		{"rule 57: auth that is null", entry("auth: , region_name: R"), "region_name", "R"},
		{"rule 57: clouds that is null", clouds("clouds:").with("cloud", ""), "auth_type", "password"},
		{"rule 57: regions that is null", entry("regions: , region_name: "), "region_name", ""},
	})
	runErrors(t, []errorCase{
		{"rule 56: both", entry("external_network: e, networks: [{name: n}]"), fault.Failed, "@/cwd/clouds.yaml:1: both external_network and networks are given; networks alone is enough", ""},
		{"rule 56: no name", entry("networks: [{nat_source: true}]"), fault.Failed, "@/cwd/clouds.yaml:1: a network has no name", ""},
		{"rule 56: two of them", entry("networks: [{name: n, default_interface: true}, {name: m, default_interface: true}]"), fault.Failed, "@/cwd/clouds.yaml:1: only one network can be flagged with default_interface, not both n and m", ""},
		{"rule 56: no list", entry("networks: n"), fault.Failed, "@/cwd/clouds.yaml:1: networks is text, expected a list", ""},
		{"rule 57: auth is text", entry("auth: hunter2"), fault.Failed, "@/cwd/clouds.yaml:1: auth is text, expected a mapping", ""},
	})
	if w := entry("external_network: e").resolve(t).Warnings; len(w) != 1 {
		t.Errorf("rule 56: warnings %v", w)
	}
}
