package session

import (
	"fmt"
	"net/url"

	"github.com/valence-rsd/valence/core/cloud"
)

// New makes a session for a resolved cloud. Nothing is sent, and nobody is asked
// for a password, before a request is made.
func New(c *cloud.Resolved, o Options) *Session { return Open(fromCloud(c), o) }

func fromCloud(c *cloud.Resolved) Identity {
	id := Identity{
		Cloud: c.Name, AuthType: c.AuthType, Auth: texts(c.Auth), Problem: c.Check(),
		TLS:     TLS{Insecure: c.TLS.Insecure, CA: c.TLS.CACert, Cert: c.TLS.Cert, Key: c.TLS.Key},
		Timeout: c.APITimeout, IPv4: c.ForceIPv4,
		Complete: func() (map[string]string, error) { return complete(c) },
		Service:  func(name string) (Service, error) { return service(c, name) },
	}
	if c.Name == "defaults" {
		id.Cloud = "" // nobody called it that
	}
	if listed, ok := c.Auth["auth_methods"].([]any); ok {
		for _, m := range listed {
			id.Methods = append(id.Methods, fmt.Sprint(m))
		}
	}
	return id
}

func texts(auth map[string]any) map[string]string {
	out := map[string]string{}
	for key, value := range auth {
		if _, list := value.([]any); !list {
			out[key] = fmt.Sprint(value)
		}
	}
	return out
}

// complete gives what signs in. What the person had to be asked for is forgotten
// again: a wrong password must not be tried for ever, and a passcode is good
// once.
func complete(c *cloud.Resolved) (map[string]string, error) {
	known, missing := texts(c.Auth), c.Missing
	auth, err := c.Credentials()
	all := texts(auth)
	for key := range texts(c.Auth) {
		if _, before := known[key]; !before {
			delete(c.Auth, key)
		}
	}
	c.Missing = missing
	return all, err
}

func service(c *cloud.Resolved, name string) (Service, error) {
	said, err := c.Service(name)
	if err != nil {
		return Service{}, err
	}
	s := Service{
		Types: append([]string{said.Type}, said.Aliases...), Name: said.Name,
		Interfaces: said.Interfaces, Region: said.Region,
		ConnectRetries: said.ConnectRetries, StatusRetries: said.StatusRetries, RetryDelay: said.RetryDelay,
	}
	var endpoint *url.URL
	if said.Endpoint != "" || standalone(c.AuthType) {
		endpoint, err = c.Endpoint(name)
	}
	s.Endpoint = endpoint
	return s, err
}
