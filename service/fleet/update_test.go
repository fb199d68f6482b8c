package fleet_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pm, err := w.fleet.Register(t.Context(), podManager(simulated(t)))
	ok(t, err)
	before, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)

	renamed, err := w.fleet.Update(t.Context(), pm.UUID, func(pm *service.PodManager) error { pm.Name = "other"; return nil })
	ok(t, err)
	if !renamed.StatusSince.Equal(pm.StatusSince) {
		t.Error("another name made another status")
	}
	if renamed.Name != "other" || renamed.Status != service.PodManagerOnline || !renamed.UpdatedAt.After(pm.UpdatedAt) {
		t.Errorf("renamed: %+v", renamed)
	}
	same, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	if same != before {
		t.Error("another name made another connection")
	}

	locked, err := w.fleet.Update(t.Context(), pm.UUID, func(pm *service.PodManager) error { pm.Credentials.Password = "wrong"; return nil })
	ok(t, err)
	if locked.Status != service.PodManagerOffline || locked.StatusReason == "" || !locked.StatusSince.After(pm.StatusSince) {
		t.Errorf("with a wrong password: %s because of %q", locked.Status, locked.StatusReason)
	}
	after, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	if after == before {
		t.Error("another password made no other connection")
	}

	trusting, err := w.fleet.Update(t.Context(), pm.UUID, func(pm *service.PodManager) error { pm.CACertificate = authority(t); return nil })
	ok(t, err)
	again, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	if again == after || trusting.CACertificate == "" {
		t.Error("another authority made no other connection")
	}

	refusal := errors.New("no")
	_, err = w.fleet.Update(t.Context(), pm.UUID, func(*service.PodManager) error { return refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("the error of change came back as %v", err)
	}
	_, err = w.fleet.Update(t.Context(), pm.UUID, func(pm *service.PodManager) error { pm.URL = "ftp://x"; return nil })
	code(t, err, service.Invalid)
	_, err = w.fleet.Update(t.Context(), uuid.NewString(), func(*service.PodManager) error { return nil })
	code(t, err, service.NotFound)
}

// TestUpdateElsewhere is about a change that another process made.
func TestUpdateElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pm, err := w.fleet.Register(t.Context(), podManager(simulated(t)))
	ok(t, err)
	before, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	_, err = w.store.UpdatePodManager(t.Context(), pm.UUID, func(pm *service.PodManager) error { pm.URL = simulated(t); return nil })
	ok(t, err)
	after, err := w.fleet.Pod(t.Context(), pm.UUID)
	ok(t, err)
	if after == before {
		t.Error("the connection is still to the old address")
	}
	ok(t, w.store.DeletePodManager(t.Context(), pm.UUID))
	_, err = w.fleet.Pod(t.Context(), pm.UUID)
	code(t, err, service.NotFound)
	if w.opened.Load() != w.closed.Load() {
		t.Error("the connection of a pod manager that is gone stays open")
	}
}

// TestUpdateConflicts is about a name and a URL that another one has.
func TestUpdateConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.fleet.Register(t.Context(), podManager(simulated(t)))
	ok(t, err)
	second := podManager(simulated(t))
	second.Name = "second"
	second, err = w.fleet.Register(t.Context(), second)
	ok(t, err)
	_, err = w.fleet.Update(t.Context(), second.UUID, func(pm *service.PodManager) error { pm.Name = first.Name; return nil })
	code(t, err, service.Conflict)
	_, err = w.fleet.Update(t.Context(), second.UUID, func(pm *service.PodManager) error { pm.URL = first.URL + "/"; return nil })
	code(t, err, service.Conflict)
	stored, err := w.store.PodManager(t.Context(), second.UUID)
	ok(t, err)
	if diff := cmp.Diff(second, stored); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
}

// TestUpdateForges is about fields that are not the caller's to change.
func TestUpdateForges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pm, err := w.fleet.Register(t.Context(), podManager(simulated(t)))
	ok(t, err)
	got, err := w.fleet.Update(t.Context(), pm.UUID, func(pm *service.PodManager) error {
		pm.UUID, pm.Status, pm.StatusReason = uuid.NewString(), service.PodManagerOffline, "because"
		pm.StatusSince, pm.CreatedAt, pm.UpdatedAt = time.Time{}, time.Time{}, time.Time{}
		return nil
	})
	ok(t, err)
	want := pm
	want.UpdatedAt = got.UpdatedAt
	if diff := cmp.Diff(want, got); diff != "" || !got.UpdatedAt.After(pm.UpdatedAt) {
		t.Errorf("-want +got:\n%s", diff)
	}
}
