package main

import (
	"cmp"
	"context"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// createCmd registers a pod manager. Its arguments are those of the Python
// client.
type createCmd struct {
	Name          string `arg:"" help:"Name of the pod manager; no other may have it."`
	URL           string `arg:"" name:"url" help:"Where it is, such as https://podm4.lab:8443."`
	Driver        string `help:"How to talk to it." default:"redfishv1"`
	CaCertificate string `help:"File with the PEM of the authorities that its certificate must come from; those of the service's system when not given." placeholder:"FILE" complete:"file"`
	Description   string `help:"What it is for." placeholder:"TEXT"`
	Location      string `help:"Where it stands." placeholder:"TEXT"`
	DryRun        bool   `help:"Check the options, say what would be registered, and do nothing."`
	credentials
}

// Help is shown below the synopsis.
func (c *createCmd) Help() string { return passwordHelp }

// Examples are for the help.
func (c *createCmd) Examples() []string {
	return []string{
		"podmanager create row4 https://podm4.lab:8443 --auth username=svc-valence",
		"podmanager create row4 https://podm4.lab:8443 --auth username=svc-valence --password-file pw --ca-certificate lab.pem",
	}
}

// Result is the pod manager.
func (c *createCmd) Result() plugin.Result { return resource.RecordResult() }

// Run registers.
func (c *createCmd) Run(ctx context.Context, call *plugin.Call) error {
	certificate, err := readCertificate(c.CaCertificate)
	if err != nil {
		return err
	}
	authentication, err := c.authentication(ctx, call, c.Name, "")
	if err != nil {
		return err
	}
	if c.DryRun {
		call.Infof("would register pod manager %s at %s with the driver %s", c.Name, c.URL, c.Driver)
		return nil
	}
	client, err := command.Connect(call)
	if err != nil {
		return err
	}
	pm, err := podmanagers.Create(ctx, client, podmanagers.CreateOpts{
		Name: c.Name, URL: c.URL, Driver: c.Driver, Authentication: authentication,
		Description: c.Description, Location: c.Location, CACertificate: certificate,
	}).Extract()
	if err != nil {
		return err
	}
	warn(call, "registered", *pm)
	return resource.Emit(call, *pm)
}

// warn says so where a pod manager that was registered or changed is not
// online.
func warn(call *plugin.Call, done string, pm podmanagers.PodManager) {
	if pm.Status != podmanagers.StatusOnline {
		call.Warnf("pod manager %s is %s, but it is %s: %s", pm.Name, done, pm.Status, cmp.Or(pm.StatusReason, "check its URL and credentials"))
	}
}
