package httpapi

import "net/http"

func (a *api) routeFlavors() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/flavors",
		id:      "list-flavors",
		summary: "The flavors.",
		answers: map[int]any{http.StatusOK: []flavorWire{}},
	}, a.listFlavors)
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
		path:    "/v1/flavors/{uuid}",
		id:      "show-flavor",
		summary: "One flavor.",
		answers: map[int]any{http.StatusOK: flavorWire{}},
	}, a.showFlavor)
	handleBody(a, operation{
		method:  http.MethodPatch,
		path:    "/v1/flavors/{uuid}",
		id:      "change-flavor",
		summary: "Change a flavor.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: flavorWire{}},
	}, a.changeFlavor)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    "/v1/flavors/{uuid}",
		id:      "delete-flavor",
		summary: "Delete a flavor; nodes composed from it stay.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.deleteFlavor)
}

func (a *api) listFlavors(w http.ResponseWriter, r *http.Request) error {
	return list(w, a.store.Flavors(r.Context()), wireFlavor)
}

func (a *api) createFlavor(w http.ResponseWriter, r *http.Request, in createFlavorWire) error {
	flavor := in.flavor()
	if err := a.store.CreateFlavor(r.Context(), flavor); err != nil {
		return err
	}
	return answer(w, http.StatusOK, wireFlavor(flavor))
}

func (a *api) showFlavor(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("uuid")
	flavor, err := a.store.Flavor(r.Context(), id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wireFlavor(flavor))
}

func (a *api) changeFlavor(w http.ResponseWriter, r *http.Request, in changeFlavorWire) error {
	id := r.PathValue("uuid")
	flavor, err := a.store.UpdateFlavor(r.Context(), id, in.apply)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wireFlavor(flavor))
}

func (a *api) deleteFlavor(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("uuid")
	if err := a.store.DeleteFlavor(r.Context(), id); err != nil {
		return err
	}
	return confirm(w, r, "DELETED", "The flavor "+id+" was deleted.")
}
