package podsim

import (
	"net/http"
	"strconv"
)

type storageBody struct {
	header
	Status             status              `json:"Status"`
	StorageControllers []storageController `json:"StorageControllers"`
	Drives             []link              `json:"Drives"`
	Volumes            link                `json:"Volumes"`
	Links              storageLinks        `json:"Links"`
	Actions            empty               `json:"Actions"`
}

type storageLinks struct {
	Enclosures []link `json:"Enclosures"`
}

type storageController struct {
	URI                 string          `json:"@odata.id"`
	Type                string          `json:"@odata.type"`
	MemberID            string          `json:"MemberId"`
	Name                string          `json:"Name"`
	Status              status          `json:"Status"`
	Manufacturer        string          `json:"Manufacturer"`
	Model               string          `json:"Model"`
	SKU                 *string         `json:"SKU"`
	SerialNumber        string          `json:"SerialNumber"`
	PartNumber          *string         `json:"PartNumber"`
	AssetTag            *string         `json:"AssetTag"`
	SpeedGbps           int             `json:"SpeedGbps"`
	FirmwareVersion     string          `json:"FirmwareVersion"`
	ControllerProtocols []string        `json:"SupportedControllerProtocols"`
	DeviceProtocols     []string        `json:"SupportedDeviceProtocols"`
	Identifiers         []identifier    `json:"Identifiers"`
	Links               controllerLinks `json:"Links"`
}

type controllerLinks struct {
	Endpoints []link `json:"Endpoints"`
}

type identifier struct {
	DurableName string `json:"DurableName"`
	Format      string `json:"DurableNameFormat"`
}

func newStorageBody(sys *system, st *storage) storageBody {
	return storageBody{
		header: newHeader("Storage", "v1_0_0", st.uri, st.id, "Storage", "Simulated storage subsystem"),
		Status: newStatus(healthOK),
		StorageControllers: []storageController{{
			URI:                 st.uri + "#/StorageControllers/0",
			Type:                "#Storage.v1_1_0.StorageController",
			MemberID:            "0",
			Name:                "Storage Controller",
			Status:              newStatus(healthOK),
			Manufacturer:        "Valence",
			Model:               "Simulated controller",
			SerialNumber:        st.serial,
			SpeedGbps:           12,
			FirmwareVersion:     "1.0.0",
			ControllerProtocols: []string{"PCIe"},
			DeviceProtocols:     []string{"SATA", "SAS", "NVMe"},
			Identifiers:         []identifier{{st.uuid, "UUID"}},
			Links:               controllerLinks{[]link{}},
		}},
		Drives:  linksTo(st.drives),
		Volumes: link{st.uri + "/Volumes"},
		Links:   storageLinks{[]link{{sys.sled.uri}}},
	}
}

type simpleStorageBody struct {
	header
	UefiDevicePath *string        `json:"UefiDevicePath"`
	Status         status         `json:"Status"`
	Devices        []simpleDevice `json:"Devices"`
}

type simpleDevice struct {
	Name          string `json:"Name"`
	Status        status `json:"Status"`
	Manufacturer  string `json:"Manufacturer"`
	Model         string `json:"Model"`
	CapacityBytes int64  `json:"CapacityBytes"`
}

func newSimpleStorageBody(_ *system, st *storage) simpleStorageBody {
	body := simpleStorageBody{
		header:  newHeader("SimpleStorage", "v1_1_0", st.uri, st.id, "Simple Storage", "Simulated storage controller"),
		Status:  newStatus(healthOK),
		Devices: []simpleDevice{},
	}
	for _, d := range st.drives {
		body.Devices = append(body.Devices, simpleDevice{
			Name:          "Drive " + d.id,
			Status:        newStatus(healthOK),
			Manufacturer:  driveMaker,
			Model:         d.model(),
			CapacityBytes: d.bytes(),
		})
	}
	return body
}

type driveBody struct {
	header
	Protocol                      string          `json:"Protocol"`
	MediaType                     string          `json:"MediaType"`
	CapacityBytes                 int64           `json:"CapacityBytes"`
	Manufacturer                  string          `json:"Manufacturer"`
	Model                         string          `json:"Model"`
	Revision                      *string         `json:"Revision"`
	SKU                           *string         `json:"SKU"`
	SerialNumber                  string          `json:"SerialNumber"`
	PartNumber                    *string         `json:"PartNumber"`
	AssetTag                      *string         `json:"AssetTag"`
	RotationSpeedRPM              *int            `json:"RotationSpeedRPM"`
	Identifiers                   []identifier    `json:"Identifiers"`
	Location                      []driveLocation `json:"Location"`
	Status                        status          `json:"Status"`
	StatusIndicator               *string         `json:"StatusIndicator"`
	IndicatorLED                  *string         `json:"IndicatorLED"`
	CapableSpeedGbs               *float64        `json:"CapableSpeedGbs"`
	NegotiatedSpeedGbs            *float64        `json:"NegotiatedSpeedGbs"`
	PredictedMediaLifeLeftPercent *int            `json:"PredictedMediaLifeLeftPercent"`
	Oem                           oem[driveOem]   `json:"Oem"`
	Links                         driveLinks      `json:"Links"`
	Actions                       driveActions    `json:"Actions"`
}

