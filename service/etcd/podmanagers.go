package etcd

import (
	"context"
	"fmt"
	"iter"

	"github.com/valence-rsd/valence/service"
)

// storedPodManager is a pod manager as it is stored: with the password sealed.
// The Credentials of the embedded one are always empty.
type storedPodManager struct {
	service.PodManager
	Credentials storedCredentials `json:"credentials"`
}

type storedCredentials struct {
	Type     string `json:"type"`
	Username string `json:"username"`
	Sealed   string `json:"sealed_password,omitzero"` // empty for an empty password
}

// purpose is what the password of a pod manager is sealed for.
func purpose(podManagerUUID string) string { return "pod_manager/" + podManagerUUID }

// sealed is a pod manager as it is to be stored.
func (s *Store) sealed(pm service.PodManager) (storedPodManager, error) {
	stored := storedPodManager{PodManager: pm}
	stored.PodManager.Credentials = service.Credentials{}
	stored.Credentials = storedCredentials{Type: pm.Credentials.Type, Username: pm.Credentials.Username}
	if pm.Credentials.Password == "" {
		return stored, nil
	}
	text, err := s.sealer.Seal(pm.Credentials.Password, purpose(pm.UUID))
	if err != nil {
		return stored, fmt.Errorf("sealing the password of pod manager %s: %w", pm.UUID, err)
	}
	stored.Credentials.Sealed = text
	return stored, nil
}

// opened is a pod manager as it was before it was stored, and whether its
// password is under the newest key.
func (s *Store) opened(stored storedPodManager) (pm service.PodManager, newest bool, err error) {
	pm = stored.PodManager
	pm.Credentials = service.Credentials{Type: stored.Credentials.Type, Username: stored.Credentials.Username}
	if stored.Credentials.Sealed == "" {
		return pm, true, nil
	}
	pm.Credentials.Password, newest, err = s.sealer.Open(stored.Credentials.Sealed, purpose(pm.UUID))
	if err != nil {
		return pm, false, fmt.Errorf("opening the password of pod manager %s: %w", pm.UUID, err)
	}
	return pm, newest, nil
}

// PodManager implements service.PodManagers.
func (s *Store) PodManager(ctx context.Context, uuid string) (service.PodManager, error) {
	r, err := s.podManagers.get(ctx, uuid)
	if err != nil {
		return service.PodManager{}, err
	}
	pm, _, err := s.opened(r.value)
	return pm, err
}

// PodManagers implements service.PodManagers.
func (s *Store) PodManagers(ctx context.Context, after string) iter.Seq2[service.PodManager, error] {
	return func(yield func(service.PodManager, error) bool) {
		for stored, err := range s.podManagers.list(ctx, after, nil) {
			var pm service.PodManager
			if err == nil {
				pm, _, err = s.opened(stored)
			}
			if !yield(pm, err) {
				return
			}
		}
	}
}

// CreatePodManager implements service.PodManagers.
func (s *Store) CreatePodManager(ctx context.Context, pm service.PodManager) error {
	stored, err := s.sealed(pm)
	if err != nil {
		return err
	}
	return s.podManagers.create(ctx, stored)
}

// UpdatePodManager implements service.PodManagers.
func (s *Store) UpdatePodManager(ctx context.Context, uuid string, change func(*service.PodManager) error) (service.PodManager, error) {
	var changed service.PodManager
	_, err := s.podManagers.update(ctx, uuid, func(stored *storedPodManager) error {
		pm, _, err := s.opened(*stored)
		if err == nil {
			err = change(&pm)
		}
		if err != nil {
			return err
		}
		changed = pm
		*stored, err = s.sealed(pm)
		return err
	})
	if err != nil {
		return service.PodManager{}, err
	}
	return changed, nil
}

// Reseal seals every password anew that is not under the newest key, and says
// how many those were. When it is done without an error, older keys are not
// needed any more.
func (s *Store) Reseal(ctx context.Context) (n int, err error) {
	for listed, err := range s.podManagers.list(ctx, "", nil) {
		if err != nil {
			return n, err
		}
		if _, newest, err := s.opened(listed); err != nil || newest {
			if err != nil {
				return n, err
			}
			continue
		}
		_, err := s.UpdatePodManager(ctx, listed.UUID, func(*service.PodManager) error { return nil })
		switch {
		case err == nil:
			n++
		case service.CodeOf(err) != service.NotFound: // else it was deleted since
			return n, fmt.Errorf("sealing the password of pod manager %s anew: %w", listed.UUID, err)
		}
	}
	return n, nil
}

// ForgetSealed takes away every password that cannot be opened, because its key
// is lost, and says how many those were. The pod managers stay, to be given
// their passwords anew.
func (s *Store) ForgetSealed(ctx context.Context) (n int, err error) {
	for listed, err := range s.podManagers.list(ctx, "", nil) {
		if err != nil {
			return n, err
		}
		if _, _, err := s.opened(listed); err == nil {
			continue
		}
		_, err := s.podManagers.update(ctx, listed.UUID, func(stored *storedPodManager) error {
			if _, _, err := s.opened(*stored); err != nil {
				stored.Credentials.Sealed = ""
			}
			return nil
		})
		switch {
		case err == nil:
			n++
		case service.CodeOf(err) != service.NotFound: // else it was deleted since
			return n, fmt.Errorf("forgetting the password of pod manager %s: %w", listed.UUID, err)
		}
	}
	return n, nil
}
