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
	Storage         link   `json:"Storage"`
	UsedBy          []link `json:"UsedBy"`
}

type driveLinks struct {
	Chassis   link   `json:"Chassis"`
	Volumes   []link `json:"Volumes"`
	Endpoints []link `json:"Endpoints"`
	Oem       empty  `json:"Oem"`
}

type driveActions struct {
	Oem empty `json:"Oem"`
}

func newDriveBody(d *drive) driveBody {
	body := driveBody{
		header:        newHeader("Drive", "v1_2_0", d.uri, d.id, "Physical Drive", "Simulated drive"),
		Protocol:      d.Interface,
		MediaType:     d.Type,
		CapacityBytes: int64(d.CapacityGiB) * bytesPerGiB,
		Manufacturer:  "Valence",
		Model:         "Simulated " + d.Interface + " " + d.Type,
		SerialNumber:  d.serial,
		Identifiers:   []identifier{{d.uuid, "UUID"}},
		Location:      []driveLocation{{strconv.Itoa(d.bay), "DriveBay number"}},
		Status:        newStatus(healthOK),
		Oem: oem[driveOem]{driveOem{
			Type:            "#Intel.Oem.Drive",
			FirmwareVersion: "1.0.0",
			Storage:         link{d.system.storage[0].uri},
			UsedBy:          []link{},
		}},
		Links: driveLinks{Chassis: link{d.sled.uri}, Volumes: []link{}, Endpoints: []link{}},
	}
	if d.RPM > 0 {
		body.RotationSpeedRPM = &d.RPM
	}
	return body
}

func (s *Simulator) getDrive(w http.ResponseWriter, r *http.Request) error {
	c, err := s.chassisOf(r)
	if err != nil {
		return err
	}
	for _, d := range c.drives {
		if d.id == r.PathValue("drive") {
			writeJSON(w, http.StatusOK, newDriveBody(d))
			return nil
		}
	}
	return refuse(unknownEndpoint)
}
