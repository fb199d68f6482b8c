package httpapi

import (
	"iter"
	"net/http"
	"net/url"

	"github.com/valence-rsd/valence/service"
)

func (a *api) routePodManagers() {
	const item = "/v1/pod_managers/{podm}"
	podManagers := a.podManagerListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/pod_managers",
		id:      "list-pod-managers",
		summary: "The pod managers, passwords masked.",
		query:   podManagers.query(),
		answers: map[int]any{http.StatusOK: []podManagerWire{}},
	}, podManagers.serve(a))
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/pod_managers",
		id:      "register-pod-manager",
		summary: "Register a pod manager.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: podManagerWire{}},
	}, a.registerPodManager)
	a.handle(operation{
		method:  http.MethodGet,
		path:    item,
		id:      "show-pod-manager",
		summary: "One pod manager, its password masked.",
		query:   []param{fieldsParam()},
		answers: map[int]any{http.StatusOK: podManagerWire{}},
	}, a.showPodManager)
	handlePatch(a, operation{
		method:  http.MethodPatch,
		path:    item,
		id:      "change-pod-manager",
		summary: "Change a pod manager.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: podManagerWire{}},
	}, a.changePodManager)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    item,
		id:      "remove-pod-manager",
		summary: "Forget a pod manager.",
		rights:  admin,
		query: []param{{
			name: "nodes", enum: []string{"decompose", "forget"},
			doc: "What becomes of its nodes and storages: given back, or forgotten and left as they are. Without it, 409 while there are some.",
		}},
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.removePodManager)
	a.routePools()
}

func (a *api) podManagerListing() listing[service.PodManager, podManagerWire] {
	return listing[service.PodManager, podManagerWire]{
		kinds: []service.Kind{service.KindPodManager},
		columns: []column[service.PodManager]{
			{name: "uuid", value: func(pm service.PodManager) string { return pm.UUID }},
			{name: "name", value: func(pm service.PodManager) string { return pm.Name }},
			{name: "url", value: func(pm service.PodManager) string { return pm.URL }},
			{name: "driver", value: func(pm service.PodManager) string { return pm.Driver }},
			{name: "status", value: func(pm service.PodManager) string { return string(pm.Status) }},
			{name: "created_at", value: func(pm service.PodManager) string { return timestamp(pm.CreatedAt) },
				compare: func(a, b service.PodManager) int { return a.CreatedAt.Compare(b.CreatedAt) }},
			{name: "updated_at", value: func(pm service.PodManager) string { return timestamp(pm.UpdatedAt) },
				compare: func(a, b service.PodManager) int { return a.UpdatedAt.Compare(b.UpdatedAt) }},
		},
		id:   func(pm service.PodManager) string { return pm.UUID },
		wire: wirePodManager,
		items: func(r *http.Request, _ url.Values, after string) (iter.Seq2[service.PodManager, error], error) {
			return a.store.PodManagers(r.Context(), after), nil
		},
	}
}

func (a *api) registerPodManager(w http.ResponseWriter, r *http.Request, in createPodManagerWire) error {
	pm, err := in.podManager()
	if err != nil {
		return err
	}
	pm, err = a.fleet.Register(r.Context(), pm)
	return a.answerPodManager(w, pm, err)
}

func (a *api) showPodManager(w http.ResponseWriter, r *http.Request) error {
	id, err := a.podManagerID(r, r.PathValue("podm"))
	if err != nil {
		return err
	}
	pm, err := a.store.PodManager(r.Context(), id)
	if err != nil {
		return err
	}
	tag(w, pm.UpdatedAt)
	return answerItem(a, w, r, wirePodManager(pm))
}

func (a *api) changePodManager(w http.ResponseWriter, r *http.Request, in changePodManagerWire) error {
	id, err := a.podManagerID(r, r.PathValue("podm"))
	if err != nil {
		return err
	}
	pm, err := a.fleet.Update(r.Context(), id, func(pm *service.PodManager) error {
		if err := unchanged(r, pm.UpdatedAt); err != nil {
			return err
		}
		return in.apply(pm)
	})
	return a.answerPodManager(w, pm, err)
}

func (a *api) removePodManager(w http.ResponseWriter, r *http.Request) error {
	id, err := a.podManagerID(r, r.PathValue("podm"))
	if err != nil {
		return err
	}
	if how, asked := clearance(r); asked {
		if err := a.clear(r, id, how); err != nil {
			return err
		}
	}
	if err := a.fleet.Remove(r.Context(), id); err != nil {
		return err
	}
	// The code is empty and the detail is the word: that is the contract (3.4).
	return confirm(w, r, "", "DELETED")
}

// clearance says what becomes of what is on a pod manager.
func clearance(r *http.Request) (how service.Removal, asked bool) {
	switch r.URL.Query().Get("nodes") {
	case "decompose":
		return service.Decompose, true
	case "forget":
		return service.ForgetHardware, true
	}
	return 0, false
}

// clear removes what is on a pod manager: nodes first, because storages are
// attached to them.
func (a *api) clear(r *http.Request, id string, how service.Removal) error {
	if err := a.work.Clear(r.Context(), id, how); err != nil {
		return err
	}
	return a.storage.ClearVolumes(r.Context(), id, how)
}

func (a *api) answerPodManager(w http.ResponseWriter, pm service.PodManager, err error) error {
	if err != nil {
		return err
	}
	tag(w, pm.UpdatedAt)
	return answer(w, http.StatusOK, wirePodManager(pm))
}
