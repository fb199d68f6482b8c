package redfish

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/valence-rsd/valence/service"
)

// Pod is the part of a service.Pod that is the same for all Redfish services:
// who it is, how to talk to it, and service.PodHardware without the devices.
// Its exported methods name the work and the pod manager in their errors; what
// they call leaves that out.
type Pod struct {
	ID     string // the UUID of the pod manager
	Name   string
	Client *Client
}

// Open makes the Pod of a driver. It does no I/O. A URL, credentials or
// certificates that can never work are Invalid.
func Open(pm service.PodManager, o Options, accept Accept) (Pod, error) {
	o = o.withDefaults()
	to, err := parseURL(pm.URL)
	if err != nil {
		return Pod{}, err
	}
	if err := checkCredentials(pm.Credentials); err != nil {
		return Pod{}, err
	}
	roots, err := authorities(pm.CACertificate, o.RootCAs)
	if err != nil {
		return Pod{}, err
	}
	return Pod{ID: pm.UUID, Name: pm.Name, Client: newClient(to, pm.Credentials, o, secured(pm, o, roots), accept)}, nil
}

// Failed completes an error, if there is one.
func (p Pod) Failed(err error, doing string, args ...any) error {
	if err == nil {
		return nil
	}
	message := fmt.Sprintf(doing, args...) + " on pod manager " + p.Name
	var e *service.Error
	if !errors.As(err, &e) {
		return &service.Error{Code: service.Internal, Message: OneLine(message) + " failed", Err: err}
	}
	return &service.Error{Code: e.Code, Message: OneLine(message + ": " + e.Message), Err: e.Err}
}

// Close implements service.Pod.
func (p Pod) Close() error { return p.Failed(p.Client.close(), "signing out") }

// Missing believes that a system is missing only when the pod manager can list
// its systems. A server whose application is not up answers 404 to everything,
// and what is taken for gone is forgotten.
func (p Pod) Missing(ctx context.Context, err error) error {
	if service.CodeOf(err) != service.NotFound {
		return err
	}
	e, unread := p.Client.Entry(ctx, false)
	if unread == nil {
		_, unread = p.Client.Survey().Members(ctx, e.Systems, "systems")
	}
	return cmp.Or(Expected(unread), err)
}
