package main

import (
	"context"
	"encoding/pem"
	"os"
	"strings"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// passwordHelp is part of the help of commands with credentials.
const passwordHelp = "A password that no option gives is taken from the environment variable VALENCE_PODMANAGER_PASSWORD, " +
	"or else asked for at the terminal."

// credentials are how to sign in to a pod manager.
type credentials struct {
	Auth         []string `help:"How to sign in: username=…, password=… and, if need be, type=basic. May be given several times." placeholder:"KEY=VALUE" sep:"none"`
	PasswordFile string   `help:"File whose first line is the password, so that it need not stand on the command line; - is the standard input." placeholder:"FILE" complete:"file"`
}

// given tells whether any option is about credentials.
func (c *credentials) given() bool { return c.Auth != nil || c.PasswordFile != "" }

// authentication is what the options say, with the password from wherever it
// is. The user name may be left out where there is one already.
func (c *credentials) authentication(ctx context.Context, call *plugin.Call, podManager, username string) ([]podmanagers.Authentication, error) {
	items, err := c.items()
	if err != nil {
		return nil, err
	}
	if items["username"] == "" {
		items["username"] = username
	}
	if items["username"] == "" {
		return nil, plugin.Errorf(plugin.Usage, "the username is missing: add --auth username=NAME")
	}
	password, err := c.password(ctx, call, podManager, items)
	if err != nil {
		return nil, err
	}
	if password == "" {
		return nil, plugin.Errorf(plugin.Usage, "the password is empty: expected at least one character")
	}
	return podmanagers.Basic(items["username"], password), nil
}

// items reads --auth. Its errors never repeat a value.
func (c *credentials) items() (map[string]string, error) {
	items := map[string]string{}
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
	if kind, ok := items["type"]; ok && kind != "basic" {
		return nil, plugin.Errorf(plugin.Usage, "--auth type=%s is not known, only basic is", kind)
	}
	return items, nil
}

func (c *credentials) password(ctx context.Context, call *plugin.Call, podManager string, items map[string]string) (string, error) {
	password, here := items["password"]
	switch {
	case here && c.PasswordFile != "":
		return "", plugin.Errorf(plugin.Usage, "--auth password=… and --password-file cannot be used together")
	case here:
		return password, nil
	case c.PasswordFile == "":
		return call.Secret(ctx, "password", "Password of "+items["username"]+" at pod manager "+podManager)
	}
	data, err := c.file(ctx, call)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

func (c *credentials) file(ctx context.Context, call *plugin.Call) ([]byte, error) {
	if c.PasswordFile == "-" {
		return call.Input(ctx)
	}
	data, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return nil, plugin.Errorf(plugin.Usage, "reading --password-file: %v", err)
	}
	return data, nil
}

// readCertificate reads --ca-certificate; no file stands for none.
func readCertificate(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", plugin.Errorf(plugin.Usage, "reading --ca-certificate: %v", err)
	}
	if block, _ := pem.Decode(data); block == nil || block.Type != "CERTIFICATE" {
		return "", plugin.Errorf(plugin.Usage, "--ca-certificate %s does not begin with a certificate: expected PEM, as in -----BEGIN CERTIFICATE-----", file)
	}
	return string(data), nil
}
