package podsim

import "net/http"

func (s *Simulator) storageServiceRoutes(mux *http.ServeMux) {
	const member = storageServicesURI + "/{service}"
	const pool = member + "/StoragePools/{pool}"
	s.handle(mux, storageServicesURI, methods{"GET": s.listStorageServices})
	s.handle(mux, member, methods{"GET": s.getStorageService})
	s.handle(mux, member+"/Drives", methods{"GET": s.listServiceDrives})
	s.handle(mux, member+"/StoragePools", methods{"GET": s.listStoragePools})
	s.handle(mux, pool, methods{"GET": s.getStoragePool})
	s.handle(mux, pool+"/AllocatedVolumes", methods{"GET": s.listAllocatedVolumes})
	s.handle(mux, pool+"/AllocatedPools", methods{"GET": s.listAllocatedPools})
}

type storageServiceBody struct {
	header
	Drives       link                `json:"Drives"`
	Endpoints    link                `json:"Endpoints"`
	StoragePools link                `json:"StoragePools"`
	Volumes      link                `json:"Volumes"`
	Status       status              `json:"Status"`
	Links        storageServiceLinks `json:"Links"`
	Oem          empty               `json:"Oem"`
}

type storageServiceLinks struct {
	HostingSystem *link                       `json:"HostingSystem"`
	Oem           oem[storageServiceLinksOem] `json:"Oem"`
}

type storageServiceLinksOem struct {
	Type      string `json:"@odata.type"`
	ManagedBy []link `json:"ManagedBy"`
}

// newStorageServiceBody leads to the fabric by its endpoints: that is how a client learns the protocol of the volumes.
func (s *Simulator) newStorageServiceBody(service *storageService) storageServiceBody {
	return storageServiceBody{
		header: newHeader("StorageService", "v1_0_0", service.uri, service.id, "Storage Service",
			"Simulated storage service ("+service.fabric.kind+")"),
		Drives:       link{service.uri + "/Drives"},
		Endpoints:    link{service.fabric.uri + "/Endpoints"},
		StoragePools: link{service.uri + "/StoragePools"},
		Volumes:      link{service.volumesURI()},
		Status:       newStatus(healthOK),
		Links: storageServiceLinks{Oem: oem[storageServiceLinksOem]{storageServiceLinksOem{
			Type: "#Intel.Oem.StorageServicesLinks", ManagedBy: s.pod.managedBy(),
		}}},
	}
}

type capacityBody struct {
	Data capacityData `json:"Data"`
}

type capacityData struct {
	AllocatedBytes   int64  `json:"AllocatedBytes"`
	ConsumedBytes    *int64 `json:"ConsumedBytes"`
	GuaranteedBytes  *int64 `json:"GuaranteedBytes"`
	ProvisionedBytes *int64 `json:"ProvisionedBytes"`
}

type storagePoolBody struct {
	header
	Identifier       identifier   `json:"Identifier"`
	AllocatedVolumes link         `json:"AllocatedVolumes"`
	AllocatedPools   link         `json:"AllocatedPools"`
	BlockSizeBytes   int          `json:"BlockSizeBytes"`
	Capacity         capacityBody `json:"Capacity"`
	CapacitySources  []poolSource `json:"CapacitySources"`
	Status           status       `json:"Status"`
	Oem              empty        `json:"Oem"`
}

type poolSource struct {
	ProvidingDrives  []link       `json:"ProvidingDrives"`
	ProvidedCapacity capacityBody `json:"ProvidedCapacity"`
}

func newStoragePoolBody(pool *storagePool, used int64) storagePoolBody {
	capacity := capacityBody{capacityData{AllocatedBytes: pool.capacity, ConsumedBytes: &used}}
	return storagePoolBody{
		header:           newHeader("StoragePool", "v1_0_0", pool.uri, pool.id, "BasePool", "Simulated storage pool"),
		Identifier:       identifier{"/dev/pool" + pool.id, "SystemPath"},
		AllocatedVolumes: link{pool.uri + "/AllocatedVolumes"},
		AllocatedPools:   link{pool.uri + "/AllocatedPools"},
		BlockSizeBytes:   512,
		Capacity:         capacity,
		CapacitySources:  []poolSource{{linksTo(pool.drives), capacity}},
		Status:           newStatus(healthOK),
	}
}

func (s *storageService) volumesURI() string { return s.uri + "/" + s.volumes }

// drives lists the drives of all pools.
func (s *storageService) drives() []*drive {
	var all []*drive
	for _, pool := range s.pools {
		all = append(all, pool.drives...)
	}
	return all
}

func (p *pod) usedOf(pool *storagePool) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return pool.used
}

func (s *Simulator) serviceOf(r *http.Request) (*storageService, error) {
	return member(s.pod.services, r.PathValue("service"))
}

func (s *Simulator) poolOf(r *http.Request) (*storagePool, error) {
	service, err := s.serviceOf(r)
	if err != nil {
		return nil, err
	}
	return member(service.pools, r.PathValue("pool"))
}

func (s *Simulator) listStorageServices(w http.ResponseWriter, r *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("StorageService", r.URL.Path, linksTo(s.pod.services)))
	return nil
}

func (s *Simulator) getStorageService(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, s.newStorageServiceBody(service))
}

func (s *Simulator) listServiceDrives(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("Drive", service.uri+"/Drives", linksTo(service.drives())))
	return nil
}

func (s *Simulator) listStoragePools(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, newCollection("StoragePool", service.uri+"/StoragePools", linksTo(service.pools)))
	return nil
}

func (s *Simulator) getStoragePool(w http.ResponseWriter, r *http.Request) error {
	pool, err := s.poolOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, newStoragePoolBody(pool, s.pod.usedOf(pool)))
}

func (s *Simulator) listAllocatedVolumes(w http.ResponseWriter, r *http.Request) error {
	pool, err := s.poolOf(r)
	if err != nil {
		return err
	}
	volumes := s.pod.volumesWhere(func(v *volume) bool { return v.pool == pool })
	writeJSON(w, http.StatusOK, newCollection("Volume", pool.uri+"/AllocatedVolumes", linksTo(volumes)))
	return nil
}

// listAllocatedPools has no members: there are no pools made of pools.
func (s *Simulator) listAllocatedPools(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.poolOf(r); err != nil {
		return err
	}
	return getEmpty("StoragePool")(w, r)
}
