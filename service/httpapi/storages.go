package httpapi

import (
	"cmp"
	"iter"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

func (a *api) routeStorages() {
	const item = "/v1/storages/{storage}"
	storages := a.storageListing()
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/storages",
		id:      "list-storages",
		summary: "The storages that the caller may see.",
		query:   storages.query(),
		answers: map[int]any{http.StatusOK: []StorageWire{}},
	}, storages.serve(a))
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    "/v1/storages",
		id:      "create-storage",
		summary: "Make a storage out of a pool.",
		rights:  member,
		headers: []*huma.Param{idempotencyParam()},
		answers: map[int]any{http.StatusOK: StorageWire{}},
	}, a.createStorage)
	a.handle(operation{
		method:  http.MethodGet,
		path:    item,
		id:      "show-storage",
		summary: "One storage, with what its pod says of it.",
		query:   []param{fieldsParam()},
		answers: map[int]any{http.StatusOK: storageDetailWire{}},
	}, a.showStorage)
	handlePatch(a, operation{
		method:  http.MethodPatch,
		path:    item,
		id:      "change-storage",
		summary: "Rename a storage, describe it, or say whether it is erased.",
		rights:  member,
		answers: map[int]any{http.StatusOK: StorageWire{}},
	}, a.changeStorage)
	a.handle(operation{
		method:  http.MethodDelete,
		path:    item,
		id:      "delete-storage",
		summary: "Delete a storage that is not attached.",
		rights:  member,
		query:   []param{forceParam("storage")},
		answers: map[int]any{http.StatusOK: confirmationWire{}},
	}, a.deleteStorage)
	handleBody(a, operation{
		method:  http.MethodPost,
		path:    item + "/action",
		id:      "act-on-storage",
		summary: "Erase a storage that is not attached.",
		rights:  member,
		answers: map[int]any{http.StatusNoContent: nil},
	}, a.eraseStorage)
}

func (a *api) storageListing() listing[service.Volume, StorageWire] {
	return listing[service.Volume, StorageWire]{
		kinds:   []service.Kind{service.KindVolume},
		columns: storageColumns(),
		id:      func(v service.Volume) string { return v.UUID },
		wire:    wireStorage,
		items: func(r *http.Request, query url.Values, after string) (iter.Seq2[service.Volume, error], error) {
			project, err := scope(r)
			return a.store.Volumes(r.Context(), service.VolumeFilter{
				Name:         query.Get("name"),
				PodManagerID: query.Get("podm_id"),
				NodeID:       query.Get("node_id"),
				ProjectID:    project,
			}, after), err
		},
	}
}

func storageColumns() []column[service.Volume] {
	return []column[service.Volume]{
		{name: "uuid", value: func(v service.Volume) string { return v.UUID }},
		{name: "name", value: func(v service.Volume) string { return v.Name }},
		{name: "podm_id", value: func(v service.Volume) string { return v.PodManagerID }},
		{name: "node_id", value: func(v service.Volume) string { return v.NodeID }},
		{name: "state", value: func(v service.Volume) string { return string(v.State) }},
		{name: "protocol", value: func(v service.Volume) string { return v.Protocol }},
		{name: "pool", value: func(v service.Volume) string { return resourceURI(v.Pool) }},
		{name: "project_id", value: func(v service.Volume) string { return v.ProjectID }},
		{name: "capacity_gib", value: func(v service.Volume) string { return digits(int(v.CapacityBytes / bytesPerGiB)) },
			compare: func(a, b service.Volume) int { return cmp.Compare(a.CapacityBytes, b.CapacityBytes) }},
		{name: "created_at", value: func(v service.Volume) string { return timestamp(v.CreatedAt) },
			compare: func(a, b service.Volume) int { return a.CreatedAt.Compare(b.CreatedAt) }},
		{name: "updated_at", value: func(v service.Volume) string { return timestamp(v.UpdatedAt) },
			compare: func(a, b service.Volume) int { return a.UpdatedAt.Compare(b.UpdatedAt) }},
	}
}

func (a *api) createStorage(w http.ResponseWriter, r *http.Request, in createStorageWire) error {
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	volume, err := a.storage.CreateVolume(r.Context(), in.request(key))
	return a.answerStorage(w, volume, err)
}

func (a *api) showStorage(w http.ResponseWriter, r *http.Request) error {
	id, err := a.volumeID(r, r.PathValue("storage"))
	if err != nil {
		return err
	}
	volume, pod, err := a.storage.ShowVolume(r.Context(), id)
	if err != nil {
		return err
	}
	tag(w, volume.UpdatedAt)
	return answerItem(a, w, r, wireStorageDetail(volume, pod))
}

func (a *api) changeStorage(w http.ResponseWriter, r *http.Request, in changeStorageWire) error {
	id, err := a.volumeID(r, r.PathValue("storage"))
	if err != nil {
		return err
	}
	volume, err := a.storage.UpdateVolume(r.Context(), id, func(v *service.Volume) error {
		v.Name, v.Description = given(in.Name, v.Name), given(in.Description, v.Description)
		v.EraseOnDetach = given(in.EraseOnDetach, v.EraseOnDetach)
		return unchanged(r, v.UpdatedAt)
	})
	return a.answerStorage(w, volume, err)
}

func (a *api) deleteStorage(w http.ResponseWriter, r *http.Request) error {
	how, err := removal(r)
	if err != nil {
		return err
	}
	id, err := a.volumeID(r, r.PathValue("storage"))
	if err != nil {
		return err
	}
	if err := a.storage.DeleteVolume(r.Context(), id, how); err != nil {
		return err
	}
	return confirm(w, r, "DELETED", "The storage "+id+" was deleted.")
}

func (a *api) eraseStorage(w http.ResponseWriter, r *http.Request, _ storageActionWire) error {
	id, err := a.volumeID(r, r.PathValue("storage"))
	if err != nil {
		return err
	}
	if err := a.storage.EraseVolume(r.Context(), id); err != nil {
		return err
	}
	noContent(w)
	return nil
}

func (a *api) answerStorage(w http.ResponseWriter, v service.Volume, err error) error {
	if err != nil {
		return err
	}
	tag(w, v.UpdatedAt)
	return answer(w, http.StatusOK, wireStorage(v))
}

// routePools is part of the pod managers: a pool is nobody's but theirs.
func (a *api) routePools() {
	a.handle(operation{
		method:  http.MethodGet,
		path:    "/v1/pod_managers/{podm}/pools",
		id:      "list-pools",
		summary: "The pools of storage of a pod manager.",
		answers: map[int]any{http.StatusOK: []poolWire{}},
	}, func(w http.ResponseWriter, r *http.Request) error {
		pools, err := a.inventory.Pools(r.Context(), r.PathValue("podm"))
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, each(pools, wirePool))
	})
}
