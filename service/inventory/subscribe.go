package inventory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

const (
	// greeting is how long making a subscription may take, even if the service
	// stops meanwhile: one that was made has to be ended.
	greeting = 10 * time.Second
	// goodbye is how long ending the subscriptions may take then.
	goodbye = 5 * time.Second
)

// subscription is what is kept of how a pod tells of its changes. The secret is
// kept as a digest only: with that, every process knows it when it comes.
type subscription struct {
	Digest string `json:"digest"`
	Ref    string `json:"ref,omitzero"` // on the pod; empty while it is being made
}

// subscriber keeps the subscriptions of the process that leads.
type subscriber struct {
	i  *Inventory
	mu sync.Mutex
	// mine are the refs of the subscriptions that this process made, by pod
	// manager. Empty for one that offers no events, which is asked again when
	// the process leads again.
	mine map[string]made
}

type made struct {
	pm  service.PodManager
	ref string
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func (s *subscriber) get(podManagerID string) (made, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, there := s.mine[podManagerID]
	return m, there
}

func (s *subscriber) put(pm service.PodManager, ref string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mine == nil {
		s.mine = map[string]made{}
	}
	s.mine[pm.UUID] = made{pm, ref}
}

func (s *subscriber) forget(podManagerID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.mine, podManagerID)
}

// keep sees to it that a pod tells of its changes, if it can. Whether it still
// does is looked at each time: a pod manager that started anew may have
// forgotten. keep says whether it has told of everything since the last time.
func (s *subscriber) keep(ctx context.Context, pm service.PodManager) (tells bool) {
	if s.i.destination == "" {
		return false
	}
	mine, asked := s.get(pm.UUID)
	if asked && mine.pm.URL == pm.URL && mine.ref == "" {
		return false
	}
	ref, err := ask(ctx, s.i, pm, func(ctx context.Context, pod service.Pod) (string, error) {
		events, can := pod.(service.PodEvents)
		if !can {
			return "", nil
		}
		if asked && mine.pm.URL == pm.URL {
			if still, err := events.Subscribed(ctx, mine.ref); still || err != nil {
				return mine.ref, err
			}
		}
		return s.subscribe(ctx, pm, events)
	})
	switch {
	case err == nil || service.CodeOf(err) == service.Invalid:
		s.put(pm, ref)
	case ctx.Err() == nil:
		s.forget(pm.UUID)
		s.i.log.Warn("a pod manager cannot be asked for its events; it is read from time to time, and asked again",
			"pod_manager", pm.UUID, "name", pm.Name, "error", err)
	}
	return err == nil && ref != "" && ref == mine.ref
}

// subscribe asks a pod for its events. The secret is known before the pod
// hears of it, and the subscription of whoever led before ended.
func (s *subscriber) subscribe(ctx context.Context, pm service.PodManager, events service.PodEvents) (string, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), greeting)
	defer cancel()
	secret := rand.Text()
	old, err := s.note(ctx, pm, &subscription{Digest: digest(secret)})
	if err != nil {
		return "", err
	}
	if old != nil && old.Ref != "" {
		_ = events.Unsubscribe(ctx, old.Ref) // or it ends when the pod cannot reach anybody there
	}
	ref, err := events.Subscribe(ctx, strings.TrimRight(s.i.destination, "/")+"/"+secret, pm.UUID)
	if err != nil {
		_, _ = s.note(ctx, pm, nil)
		return "", &service.Error{Code: service.CodeOf(err), Message: strings.ReplaceAll(service.FailureOf(err).Message, secret, service.Mask)}
	}
	s.i.log.Info("a pod manager tells of its changes from now on", "pod_manager", pm.UUID, "name", pm.Name)
	_, err = s.note(ctx, pm, &subscription{Digest: digest(secret), Ref: ref})
	return ref, err
}

// note keeps what there is of a subscription, and gives what there was.
func (s *subscriber) note(ctx context.Context, pm service.PodManager, now *subscription) (old *subscription, err error) {
	err = s.i.change(ctx, pm, func(_ *view, h *head, _ *service.Snapshot) error {
		old, h.Events = h.Events, now
		return nil
	})
	return old, err
}

// end ends the subscriptions of this process, all at once.
func (s *subscriber) end() {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye) // that of Run has ended
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	var all sync.WaitGroup
	for _, m := range s.mine {
		if m.ref != "" {
			all.Go(func() { s.unsubscribe(ctx, m) })
		}
	}
	all.Wait()
}

func (s *subscriber) unsubscribe(ctx context.Context, m made) {
	_, err := ask(ctx, s.i, m.pm, func(ctx context.Context, pod service.Pod) (struct{}, error) {
		events, can := pod.(service.PodEvents)
		if !can {
			return struct{}{}, nil
		}
		return struct{}{}, events.Unsubscribe(ctx, m.ref)
	})
	if err == nil {
		err = s.i.change(ctx, m.pm, func(_ *view, h *head, _ *service.Snapshot) error {
			if h.Events == nil || h.Events.Ref != m.ref {
				return errSettled // whoever leads now has his own
			}
			h.Events = nil
			return nil
		})
	}
	if err != nil && service.CodeOf(err) != service.NotFound {
		s.i.log.Warn("a subscription could not be ended", "pod_manager", m.pm.UUID, "name", m.pm.Name, "error", err)
	}
}
