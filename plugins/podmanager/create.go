package main

import (
	"cmp"
	"context"
	"os"
	"strings"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// createCmd registers a pod manager. Its arguments are those of the Python
// client.
type createCmd struct {
	Name         string   `arg:"" help:"Name of the pod manager; no other may have it."`
	URL          string   `arg:"" name:"url" help:"Where it is, such as https://podm4.lab:8443."`
	Driver       string   `help:"How to talk to it." default:"redfishv1"`
	Auth         []string `help:"How to sign in: username=…, password=… and, if need be, type=basic. May be given several times." placeholder:"KEY=VALUE" sep:"none" required:""`
	PasswordFile string   `help:"File whose first line is the password, so that it need not stand on the command line." placeholder:"FILE" complete:"file"`
}

// Examples are for the help.
func (c *createCmd) Examples() []string {
	return []string{"podmanager create row4 https://podm4.lab:8443 --auth username=svc-valence --password-file pw"}
}

// Result is the pod manager.
func (c *createCmd) Result() plugin.Result { return resource.RecordResult() }

// Run registers.
func (c *createCmd) Run(ctx context.Context, call *plugin.Call) error {
	client, err := connect(call)
	if err != nil {
		return err
	}
	items, err := c.authItems()
	if err != nil {
		return err
	}
	pm, err := podmanagers.Create(ctx, client, podmanagers.CreateOpts{
		Name: c.Name, URL: c.URL, Driver: c.Driver,
		Authentication: podmanagers.Basic(items["username"], items["password"]),
	}).Extract()
	if err != nil {
		return err
	}
	if pm.Status != podmanagers.StatusOnline {
		call.Warnf("pod manager %s is registered, but it is %s: %s", pm.Name, pm.Status, cmp.Or(pm.StatusReason, "check its URL and credentials"))
	}
	return resource.Emit(call, *pm)
}

// authItems reads --auth and --password-file. Its errors never repeat a value.
func (c *createCmd) authItems() (map[string]string, error) {
	items := map[string]string{"type": "basic"}
	for _, word := range c.Auth {
		key, value, ok := strings.Cut(word, "=")
		if !ok {
			return nil, plugin.Errorf(plugin.Usage, "--auth takes KEY=VALUE, and one of its values has no \"=\"")
		}
		if key != "username" && key != "password" && key != "type" {
			return nil, plugin.Errorf(plugin.Usage, "--auth takes username, password and type, not %q", key)
		}
		items[key] = value
	}
	if c.PasswordFile != "" {
		data, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return nil, plugin.Errorf(plugin.Usage, "reading --password-file: %v", err)
		}
		items["password"], _, _ = strings.Cut(string(data), "\n")
	}
	switch {
	case items["type"] != "basic":
		return nil, plugin.Errorf(plugin.Usage, "--auth type=%s is not known, only basic is", items["type"])
	case items["username"] == "":
		return nil, plugin.Errorf(plugin.Usage, "the username is missing: add --auth username=NAME")
	case items["password"] == "":
		return nil, plugin.Errorf(plugin.Usage, "the password is missing: add --password-file FILE, or --auth password=WORD")
	}
	return items, nil
}
