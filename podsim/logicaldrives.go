package podsim

import (
	"net/http"
	"slices"
)

// logicalDriveRoutes serve the storage services of RSD 1.2 to 2.2. They are read only: logical drives and targets are
// made by Allocate.
func (s *Simulator) logicalDriveRoutes(mux *http.ServeMux) {
	const member = servicesURI + "/{service}"
	for path, get := range map[string]handler{
		servicesURI:                         s.listStorageServices,
		member:                              s.getService,
		member + "/Drives":                  s.listServiceDrives,
		member + "/Drives/{segment}":        s.getServiceDrive,
		member + "/LogicalDrives":           s.listLogicalDrives,
		member + "/LogicalDrives/{segment}": s.getLogicalDrive,
		member + "/Targets":                 s.listTargets,
		member + "/Targets/{segment}":       s.getTarget,
	} {
		s.handle(mux, path, methods{"GET": get})
	}
}

type serviceBody struct {
	header
	Status        status       `json:"Status"`
	RemoteTargets link         `json:"RemoteTargets"`
	LogicalDrives link         `json:"LogicalDrives"`
	Drives        link         `json:"Drives"`
	Oem           empty        `json:"Oem"`
	Links         serviceLinks `json:"Links"`
}

type serviceLinks struct {
	ManagedBy []link `json:"ManagedBy"`
	Oem       empty  `json:"Oem"`
}

func (s *Simulator) getService(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, serviceBody{
		header:        newHeader("StorageService", "v1_0_0", service.uri, service.id, "Storage Service", "Simulated storage service"),
		Status:        newStatus(healthOK),
		RemoteTargets: link{service.uri + "/Targets"},
		LogicalDrives: link{service.uri + "/LogicalDrives"},
		Drives:        link{service.uri + "/Drives"},
		Links:         serviceLinks{ManagedBy: s.pod.managedBy()},
	})
}

func (s *Simulator) getServiceDrive(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	d, err := member(service.drives(), r.PathValue("segment"))
	if err != nil {
		return err
	}
	return s.serve(w, newPlainDriveBody(d))
}

type logicalDriveBody struct {
	header
	Status      status            `json:"Status"`
	Type        string            `json:"Type"`
	Mode        string            `json:"Mode"`
	Protected   bool              `json:"Protected"`
	CapacityGiB float64           `json:"CapacityGiB"`
	Image       *string           `json:"Image"`
	Bootable    bool              `json:"Bootable"`
	Snapshot    bool              `json:"Snapshot"`
	Oem         empty             `json:"Oem"`
	Links       logicalDriveLinks `json:"Links"`
}

type logicalDriveLinks struct {
	LogicalDrives  []link `json:"LogicalDrives"`
	PhysicalDrives []link `json:"PhysicalDrives"`
	MasterDrive    *link  `json:"MasterDrive"`
	UsedBy         []link `json:"UsedBy"`
	Targets        []link `json:"Targets"`
	Oem            empty  `json:"Oem"`
}

// newGroupBody shows a group of logical volumes, which lies on physical drives.
func newGroupBody(pool *storagePool, volumes []volume) logicalDriveBody {
	return logicalDriveBody{
		header:      newHeader("LogicalDrive", "v1_0_0", pool.uri, pool.id, "Logical Drive", "Simulated volume group"),
		Status:      newStatus(healthOK),
		Type:        "LVM",
		Mode:        "LVG",
		CapacityGiB: float64(pool.capacity) / bytesPerGiB,
		Links: logicalDriveLinks{
			LogicalDrives:  []link{},
			PhysicalDrives: linksTo(pool.drives),
			UsedBy:         linksTo(volumes),
			Targets:        []link{},
		},
	}
}

// newLogicalDriveBody shows a logical volume. It is reached through a target unless it is a master.
func newLogicalDriveBody(v volume, state assetState) logicalDriveBody {
	body := logicalDriveBody{
		header:      newHeader("LogicalDrive", "v1_0_0", v.uri, v.id, v.name, v.description),
		Status:      newStatus(state.health),
		Type:        "LVM",
		Mode:        "LV",
		CapacityGiB: float64(v.capacity) / bytesPerGiB,
		Bootable:    v.bootable,
		Links: logicalDriveLinks{
			LogicalDrives:  []link{{v.pool.uri}},
			PhysicalDrives: []link{},
			UsedBy:         []link{},
			Targets:        []link{},
		},
	}
	for _, r := range v.replicas {
		body.Links.MasterDrive = &link{r.source}
		body.Snapshot = r.kind == "Snapshot"
	}
	if v.targetURI != "" {
		body.Links.Targets = []link{{v.targetURI}}
	}
	return body
}

