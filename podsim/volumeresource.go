package podsim

import (
	"fmt"
	"net/http"
	"slices"
)

func (s *Simulator) volumeRoutes(mux *http.ServeMux) {
	const all = storageServicesURI + "/{service}/Volumes"
	const one = all + "/{volume}"
	s.handle(mux, all, methods{"GET": s.listVolumes, "POST": s.forwarded("Create volume", s.createVolume)})
	s.handle(mux, one, methods{"GET": s.getVolume, "PATCH": s.patchVolume, "DELETE": s.forwarded("Delete volume", s.deleteVolume)})
	s.handle(mux, one+"/Actions/Volume.Initialize", methods{"POST": s.forwarded("Initialize volume", s.initializeVolume)})
}

type volumeBody struct {
	header
	Model              *string         `json:"Model"`
	Manufacturer       *string         `json:"Manufacturer"`
	AccessCapabilities []string        `json:"AccessCapabilities"`
	CapacityBytes      int64           `json:"CapacityBytes"`
	Capacity           capacityBody    `json:"Capacity"`
	CapacitySources    []volumeSource  `json:"CapacitySources"`
	Identifiers        []identifier    `json:"Identifiers"`
	ReplicaInfos       []replicaBody   `json:"ReplicaInfos"`
	Status             status          `json:"Status"`
	Links              volumeLinks     `json:"Links"`
	Oem                oem[*volumeOem] `json:"Oem"`
	Actions            volumeActions   `json:"Actions"`
}

type volumeSource struct {
	ProvidingPools   []link       `json:"ProvidingPools"`
	ProvidedCapacity capacityBody `json:"ProvidedCapacity"`
}

type replicaBody struct {
	ReadOnlyAccess string `json:"ReplicaReadOnlyAccess"`
	Type           string `json:"ReplicaType"`
	Role           string `json:"ReplicaRole"`
	Replica        link   `json:"Replica"`
}

type volumeLinks struct {
	Oem    oem[volumeLinksOem] `json:"Oem"`
	Drives []link              `json:"Drives"`
}

type volumeLinksOem struct {
	Type      string `json:"@odata.type"`
	Endpoints []link `json:"Endpoints"`
}

type volumeOem struct {
	Type          string `json:"@odata.type"`
	Bootable      bool   `json:"Bootable"`
	Erased        *bool  `json:"Erased"`
	EraseOnDetach bool   `json:"EraseOnDetach"`
}

type volumeActions struct {
	Initialize action `json:"#Volume.Initialize"`
	Oem        empty  `json:"Oem"`
}

// newVolumeBody shows a volume. It has an endpoint as long as a node has it.
func newVolumeBody(v volume, state assetState) volumeBody {
	capacity := capacityBody{capacityData{AllocatedBytes: v.capacity}}
	body := volumeBody{
		header:             newHeader("Volume", "v1_1_0", v.uri, v.id, v.name, v.description),
		AccessCapabilities: v.access,
		CapacityBytes:      v.capacity,
		Capacity:           capacity,
		CapacitySources:    []volumeSource{{[]link{{v.pool.uri}}, capacity}},
		Identifiers:        []identifier{{"/dev/pool" + v.pool.id + "/volume" + v.id, "SystemPath"}, {v.uuid, "UUID"}},
		ReplicaInfos:       []replicaBody{},
		Status:             newStatus(state.health),
		Links: volumeLinks{
			Oem:    oem[volumeLinksOem]{volumeLinksOem{Type: "#Intel.Oem.VolumeLinks", Endpoints: []link{}}},
			Drives: []link{},
		},
		Oem: oem[*volumeOem]{&volumeOem{
			Type:          "#Intel.Oem.Volume",
			Bootable:      v.bootable,
			Erased:        state.erased,
			EraseOnDetach: state.eraseOnDetach,
		}},
		Actions: volumeActions{Initialize: action{v.uri + "/Actions/Volume.Initialize"}},
	}
	for _, r := range v.replicas {
		body.ReplicaInfos = append(body.ReplicaInfos, replicaBody{"SourceElement", r.kind, "Target", link{r.source}})
	}
	if state.node != nil {
		body.Links.Oem.Intel.Endpoints = []link{{v.endpointURI()}}
	}
	return body
}

type volumeRequest struct {
	Name               *string               `json:"Name"`
	Description        string                `json:"Description"`
	CapacityBytes      *int64                `json:"CapacityBytes"`
	CapacitySources    []sourceRequest       `json:"CapacitySources"`
	AccessCapabilities []string              `json:"AccessCapabilities"`
	ReplicaInfos       []replicaRequest      `json:"ReplicaInfos"`
	Oem                oem[volumeOemRequest] `json:"Oem"`
}

type sourceRequest struct {
	ProvidingPools []link `json:"ProvidingPools"`
}

type replicaRequest struct {
	ReplicaType *string `json:"ReplicaType"`
	Replica     *link   `json:"Replica"`
}

type volumeOemRequest struct {
	Bootable      *bool `json:"Bootable"`
	EraseOnDetach *bool `json:"EraseOnDetach"`
}

