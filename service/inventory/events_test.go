package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/inventory"
)

// eventPod is a pod that tells of its changes.
type eventPod struct {
	*fakePod
	mu           sync.Mutex
	destinations map[string]string // by ref
	n            atomic.Int32
	refuses      error
}

func (p *eventPod) Subscribe(_ context.Context, destination, _ string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuses != nil {
		return "", fmt.Errorf("%w", &service.Error{Code: service.CodeOf(p.refuses), Message: "no " + destination})
	}
	ref := fmt.Sprint("/subscriptions/", p.n.Add(1))
	p.destinations[ref] = destination
	return ref, nil
}

func (p *eventPod) Subscribed(_ context.Context, ref string) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, there := p.destinations[ref]
	return there, nil
}

func (p *eventPod) Unsubscribe(_ context.Context, ref string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.destinations, ref)
	return nil
}

func (p *eventPod) Origins(body []byte) ([]string, error) {
	if string(body) == "?" {
		return nil, service.Errorf(service.Invalid, "no event")
	}
	return strings.Fields(string(body)), nil
}

// secret is what the pod was told last; empty for nothing.
func (p *eventPod) secret() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.destinations) != 1 {
		return ""
	}
	for _, d := range p.destinations {
		return d[strings.LastIndex(d, "/")+1:]
	}
	return ""
}

// TestEvents is about a pod that tells of its changes, to any process.
func TestEvents(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, inventory.Options{Interval: func() time.Duration { return time.Hour }, EventDestination: "http://valence.example/v1/events"})
	pod := &eventPod{fakePod: &fakePod{systems: []service.System{system("1", "Off"), system("2", "Off")}}, destinations: map[string]string{}}
	w.add("pod", pod.fakePod)
	w.events = pod
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.inventory.Run(ctx) }()
	until(t, "the subscription and the first reading", func() bool { return pod.secret() != "" && pod.reads.Load() == 1 })
	other := w.replica(inventory.Options{})
	code(t, other.Notify(t.Context(), "wrong", nil), service.NotFound)
	until(t, "what the pod was told to be kept", func() bool { return other.Notify(t.Context(), pod.secret(), []byte("?")) != nil })
	code(t, other.Notify(t.Context(), pod.secret(), []byte("?")), service.Invalid)

	states(t, w.inventory, service.Look{})
	n := pod.reads.Load()
	pod.become(func() { pod.systems[1].PowerState = "On" })
	for range 50 { // a swarm is one
		ok(t, other.Notify(t.Context(), pod.secret(), []byte("/systems/2/Processors/1 /systems/2")))
	}
	until(t, "the event", func() bool { got, _ := states(t, w.inventory, service.Look{}); return got == "1:Off 2:On" })
	if pod.reads.Load() != n {
		t.Error("a change of one system has had all of them read")
	}
	pod.become(func() { pod.systems = append(pod.systems, system("3", "On")) })
	ok(t, other.Notify(t.Context(), pod.secret(), []byte("/systems/3")))
	until(t, "the new system", func() bool { got, _ := states(t, w.inventory, service.Look{}); return got == "1:Off 2:On 3:On" })
	old := pod.secret()
	cancel()
	<-ended
	if s := pod.secret(); s != "" {
		t.Error("a subscription is left")
	}
	code(t, other.Notify(t.Context(), old, nil), service.NotFound)
}

// TestSecretOfRefusal is about a pod that repeats what it refuses.
func TestSecretOfRefusal(t *testing.T) {
	t.Parallel()
	log := &lines{}
	w := newWorldWith(t, inventory.Options{Logger: log.logger(), EventDestination: "http://valence.example/v1/events"})
	pod := &eventPod{fakePod: &fakePod{}, destinations: map[string]string{}, refuses: errors.New("no")}
	w.add("pod", pod.fakePod)
	w.events = pod
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.inventory.Run(ctx) }()
	until(t, "the refusal", func() bool { return strings.Contains(log.String(), "no http://valence.example/v1/events/***") })
	cancel()
	<-ended
}
