package main

import (
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// setCmd changes a pod manager.
type setCmd struct {
	Podmanager    string  `arg:"" help:"Name or UUID of the pod manager." complete:"podmanager"`
	Name          *string `help:"New name; no other pod manager may have it." placeholder:"NAME"`
	URL           *string `name:"url" help:"Where it is now." placeholder:"URL"`
	Driver        *string `help:"How to talk to it." placeholder:"DRIVER"`
	CaCertificate *string `help:"File with the PEM of the authorities that its certificate must come from; empty for those of the service's system." placeholder:"FILE" complete:"file"`
	Description   *string `help:"What it is for; an empty text removes it." placeholder:"TEXT"`
	Location      *string `help:"Where it stands; an empty text removes it." placeholder:"TEXT"`
	credentials
}

// Help is shown below the synopsis.
func (c *setCmd) Help() string {
	return "The service signs in again at once. New credentials are meant by --auth or --password-file; the user name stays " +
		"where none is given. " + passwordHelp
}

// Examples are for the help.
func (c *setCmd) Examples() []string {
	return []string{
		"podmanager set --name row5 row4",
		"podmanager set --auth username=svc-valence row4",
		"podmanager set --url https://podm5.lab:8443 --ca-certificate lab.pem row4",
	}
}

// Run changes the pod manager.
func (c *setCmd) Run(ctx context.Context, call *plugin.Call) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	pm, err := podmanagers.Find(ctx, client, c.Podmanager)
	if err != nil {
		return err
	}
	if c.given() {
		if opts.Authentication, err = c.authentication(ctx, call, pm.Name, usernameOf(pm)); err != nil {
			return err
		}
	}
	changed, err := podmanagers.Update(ctx, client, pm.UUID, opts).Extract()
	if err != nil {
		return err
	}
	warn(call, "changed", *changed)
	return nil
}

// options are the changes, but for the credentials.
func (c *setCmd) options() (podmanagers.UpdateOpts, error) {
	opts := podmanagers.UpdateOpts{
		Name: c.Name, URL: c.URL, Driver: c.Driver, Description: c.Description, Location: c.Location,
	}
	if c.CaCertificate != nil {
		certificate, err := readCertificate(*c.CaCertificate)
		if err != nil {
			return opts, err
		}
		opts.CACertificate = &certificate
	}
	nothing := opts.Name == nil && opts.URL == nil && opts.Driver == nil && opts.Description == nil &&
		opts.Location == nil && opts.CACertificate == nil && !c.given()
	if nothing {
		return opts, plugin.Errorf(plugin.Usage,
			"nothing to set: give --name, --url, --driver, --auth, --password-file, --ca-certificate, --description or --location")
	}
	return opts, nil
}

// usernameOf is the name that the service signs in with.
func usernameOf(pm podmanagers.PodManager) string {
	for _, a := range pm.Authentication {
		return a.AuthItems.Username
	}
	return ""
}
