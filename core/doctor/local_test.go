package doctor

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

func TestCloud(t *testing.T) {
	t.Parallel()
	const down = "http://127.0.0.1:1"
	p := patientOf(t, alone(down))
	p.Cloud.Environ = []string{"OS_INTERFACE=internal"}
	examine(t, p).is("cloud", Warning, `the environment overrides cloud "c": OS_INTERFACE`, "configuration show --origin")

	p = patientOf(t, alone(down))
	p.Cloud.Options["cloud"] = "d"
	c := examine(t, p)
	c.is("cloud", Failed, `there is no cloud "d"`, "it has c")
	for _, name := range []string{"keystone", "keystone tls", "keystone clock", "sign-in", "catalog", "service", "service tls", "service clock", "ready", "access", "pod managers"} {
		c.is(name, Skipped, "because the check cloud failed")
	}

	// A password that is nowhere is asked for; here nobody answers.
	p = patientOf(t, "auth:\n  auth_url: "+down+"\n  username: ann")
	examine(t, p).is("cloud", Failed, "password", "configuration show")
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	p := patientOf(t, signingIn("http://127.0.0.1:1", secret))
	path := p.Cloud.Options["client_config_file"]
	examine(t, p).is("secrets", OK, "only you may read "+path)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	examine(t, p).is("secrets", Warning, "others may read "+path, "chmod go-r "+path)
	// The secret may be another cloud's, or be in secure.yaml.
	p.Cloud.Options["cloud"] = "nowhere"
	examine(t, p).is("secrets", Warning, path)
	p = patientOf(t, alone("http://127.0.0.1:1"))
	examine(t, p).is("secrets", OK, "no file holds a secret")
	p.Cloud.Options["client_secure_file"] = filepath.Join(t.TempDir(), "secure.yaml")
	write(t, p.Cloud.Options["client_secure_file"], "clouds: {c: {auth: {password: "+secret+"}}}", 0o604)
	examine(t, p).is("secrets", Warning, p.Cloud.Options["client_secure_file"])
}

func TestCaches(t *testing.T) {
	t.Parallel()
	p := patientOf(t, alone("http://127.0.0.1:1"))
	examine(t, p).is("token cache", Skipped, "--no-cache")
	dir := filepath.Join(t.TempDir(), "valence")
	p.Tokens, p.Manifests = filepath.Join(dir, "tokens"), filepath.Join(dir, "manifests.json")
	c := examine(t, p)
	c.is("token cache", OK, "none yet")
	c.is("manifest cache", OK, "none yet")
	if _, err := os.Stat(dir); err == nil {
		t.Error("the doctor made a folder")
	}

	one := filepath.Join(p.Tokens, "a.json")
	write(t, one, "{}", 0o600)
	write(t, p.Manifests, "{}", 0o600)
	c = examine(t, p)
	c.is("token cache", OK, p.Tokens+" has 1 of them")
	c.is("manifest cache", OK, p.Manifests)
	if left, _ := os.ReadDir(p.Tokens); len(left) != 1 {
		t.Errorf("the doctor left something: %v", left)
	}

	for name, s := range map[string]struct {
		path, text string
		mode       os.FileMode
		check      string
		says       string
	}{
		"token for others":     {one, "{}", 0o604, "token cache", "(mode 0604); chmod 600 "},
		"token that is broken": {one, `{"id": "` + token, 0o600, "token cache", "is broken: it is not JSON; remove it"},
		"manifests for others": {p.Manifests, "{}", 0o602, "manifest cache", "(mode 0602); chmod 600 "},
		"broken manifests":     {p.Manifests, "", 0o600, "manifest cache", "is broken"},
	} {
		write(t, s.path, s.text, s.mode)
		examine(t, p).is(s.check, Warning, s.says)
		write(t, s.path, "{}", 0o600)
		examine(t, p).is(s.check, OK)
		t.Log(name)
	}

	if err := os.Chmod(p.Tokens, 0o705); err != nil {
		t.Fatal(err)
	}
	examine(t, p).is("token cache", Warning, "others may use "+p.Tokens+" (mode 0705)", "chmod 700 "+p.Tokens)
	p.Tokens = p.Manifests
	examine(t, p).is("token cache", Warning, "is not a folder")
}

func TestReadOnlyCache(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	p := patientOf(t, alone("http://127.0.0.1:1"))
	p.Tokens = t.TempDir()
	if err := os.Chmod(p.Tokens, 0o500); err != nil {
		t.Fatal(err)
	}
	examine(t, p).is("token cache", Warning, "cannot be written to", "chmod u+rwx "+p.Tokens)
}

func TestPlugins(t *testing.T) {
	t.Parallel()
	p := patientOf(t, alone("http://127.0.0.1:1"))
	examine(t, p).is("plugins", OK, "1 in use, looked for in /p")
	catalog := &pluginhost.Catalog{}
	p.Plugins = func(context.Context) *pluginhost.Catalog { return catalog }
	examine(t, p).is("plugins", Failed, "no plugin can be used of those in /p", "valence plugin install")
	catalog.Plugins = []pluginhost.Plugin{{Path: "/p/valence-plugin-a", Manifest: wire.Manifest{Family: "a"}}}
	catalog.Problems = []pluginhost.Problem{
		{Path: "/p/valence-plugin-a", Family: "a", Reason: `its command "node" is taken by /p/valence-plugin-n`},
		{Path: "/p/valence-plugin-b", Family: "b", Reason: "its content has changed since it was installed"},
	}
	catalog.Shadowed = []pluginhost.Shadow{{Path: "/q/valence-plugin-c", Family: "c", By: "/p/valence-plugin-c"}}
	p.Receipts = filepath.Join(t.TempDir(), "receipts.json")
	write(t, p.Receipts, `{"plugins": [{"path": "/nowhere/valence-plugin-d", "family": "d", "sha256": "`+
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"+`"}]}`, 0o600)
	c := examine(t, p)
	c.is("plugins", OK, "1 in use")
	c.is("plugin a", Warning, `its command "node" is taken`, "valence plugin exec a")
	c.is("plugin b", Failed, "/p/valence-plugin-b: its content has changed", "install the plugin again")
	c.is("plugin c", Warning, "/q/valence-plugin-c is not used, because /p/valence-plugin-c comes first", "VALENCE_PLUGIN_PATH")
	c.is("plugin d", Failed, "/nowhere/valence-plugin-d is gone", "valence plugin remove d")
	write(t, p.Receipts, `{"plugins": 1}`, 0o600)
	examine(t, p).is("plugin receipts", Failed, "is broken", "remove "+p.Receipts)
}
