package httpapi

import (
	"iter"
	"net/http"
	"net/url"

	"github.com/valence-rsd/valence/service"
)

func (a *api) routeFlavors() {
	const item = "/v1/flavors/{flavor}"
	flavors := a.flavorListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/flavors",
		id:      "list-flavors",
		summary: "The flavors.",
		query:   flavors.query(),
		answers: map[int]any{http.StatusOK: []flavorWire{}},
	}, flavors.serve(a))
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/flavors",
		id:      "create-flavor",
		summary: "Make a flavor.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: flavorWire{}},
	}, a.createFlavor)
	a.handle(operation{
		method:  http.MethodGet,
		path:    item,
		id:      "show-flavor",
		summary: "One flavor.",
		query:   []param{fieldsParam()},
		answers: map[int]any{http.StatusOK: flavorWire{}},
	}, a.showFlavor)
	handlePatch(a, operation{
		method:  http.MethodPatch,
		path:    item,
		id:      "change-flavor",
		summary: "Change a flavor.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: flavorWire{}},
	}, a.changeFlavor)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    item,
		id:      "delete-flavor",
		summary: "Delete a flavor; nodes composed from it stay.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.deleteFlavor)
}

func (a *api) flavorListing() listing[service.Flavor, flavorWire] {
	return listing[service.Flavor, flavorWire]{
		kinds: []service.Kind{service.KindFlavor},
		columns: []column[service.Flavor]{
			{name: "uuid", value: func(f service.Flavor) string { return f.UUID }},
			{name: "name", value: func(f service.Flavor) string { return f.Name }},
			{name: "created_at", value: func(f service.Flavor) string { return timestamp(f.CreatedAt) },
				compare: func(a, b service.Flavor) int { return a.CreatedAt.Compare(b.CreatedAt) }},
			{name: "updated_at", value: func(f service.Flavor) string { return timestamp(f.UpdatedAt) },
				compare: func(a, b service.Flavor) int { return a.UpdatedAt.Compare(b.UpdatedAt) }},
		},
		id:   func(f service.Flavor) string { return f.UUID },
		wire: wireFlavor,
		items: func(r *http.Request, _ url.Values, after string) (iter.Seq2[service.Flavor, error], error) {
			return a.store.Flavors(r.Context(), after), nil
		},
	}
}

func (a *api) createFlavor(w http.ResponseWriter, r *http.Request, in createFlavorWire) error {
	flavor := in.flavor()
	return a.answerFlavor(w, flavor, a.store.CreateFlavor(r.Context(), flavor))
}

func (a *api) showFlavor(w http.ResponseWriter, r *http.Request) error {
	id, err := a.flavorID(r)
	if err != nil {
		return err
	}
	flavor, err := a.store.Flavor(r.Context(), id)
	if err != nil {
		return err
	}
	tag(w, flavor.UpdatedAt)
	return answerItem(a, w, r, wireFlavor(flavor))
}

func (a *api) changeFlavor(w http.ResponseWriter, r *http.Request, in changeFlavorWire) error {
	id, err := a.flavorID(r)
	if err != nil {
		return err
	}
	flavor, err := a.store.UpdateFlavor(r.Context(), id, func(f *service.Flavor) error {
		if err := unchanged(r, f.UpdatedAt); err != nil {
			return err
		}
		in.apply(f)
		return nil
	})
	return a.answerFlavor(w, flavor, err)
}

func (a *api) deleteFlavor(w http.ResponseWriter, r *http.Request) error {
	id, err := a.flavorID(r)
	if err != nil {
		return err
	}
	if err := a.store.DeleteFlavor(r.Context(), id); err != nil {
		return err
	}
	return confirm(w, r, "DELETED", "The flavor "+id+" was deleted.")
}

func (a *api) answerFlavor(w http.ResponseWriter, f service.Flavor, err error) error {
	if err != nil {
		return err
	}
	tag(w, f.UpdatedAt)
	return answer(w, http.StatusOK, wireFlavor(f))
}
