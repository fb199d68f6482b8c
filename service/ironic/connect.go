package ironic

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/valence-rsd/valence/service"
)

// microversion is the newest of Ironic 21.4 (2023.1), and thereby the one that
// lets callers pass on the most. Ironic has never raised the oldest version
// that it takes, which is 1.1: all later releases take this one and answer as
// 21.4 does.
const microversion = "1.82"

// serviceType is Ironic's in the catalog.
const serviceType = "baremetal"

// connected gives a client that is signed in, to the best of our knowledge.
// Those who come while one signs in wait for what comes of it.
func (p *Provisioner) connected(ctx context.Context) (*gophercloud.ServiceClient, error) {
	select {
	case p.gate <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.gate }()
	if p.client != nil {
		return p.client, nil
	}
	client, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	p.client = client
	return client, nil
}

func (p *Provisioner) connect(ctx context.Context) (*gophercloud.ServiceClient, error) {
	client := &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{HTTPClient: p.http},
		Type:           serviceType,
		Microversion:   microversion,
	}
	endpoint := p.o.Endpoint
	switch {
	case p.o.AuthURL != "":
		var err error
		if client.ProviderClient, err = p.signIn(ctx); err != nil {
			return nil, err
		}
		if endpoint == "" {
			if endpoint, err = p.locate(client.ProviderClient); err != nil {
				return nil, err
			}
		}
	case p.o.Username != "":
		client.MoreHeaders = map[string]string{"Authorization": "Basic " + basic(p.o.Username, p.o.Password)}
	}
	client.Endpoint = strings.TrimSuffix(strings.TrimRight(endpoint, "/"), "/v1") + "/v1/"
	return client, nil
}

// signIn gets a token. gophercloud gets the next when Ironic refuses this one.
func (p *Provisioner) signIn(ctx context.Context) (*gophercloud.ProviderClient, error) {
	provider, err := openstack.NewClient(p.o.AuthURL)
	if err != nil {
		return nil, signInError{err}
	}
	provider.HTTPClient = p.http
	account := &gophercloud.AuthOptions{
		Username:    p.o.Username,
		Password:    p.o.Password,
		AllowReauth: true,
		Scope:       &gophercloud.AuthScope{System: true},
	}
	account.DomainID, account.DomainName = idFirst(p.o.UserDomainID, p.o.UserDomain)
	if p.o.Project != "" {
		id, name := idFirst(p.o.ProjectDomainID, p.o.ProjectDomain)
		account.Scope = &gophercloud.AuthScope{ProjectName: p.o.Project, DomainID: id, DomainName: name}
	}
	if err := openstack.AuthenticateV3(ctx, provider, account, gophercloud.EndpointOpts{}); err != nil {
		return nil, signInError{err}
	}
	p.o.Logger.DebugContext(ctx, "signed in to Keystone", "for", "Ironic", "user", p.o.Username)
	return provider, nil
}

// idFirst leaves the name out where there is an id: gophercloud refuses both.
func idFirst(id, name string) (string, string) {
	if id != "" {
		return id, ""
	}
	return "", name
}

// locate finds Ironic in the catalog that came with the token. Without a
// version gophercloud asks nobody for one.
func (p *Provisioner) locate(provider *gophercloud.ProviderClient) (string, error) {
	opts := gophercloud.EndpointOpts{Region: p.o.Region, Availability: gophercloud.Availability(p.o.Interface)}
	opts.ApplyDefaults(serviceType)
	endpoint, err := provider.EndpointLocator(opts)
	var none *gophercloud.ErrEndpointNotFound
	switch {
	case errors.As(err, &none):
		where := "in any region"
		if p.o.Region != "" {
			where = fmt.Sprintf("in the region %q", p.o.Region)
		}
		return "", service.Errorf(service.Unavailable,
			"Keystone's catalog has no %s endpoint for the interface %s %s", serviceType, p.o.Interface, where)
	case err != nil:
		return "", signInError{err}
	}
	return endpoint, nil
}

// basic is the value of HTTP Basic (RFC 7617, section 2).
func basic(username, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
}
