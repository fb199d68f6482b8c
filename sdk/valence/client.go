package valence

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
)

// The names of the service in a Keystone catalog.
const (
	ServiceType      = "rack-scale"
	ServiceTypeAlias = "valence"
)

// NewServiceClient makes a client for the service that the catalog of a signed
// in provider lists under ServiceType, or under ServiceTypeAlias. A Type or
// Aliases set in the options replace these names. The only major version is 1:
// any other Version but 0 is an error. Errors of the catalog search, such as
// gophercloud's ErrEndpointNotFound, stay in the chain.
func NewServiceClient(provider *gophercloud.ProviderClient, opts gophercloud.EndpointOpts) (*gophercloud.ServiceClient, error) {
	if provider.EndpointLocator == nil {
		return nil, errors.New("the provider client has no service catalog: sign in first, or use NewClient with an endpoint")
	}
	if opts.Version != 0 && opts.Version != 1 {
		return nil, fmt.Errorf("option Version is %d, but the only version of the Valence API is 1", opts.Version)
	}
	// The names are set before gophercloud's defaults, which do not know them.
	if opts.Type == "" {
		opts.Type = ServiceType
		if len(opts.Aliases) == 0 {
			opts.Aliases = []string{ServiceTypeAlias}
		}
	}
	opts.ApplyDefaults(ServiceType)
	endpoint, err := provider.EndpointLocator(opts)
	if err != nil {
		return nil, fmt.Errorf("looking for the %s service in the catalog: %w", opts.Type, err)
	}
	return serviceClient(provider, endpoint), nil
}

// NewClient makes a client for the service at an endpoint, for services
// without authentication, and for an http.Client that signs requests itself.
// The http.Client is copied; nil stands for a plain one without a timeout, so
// that the context of each call decides how long it may take.
//
// The endpoint is the root of the service or its /v1. It must not contain
// credentials, which would end up in error texts.
func NewClient(endpoint string, httpClient *http.Client) (*gophercloud.ServiceClient, error) {
	if err := checkEndpoint(endpoint); err != nil {
		return nil, err
	}
	provider := new(gophercloud.ProviderClient)
	if httpClient != nil {
		provider.HTTPClient = *httpClient
	}
	return serviceClient(provider, endpoint), nil
}

// checkEndpoint never repeats the endpoint where it may contain a password.
func checkEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return errors.New("the endpoint is not a URL: expected something like http://127.0.0.1:8181")
	case u.User != nil:
		return errors.New("the endpoint contains credentials: give them to the http.Client instead")
	case u.Scheme == "" || u.Host == "":
		return fmt.Errorf("the endpoint %q has no scheme or no host: expected something like http://127.0.0.1:8181", endpoint)
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("the endpoint %q has a query or a fragment: expected something like http://127.0.0.1:8181", endpoint)
	}
	return nil
}

// serviceClient points a client at the root of the service and its resources
// at /v1, whichever of the two the endpoint is.
func serviceClient(provider *gophercloud.ProviderClient, endpoint string) *gophercloud.ServiceClient {
	root := strings.TrimSuffix(strings.TrimRight(endpoint, "/"), "/v1")
	return &gophercloud.ServiceClient{
		ProviderClient: provider,
		Endpoint:       root + "/",
		ResourceBase:   root + "/v1/",
		Type:           ServiceType,
	}
}
