package cloud

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzRead wants no panic, and no word of the file in an error.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"clouds:\n  c:\n    auth_type: none\n", "clouds: {1: {2: [a, {b-c: *x}]}}", "a: &a {<<: *a}", "? [x]\n: y", "!!str 1", "%TAG ! x",
		`{"clouds": {"c": {"x": [1, 2.5, true, null, "\ud83d"]}}}`, "- - - -", "a: 1:30\nb: 0x_\nc: +.\nd: .e+1", "---\n---\n",
	} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, asJSON bool) {
		name := "f.yaml"
		if asJSON {
			name = "f.json"
		}
		top, _, err := read(Origin{Name: name}, []byte(text))
		if err == nil {
			_ = fmt.Sprint(top.plain())
			return
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t\"'{}[]:,", r) }) {
			if len(word) >= 24 && strings.Contains(err.Error(), word) {
				t.Errorf("%q shows %q", err, word)
			}
		}
	})
}

// FuzzResolve puts secrets into a file that others wrote, and wants no panic and
// none of the secrets in anything that is printed.
func FuzzResolve(f *testing.F) {
	const s = "Zq7Secret9"
	for _, text := range []string{
		"clouds:\n  c:\n    auth: {auth_url: http://k, username: u, password: " + s + "}\n",
		"clouds: {c: {auth: {token: " + s + ", nosuch: " + s + "}, auth_type: token}}",
		"clouds: {c: {password: [" + s + "], auth: {passcode: {x: " + s + "}}}}",
		"clouds: {c: {auth_type: http_basic, x: '{password}', password: '" + s + "', endpoint: 'http://u:" + s + "@h'}}",
		"clouds: {c: {regions: [{name: R, values: {auth: {client_secret: " + s + "}}}], networks: [{name: n}]}}",
		"clouds: {c: {profile: otc, auth: {application_credential_secret: " + s + "}}}\ncache: {expiration_time: 1}\nclient: {force_ipv4: 1}",
		"clouds:\n  c:\n    password: *" + s + "\n", "clouds: {c: {auth: \"" + s + "\n", "clouds: {c: {api_timeout: 1, x_timeout: {a: 1}}}",
	} {
		f.Add(text, "", "OS_TOKEN="+s)
		f.Add(text, "R", "OS_INTERFACE=admin")
	}
	f.Fuzz(func(t *testing.T, text, region, variable string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "clouds.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var printed strings.Builder
		c, err := Resolve(Request{
			Options: map[string]string{"cloud": "c", "region_name": region, "password": s}, Dir: dir, Environ: []string{variable, "XDG_CONFIG_DIRS=" + dir},
			Fetch: func(string) ([]byte, error) { return []byte(text), nil },
		})
		if err == nil {
			_, credentials := c.Credentials()
			_, endpoint := c.Endpoint("valence")
			_, service := c.Service("identity")
			fmt.Fprint(&printed, c, c.Warnings, c.Show(false), c.Check(), credentials, endpoint, service, c.IdentityVersion())
		}
		fmt.Fprint(&printed, err)
		if !spreads(text, region, variable, s) && strings.Contains(printed.String(), s) {
			t.Errorf("shows the secret: %s", printed.String())
		}
	})
}

// spreads tells whether the secret stands where nobody would look for one: in a
// name, or in the value of a key that is not secret.
func spreads(text, region, variable, secret string) bool {
	if strings.Contains(region, secret) {
		return true
	}
	name, value, _ := strings.Cut(variable, "=")
	if strings.Contains(name, secret) || strings.Contains(value, secret) && !isSecret(name) {
		return true
	}
	top, _, err := readYAML(Origin{}, []byte(text))
	return err == nil && spread("", top.plain(), secret)
}

func spread(key string, v any, secret string) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			if strings.Contains(k, secret) || !isSecret(key) && spread(k, item, secret) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if spread(key, item, secret) {
				return true
			}
		}
	case string:
		return strings.Contains(v, secret) && !isSecret(key) && !strings.Contains(v, ":"+secret+"@")
	}
	return false
}
