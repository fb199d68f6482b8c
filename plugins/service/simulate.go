package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
	"github.com/valence-rsd/valence/sdk/valence/v1/podmanagers"
)

// simulatedPod is the name under which the service knows the simulated pod.
const simulatedPod = "simulated-pod"

// simulate starts a simulated pod and a service that knows it, or what of them
// does not run yet, and says how to use it.
func (h *host) simulate(ctx context.Context, call *plugin.Call, timeout time.Duration) error {
	if err := supported(); err != nil {
		return err
	}
	pod, err := h.pidfiles.startWith(ctx, call, podsimName, timeout, h.pidfiles.arguments(podsimName))
	if err != nil {
		return err
	}
	server, err := h.pidfiles.startWith(ctx, call, apiName, timeout, h.pidfiles.simulation())
	if err != nil {
		return err
	}
	if err := h.pidfiles.register(ctx, call, pod.URL, server.URL); err != nil {
		return fmt.Errorf("registering the simulated pod with the service: %w", err)
	}
	call.Infof("The simulated pod answers at %s, the service at %s. Compose a machine:", pod.URL, server.URL)
	call.Infof("  export VALENCE_URL=%s", server.URL)
	call.Infof("  valence node create")
	call.Infof("End it with: valence service stop --all")
	for _, s := range []service{pod, server} {
		if err := resourceOf(nil).Emit(call, s); err != nil {
			return err
		}
	}
	return nil
}

// register makes the pod known to the service, unless it is already. The
// service is reached directly: it is no service of any cloud.
func (p *pidfiles) register(ctx context.Context, call *plugin.Call, pod, server string) error {
	password, err := p.folder.password(podsimName)
	if err != nil {
		return err
	}
	client, err := valence.NewClient(server, &http.Client{Transport: &http.Transport{}})
	if err != nil {
		return err
	}
	known, err := podmanagers.Find(ctx, client, simulatedPod)
	if notFound := (*valence.NotFoundError)(nil); errors.As(err, &notFound) {
		var made *podmanagers.PodManager
		made, err = podmanagers.Create(ctx, client, podmanagers.CreateOpts{
			Name: simulatedPod, URL: pod, Authentication: podmanagers.Basic("admin", password),
		}).Extract()
		if err == nil {
			known = *made
		}
	}
	switch {
	case err != nil:
		return err
	case known.URL != pod:
		e := plugin.Errorf(plugin.Conflict, "the service looks for %s at %s, but it is at %s", simulatedPod, known.URL, pod)
		e.Hint = fmt.Sprintf("to begin anew, run: valence service stop --all && rm -r '%s'", p.folder)
		return e
	case known.Status != podmanagers.StatusOnline:
		call.Warnf("pod manager %s is %s: %s", known.Name, known.Status, known.StatusReason)
	}
	return nil
}