type driveLocation struct {
	Info   string `json:"Info"`
	Format string `json:"InfoFormat"`
}

type driveOem struct {
	Type            string `json:"@odata.type"`
	EraseOnDetach   bool   `json:"EraseOnDetach"`
	DriveErased     bool   `json:"DriveErased"`
	FirmwareVersion string `json:"FirmwareVersion"`
	PCIeFunction    *link  `json:"PCIeFunction"`
	Storage         *link  `json:"Storage"`
	UsedBy          []link `json:"UsedBy"`
}

type driveLinks struct {
	Chassis   link   `json:"Chassis"`
	Volumes   []link `json:"Volumes"`
	Endpoints []link `json:"Endpoints"`
	Oem       empty  `json:"Oem"`
}

type driveActions struct {
	SecureErase action `json:"#Drive.SecureErase"`
	Oem         empty  `json:"Oem"`
}

const secureErasePath = "/Actions/Drive.SecureErase"

const driveMaker = "Valence"

func (d *drive) bytes() int64  { return int64(d.CapacityGiB) * bytesPerGiB }
func (d *drive) model() string { return "Simulated " + d.Interface + " " + d.Type }

// newDriveBody shows a drive. What it is used by is the storage pool it belongs to, or the node it is attached to.
func (s *Simulator) newDriveBody(d *drive) driveBody {
	body := driveBody{
		header:        newHeader("Drive", "v1_2_0", d.uri, d.id, "Physical Drive", "Simulated drive"),
		Protocol:      d.Interface,
		MediaType:     d.Type,
		CapacityBytes: d.bytes(),
		Manufacturer:  driveMaker,
		Model:         d.model(),
		SerialNumber:  d.serial,
		Identifiers:   []identifier{{d.uuid, "UUID"}},
		Location:      []driveLocation{{strconv.Itoa(d.bay), "DriveBay number"}},
		Status:        newStatus(healthOK),
		Oem: oem[driveOem]{driveOem{
			Type:            "#Intel.Oem.Drive",
			FirmwareVersion: "1.0.0",
			UsedBy:          []link{},
		}},
		Links:   driveLinks{Chassis: link{d.chassis.uri}, Volumes: []link{}, Endpoints: []link{}},
		Actions: driveActions{SecureErase: action{d.uri + secureErasePath}},
	}
	if d.RPM > 0 {
		body.RotationSpeedRPM = &d.RPM
	}
	if d.system != nil {
		body.Oem.Intel.Storage = &link{d.system.storage[0].uri}
	}
	if d.pool != nil {
		body.Oem.Intel.UsedBy = []link{{d.pool.uri}}
	}
	if d.asset != nil {
		body.showAsset(d.asset, s.pod.assetStateOf(d.asset))
	}
	return body
}

func (b *driveBody) showAsset(a *asset, state assetState) {
	b.Status = newStatus(state.health)
	b.Links.Endpoints = []link{{a.endpointURI()}}
	b.Oem.Intel.EraseOnDetach = state.eraseOnDetach
	b.Oem.Intel.DriveErased = state.erased != nil && *state.erased
	if state.node != nil {
		b.Oem.Intel.UsedBy = []link{{state.node.uri()}}
	}
}

func (s *Simulator) driveOf(r *http.Request) (*drive, error) {
	c, err := s.chassisOf(r)
	if err != nil {
		return nil, err
	}
	return member(c.drives, r.PathValue("drive"))
}

func (s *Simulator) getDrive(w http.ResponseWriter, r *http.Request) error {
	d, err := s.driveOf(r)
	if err != nil {
		return err
	}
	return s.serve(w, s.newDriveBody(d))
}

type drivePatch struct {
	Oem oem[struct {
		EraseOnDetach *bool `json:"EraseOnDetach"`
	}] `json:"Oem"`
}

// patchDrive says whether a drive is erased when a node gives it back; others than pooled ones never leave a system.
func (s *Simulator) patchDrive(w http.ResponseWriter, r *http.Request) error {
	d, err := s.driveOf(r)
	if err != nil {
		return err
	}
	var patch drivePatch
	if err := decodeStrict(r, &patch); err != nil {
		return err
	}
	erase := patch.Oem.Intel.EraseOnDetach
	if erase == nil {
		return refuse(badPayload, "Oem.Intel_RackScale.EraseOnDetach is needed")
	}
	if d.asset == nil {
		return mismatch("", "Only drives behind the PCIe switch can be erased on detach")
	}
	s.pod.setEraseOnDetach(d.asset, *erase)
	return s.getDrive(w, r)
}

// eraseDrive answers when erasing has begun. The body may be left out.
func (s *Simulator) eraseDrive(r *http.Request) (job, error) {
	d, err := s.driveOf(r)
	if err != nil {
		return nil, err
	}
	if r.ContentLength != 0 {
		if err := decodeStrict(r, &empty{}); err != nil {
			return nil, err
		}
	}
	return func(w http.ResponseWriter) error {
		if err := s.pod.eraseDrive(d); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}, nil
}