func (s *Simulator) listLogicalDrives(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	volumes := s.pod.volumesWhere(func(v *volume) bool { return v.service == service })
	writeJSON(w, http.StatusOK, newCollection("LogicalDrive", service.volumesURI(),
		append(linksTo(service.pools), linksTo(volumes)...)))
	return nil
}

func (s *Simulator) getLogicalDrive(w http.ResponseWriter, r *http.Request) error {
	service, err := s.serviceOf(r)
	if err != nil {
		return err
	}
	if pool, err := member(service.pools, r.PathValue("segment")); err == nil {
		return s.serve(w, newGroupBody(pool, s.pod.volumesWhere(func(v *volume) bool { return v.pool == pool })))
	}
	v, state, err := s.pod.volumeOf(service.volumesURI() + "/" + r.PathValue("segment"))
	if err != nil {
		return err
	}
	return s.serve(w, newLogicalDriveBody(v, state))
}

type targetBody struct {
	header
	Status    status             `json:"Status"`
	Type      string             `json:"Type"`
	Addresses []targetAddress    `json:"Addresses"`
	Initiator []targetInitiators `json:"Initiator"`
	Oem       empty              `json:"Oem"`
	Links     empty              `json:"Links"`
}

type targetAddress struct {
	ISCSI iscsiTarget `json:"iSCSI"`
}

type iscsiTarget struct {
	LUNs   []targetLUN `json:"TargetLUN"`
	IQN    string      `json:"TargetIQN"`
	Portal string      `json:"TargetPortalIP"`
	Port   int         `json:"TargetPortalPort"`
	CHAP   targetCHAP  `json:"CHAP"`
}

type targetLUN struct {
	LUN          int  `json:"LUN"`
	LogicalDrive link `json:"LogicalDrive"`
}

type targetCHAP struct {
	Type           string  `json:"Type"`
	Username       *string `json:"Username"`
	Secret         *string `json:"Secret"`
	MutualUsername *string `json:"MutualUsername"`
	MutualSecret   *string `json:"MutualSecret"`
}

type targetInitiators struct {
	ISCSI iscsiInitiator `json:"iSCSI"`
}

type iscsiInitiator struct {
	IQN *string `json:"InitiatorIQN"`
}

// newTargetBody shows the target of a logical drive. Its initiator is known while a node has it.
func newTargetBody(v volume, state assetState) targetBody {
	body := targetBody{
		header: newHeader("RemoteTarget", "v1_1_0", v.targetURI, v.id, "Remote Target", "Simulated iSCSI target"),
		Status: newStatus(state.health),
		Type:   "iSCSITargets",
		Addresses: []targetAddress{{iscsiTarget{
			LUNs:   []targetLUN{{1, link{v.uri}}},
			IQN:    v.address,
			Portal: "192.0.2.1",
			Port:   3260,
			CHAP:   targetCHAP{Type: "None"},
		}}},
		Initiator: []targetInitiators{{}},
	}
	if state.node != nil {
		iqn := "iqn.2018-01.org.example.podsim:" + state.node.system.uuid
		body.Initiator[0].ISCSI.IQN = &iqn
	}
	return body
}

// targetsOf lists the volumes of the service that have a target.
func (s *Simulator) targetsOf(r *http.Request) (*storageService, []volume, error) {
	service, err := s.serviceOf(r)
	if err != nil {
		return nil, nil, err
	}
	return service, s.pod.volumesWhere(func(v *volume) bool { return v.service == service && v.targetURI != "" }), nil
}

func (s *Simulator) listTargets(w http.ResponseWriter, r *http.Request) error {
	service, volumes, err := s.targetsOf(r)
	if err != nil {
		return err
	}
	targets := []link{}
	for _, v := range volumes {
		targets = append(targets, link{v.targetURI})
	}
	writeJSON(w, http.StatusOK, newCollection("RemoteTarget", service.uri+"/Targets", targets))
	return nil
}

func (s *Simulator) getTarget(w http.ResponseWriter, r *http.Request) error {
	_, volumes, err := s.targetsOf(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(volumes, func(v volume) bool { return v.id == r.PathValue("segment") })
	if i < 0 {
		return refuse(unknownEndpoint)
	}
	return s.serve(w, newTargetBody(volumes[i], s.pod.assetStateOf(volumes[i].asset)))
}
