package httpapi

import "net/http"

func (a *api) routePodManagers() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/pod_managers",
		id:      "list-pod-managers",
		summary: "The pod managers, passwords masked.",
		answers: map[int]any{http.StatusOK: []podManagerWire{}},
	}, a.listPodManagers)
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
		path:    "/v1/pod_managers/{uuid}",
		id:      "show-pod-manager",
		summary: "One pod manager, its password masked.",
		answers: map[int]any{http.StatusOK: podManagerWire{}},
	}, a.showPodManager)
	handleBody(a, operation{
		method:  http.MethodPatch,
		path:    "/v1/pod_managers/{uuid}",
		id:      "change-pod-manager",
		summary: "Change a pod manager.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: podManagerWire{}},
	}, a.changePodManager)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    "/v1/pod_managers/{uuid}",
		id:      "remove-pod-manager",
		summary: "Forget a pod manager that has no nodes.",
		rights:  admin,
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.removePodManager)
}

func (a *api) listPodManagers(w http.ResponseWriter, r *http.Request) error {
	return list(w, a.store.PodManagers(r.Context()), wirePodManager)
}

func (a *api) registerPodManager(w http.ResponseWriter, r *http.Request, in createPodManagerWire) error {
	pm, err := in.podManager()
	if err != nil {
		return err
	}
	pm, err = a.fleet.Register(r.Context(), pm)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wirePodManager(pm))
}

func (a *api) showPodManager(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("uuid")
	pm, err := a.store.PodManager(r.Context(), id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wirePodManager(pm))
}

func (a *api) changePodManager(w http.ResponseWriter, r *http.Request, in changePodManagerWire) error {
	id := r.PathValue("uuid")
	pm, err := a.fleet.Update(r.Context(), id, in.apply)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, wirePodManager(pm))
}

func (a *api) removePodManager(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("uuid")
	if err := a.fleet.Remove(r.Context(), id); err != nil {
		return err
	}
	// The code is empty and the detail is the word: that is the contract (3.4).
	return confirm(w, r, "", "DELETED")
}
