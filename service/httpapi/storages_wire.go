package httpapi

import (
	"strings"

	"github.com/valence-rsd/valence/service"
)

// createStorageWire is the body that makes a storage.
type createStorageWire struct {
	Name          string `json:"name" minLength:"1" maxLength:"255"`
	Description   string `json:"description,omitempty" maxLength:"1024"`
	PodManager    string `json:"podm_id,omitempty" doc:"A pod manager; not needed where there is only one."`
	CapacityGiB   int64  `json:"capacity_gib" minimum:"1" maximum:"1048576"`
	Protocol      string `json:"protocol,omitempty" maxLength:"64" doc:"Such as NVMeOverFabrics or iSCSI; any by default."`
	Pool          string `json:"pool,omitempty" maxLength:"255" doc:"The name or resource_uri of a pool; one that has room by default."`
	EraseOnDetach bool   `json:"erase_on_detach,omitempty" doc:"Whether it is erased whenever it is detached."`
}

func (in createStorageWire) request(key string) service.VolumeRequest {
	return service.VolumeRequest{
		Name:           in.Name,
		Description:    in.Description,
		PodManagerID:   in.PodManager,
		CapacityBytes:  in.CapacityGiB * bytesPerGiB,
		Protocol:       in.Protocol,
		Pool:           poolRef(in.Pool),
		EraseOnDetach:  in.EraseOnDetach,
		IdempotencyKey: key,
	}
}

// poolRef turns the resource_uri of a pool into its path on the pod; a name
// stays.
func poolRef(word string) string {
	if strings.Contains(word, "/") && !strings.HasPrefix(word, "/") {
		return "/redfish/v1/" + word
	}
	return word
}

// changeStorageWire is the body that changes a storage.
type changeStorageWire struct {
	Name          *string `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Description   *string `json:"description,omitempty" maxLength:"1024"`
	EraseOnDetach *bool   `json:"erase_on_detach,omitempty"`
}

// storageActionWire is the body of an action on a storage.
type storageActionWire struct {
	Erase *struct{} `json:"Erase" doc:"Overwrite what is on it."`
}

// StorageWire is a storage as Valence knows it. It is exported for nothing but
// huma, as NodeWire is.
type StorageWire struct {
	UUID          string       `json:"uuid"`
	Name          string       `json:"name"`
	Description   string       `json:"description"`
	PodManager    string       `json:"podm_id"`
	ProjectID     string       `json:"project_id,omitempty"`
	State         string       `json:"state" enum:"creating,available,attaching,attached,detaching,erasing,deleting,failed"`
	CapacityGiB   *float64     `json:"capacity_gib"`
	Protocol      *string      `json:"protocol"`
	Pool          *string      `json:"pool" doc:"Where on the pod the pool is that it is taken from."`
	EraseOnDetach bool         `json:"erase_on_detach"`
	NodeID        *string      `json:"node_id" doc:"The node that it is attached to."`
	ResourceURI   string       `json:"resource_uri" doc:"Where on the pod it is."`
	Failure       *failureWire `json:"failure,omitempty" doc:"Why making it failed; only in state failed."`
	CreatedAt     string       `json:"created_at"`
	UpdatedAt     string       `json:"updated_at"`
}

// storageDetailWire is a storage together with what its pod says of it.
type storageDetailWire struct {
	StorageWire
	Health *string `json:"health_status"`
	Erased *bool   `json:"erased" doc:"Whether nothing is on it."`
}

func wireStorage(v service.Volume) StorageWire {
	out := StorageWire{
		UUID:          v.UUID,
		Name:          v.Name,
		Description:   v.Description,
		PodManager:    v.PodManagerID,
		ProjectID:     v.ProjectID,
		State:         string(v.State),
		CapacityGiB:   gib(&v.CapacityBytes),
		Protocol:      orNull(v.Protocol),
		Pool:          orNull(resourceURI(v.Pool)),
		EraseOnDetach: v.EraseOnDetach,
		NodeID:        orNull(v.NodeID),
		ResourceURI:   resourceURI(v.Ref),
		CreatedAt:     timestamp(v.CreatedAt),
		UpdatedAt:     timestamp(v.UpdatedAt),
	}
	if v.Failure != nil {
		out.Failure = &failureWire{string(v.Failure.Code), v.Failure.Message}
	}
	return out
}

// wireStorageDetail lays what Valence knows over what the pod says; of a
// storage that has not been made, the pod says nothing.
func wireStorageDetail(v service.Volume, pod *service.PodVolume) storageDetailWire {
	out := storageDetailWire{StorageWire: wireStorage(v)}
	if pod != nil {
		out.Health, out.Erased = orNull(pod.Health), pod.Erased
	}
	return out
}

// poolWire is a pool of storage of a pod manager.
type poolWire struct {
	Name        *string  `json:"name"`
	ResourceURI string   `json:"resource_uri"`
	Protocol    *string  `json:"protocol"`
	Health      *string  `json:"health_status"`
	CapacityGiB *float64 `json:"capacity_gib"`
	FreeGiB     *float64 `json:"free_gib"`
}

func wirePool(p service.Pool) poolWire {
	return poolWire{
		orNull(p.Name), resourceURI(p.Ref), orNull(p.Protocol), orNull(p.Health), gib(p.Bytes), gib(p.FreeBytes),
	}
}
