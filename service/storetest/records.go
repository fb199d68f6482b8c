package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/service"
)

func testFlavors(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	f := flavor("small")
	ok(t, s.CreateFlavor(ctx, f))
	got, err := s.Flavor(ctx, f.UUID)
	ok(t, err)
	same(t, got, f)
	code(t, s.CreateFlavor(ctx, f), service.Conflict)
	ok(t, s.CreateFlavor(ctx, flavor("small"))) // names are free

	updated, err := s.UpdateFlavor(ctx, f.UUID, func(f *service.Flavor) error {
		f.Description = "for tests"
		return nil
	})
	ok(t, err)
	f.Description = "for tests"
	same(t, updated, f)
	got, err = s.Flavor(ctx, f.UUID)
	ok(t, err)
	same(t, got, f)

	refusal := errors.New("no")
	if _, err := s.UpdateFlavor(ctx, f.UUID, func(*service.Flavor) error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("the error of change came back as %v", err)
	}
	ok(t, s.DeleteFlavor(ctx, f.UUID))
	code(t, s.DeleteFlavor(ctx, f.UUID), service.NotFound)
	if got := len(all(t, s.Flavors(ctx, ""))); got != 1 {
		t.Errorf("%d flavors are left, want 1", got)
	}
}

func testPodManagers(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	a := registered(t, s, "a")
	got, err := s.PodManager(ctx, a.UUID)
	ok(t, err)
	same(t, got, a)

	sameName, sameURL := podManager("a"), podManager("b")
	sameName.URL, sameURL.URL = "https://other.example", a.URL
	code(t, s.CreatePodManager(ctx, sameName), service.Conflict)
	code(t, s.CreatePodManager(ctx, sameURL), service.Conflict)

	b := registered(t, s, "b")
	rename := func(name string) func(*service.PodManager) error {
		return func(pm *service.PodManager) error { pm.Name = name; return nil }
	}
	_, err = s.UpdatePodManager(ctx, b.UUID, rename("a"))
	code(t, err, service.Conflict)
	_, err = s.UpdatePodManager(ctx, b.UUID, rename("c"))
	ok(t, err)
	_, err = s.UpdatePodManager(ctx, a.UUID, rename("b")) // free again
	ok(t, err)
	ok(t, s.DeletePodManager(ctx, a.UUID))
	registered(t, s, "a") // the URL is free again, too
}

func testNotFound(t *testing.T, open Open) {
	s, ctx := only(t, open), t.Context()
	f := flavor("small")
	ok(t, s.CreateFlavor(ctx, f))
	for _, id := range []string{
		uuid.NewString(), "", "small", "../flavors/" + f.UUID, f.UUID + "/", "{" + f.UUID + "}", "urn:uuid:" + f.UUID, f.UUID[:8],
	} {
		_, err := s.Flavor(ctx, id)
		code(t, err, service.NotFound)
		_, err = s.UpdateFlavor(ctx, id, func(*service.Flavor) error { return nil })
		code(t, err, service.NotFound)
		code(t, s.DeleteFlavor(ctx, id), service.NotFound)
		_, err = s.PodManager(ctx, id)
		code(t, err, service.NotFound)
		code(t, s.DeletePodManager(ctx, id), service.NotFound)
		_, err = s.Node(ctx, id)
		code(t, err, service.NotFound)
		_, err = s.Hold(ctx, id)
		code(t, err, service.NotFound)
		if _, _, claimed, err := s.Claim(ctx, id); claimed || err != nil {
			t.Errorf("Claim(%q) = %v, %v", id, claimed, err)
		}
		code(t, s.Forget(ctx, id), service.Conflict)
	}
	bad := flavor("bad")
	bad.UUID = "../nodes/x"
	code(t, s.CreateFlavor(ctx, bad), service.Invalid)
}

func testEndedContext(t *testing.T, open Open) {
	s := only(t, open)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Flavor(ctx, uuid.NewString())
	if err == nil || service.CodeOf(err) == service.Unavailable {
		t.Errorf("reading with an ended context: %v", err)
	}
	for _, err := range s.Flavors(ctx, "") {
		if err == nil {
			t.Error("a list with an ended context gave a record")
		}
	}
}
