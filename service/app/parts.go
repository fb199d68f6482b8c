package app

import (
	"fmt"
	"strings"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/app/config"
	"github.com/valence-rsd/valence/service/composition"
	"github.com/valence-rsd/valence/service/httpapi"
	"github.com/valence-rsd/valence/service/ironic"
	"github.com/valence-rsd/valence/service/redfish"
	"github.com/valence-rsd/valence/service/rsd"
)

// drivers are the ways to talk to a pod, by the name that a pod manager is
// registered with.
func drivers(c config.Pods) map[string]service.Driver {
	bounds := redfish.Options{
		RequestTimeout: c.RequestTimeout,
		SlowTimeout:    c.SlowTimeout,
		Insecure:       !c.VerifyCA,
		MaxConnections: c.MaxConnections,
	}
	return map[string]service.Driver{
		"rsd":         rsd.New(bounds),
		"redfishv1":   rsd.New(bounds), // what the original called it
		"composition": composition.New(composition.Options{Options: bounds, Spread: c.Placement == "spread"}),
	}
}

// eventDestination is where the pods send their events; empty where they are
// not asked to.
func eventDestination(c config.Pods) string {
	if c.EventDestination == "" {
		return ""
	}
	return strings.TrimRight(c.EventDestination, "/") + httpapi.EventsPath
}

// newProvisioner makes what nodes are registered with; nil where Ironic is not
// configured.
func newProvisioner(o Options) (service.Provisioner, error) {
	c := o.Config.Ironic
	if c.Endpoint == "" && c.AuthURL == "" {
		return nil, nil
	}
	provisioner, err := ironic.New(ironic.Options{
		Endpoint:        c.Endpoint,
		AuthURL:         c.AuthURL,
		Username:        c.Username,
		Password:        string(c.Password),
		UserDomain:      c.UserDomainName,
		UserDomainID:    c.UserDomainID,
		Project:         c.Project,
		ProjectDomain:   c.ProjectDomainName,
		ProjectDomainID: c.ProjectDomainID,
		Region:          c.RegionName,
		CAFile:          c.CACert,
		CertFile:        c.Cert,
		KeyFile:         c.Key,
		Insecure:        c.Insecure,
		Timeout:         c.Timeout,
		Logger:          o.part("ironic"),
	})
	if err != nil {
		return nil, fmt.Errorf("[ironic_client] %w", err)
	}
	return provisioner, nil
}