// spec checks a request for a volume of a storage service. A volume lies in one pool.
func (r *volumeRequest) spec(service *storageService) (volumeSpec, error) {
	spec := volumeSpec{name: "Volume", description: r.Description, access: []string{"Read", "Write"}}
	set(&spec.name, r.Name)
	set(&spec.bootable, r.Oem.Intel.Bootable)
	set(&spec.eraseOnDetach, r.Oem.Intel.EraseOnDetach)
	if r.CapacityBytes == nil || *r.CapacityBytes < 1 {
		return spec, refuse(badPayload, "CapacityBytes needs to be 1 or more")
	}
	spec.capacity = *r.CapacityBytes
	if len(r.CapacitySources) != 1 || len(r.CapacitySources[0].ProvidingPools) != 1 {
		return spec, refuse(badPayload, "CapacitySources needs one source with one of ProvidingPools")
	}
	uri := r.CapacitySources[0].ProvidingPools[0].URI
	i := slices.IndexFunc(service.pools, func(p *storagePool) bool { return p.uri == uri })
	if i < 0 {
		return spec, refuse(badPayload, fmt.Sprintf("Selected StoragePool %q does not exist in %s", uri, service.uri))
	}
	spec.pool = service.pools[i]
	if len(r.AccessCapabilities) > 0 {
		spec.access = r.AccessCapabilities
	}
	for _, access := range spec.access {
		if err := oneOf("AccessCapabilities", &access, "Read", "Write", "WriteOnce", "Append", "Streaming"); err != nil {
			return spec, err
		}
	}
	return spec, r.addReplicas(&spec)
}

func (r *volumeRequest) addReplicas(spec *volumeSpec) error {
	for _, info := range r.ReplicaInfos {
		if info.ReplicaType == nil || info.Replica == nil {
			return refuse(badPayload, "ReplicaInfos needs ReplicaType and Replica")
		}
		if err := oneOf("ReplicaType", info.ReplicaType, "Snapshot", "Clone"); err != nil {
			return err
		}
		spec.replicas = append(spec.replicas, replica{*info.ReplicaType, info.Replica.URI})
	}
	return nil
}

func (s *Simulator) listVolumes(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	volumes := s.pod.volumesWhere(func(v *volume) bool { return v.service == service })
	writeJSON(w, http.StatusOK, newCollection("Volume", service.volumesURI(), linksTo(volumes)))
	return nil
}

// createVolume answers when the volume exists; the body is empty as for a new node.
func (s *Simulator) createVolume(r *http.Request) (job, error) {
	service, err := s.serviceOf(r)
	if err != nil {
		return nil, err
	}
	var req volumeRequest
	if err := decodeStrict(r, &req); err != nil {
		return nil, err
	}
	spec, err := req.spec(service)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) error {
		v, err := s.pod.createVolume(spec)
		if err != nil {
			return err
		}
		s.log.InfoContext(r.Context(), "created a volume", "volume", v.uri, "bytes", v.capacity)
		w.Header().Set("Location", s.location(r, v.uri))
		w.WriteHeader(http.StatusCreated)
		return nil
	}, nil
}

// volumeURI is the place of the volume that a request is about, whether there is one or not.
func volumeURI(r *http.Request) string {
	return storageServicesURI + "/" + r.PathValue("service") + "/Volumes/" + r.PathValue("volume")
}

func (s *Simulator) getVolume(w http.ResponseWriter, r *http.Request) error {
	v, state, err := s.pod.volumeOf(volumeURI(r))
	if err != nil {
		return err
	}
	return s.serve(w, newVolumeBody(v, state))
}

type volumePatch struct {
	Oem oem[volumeOemRequest] `json:"Oem"`
}

func (s *Simulator) patchVolume(w http.ResponseWriter, r *http.Request) error {
	var patch volumePatch
	if err := decodeStrict(r, &patch); err != nil {
		return err
	}
	change := patch.Oem.Intel
	if change.Bootable == nil && change.EraseOnDetach == nil {
		return refuse(badPayload, "At least one of Bootable and EraseOnDetach in Oem.Intel_RackScale is needed")
	}
	if err := s.pod.patchVolume(volumeURI(r), change.Bootable, change.EraseOnDetach); err != nil {
		return err
	}
	return s.getVolume(w, r)
}

func (s *Simulator) deleteVolume(r *http.Request) (job, error) {
	uri := volumeURI(r)
	if _, _, err := s.pod.volumeOf(uri); err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) error {
		if err := s.pod.deleteVolume(uri); err != nil {
			return err
		}
		s.log.InfoContext(r.Context(), "deleted a volume", "volume", uri)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}, nil
}

type initializeRequest struct {
	InitializeType *string `json:"InitializeType"`
}

// initializeVolume answers when erasing has begun. The body may be left out.
func (s *Simulator) initializeVolume(r *http.Request) (job, error) {
	var req initializeRequest
	if r.ContentLength != 0 {
		if err := decodeStrict(r, &req); err != nil {
			return nil, err
		}
	}
	if err := oneOf("InitializeType", req.InitializeType, "Fast", "Slow"); err != nil {
		return nil, err
	}
	uri := volumeURI(r)
	if _, _, err := s.pod.volumeOf(uri); err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) error {
		if err := s.pod.initializeVolume(uri); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}, nil
}
