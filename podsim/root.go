package podsim

import "net/http"

type rootBody struct {
	header
	RedfishVersion  string       `json:"RedfishVersion"`
	UUID            string       `json:"UUID"`
	Systems         link         `json:"Systems"`
	Chassis         link         `json:"Chassis"`
	Managers        link         `json:"Managers"`
	Fabrics         link         `json:"Fabrics"`
	StorageServices link         `json:"StorageServices"`
	SessionService  link         `json:"SessionService"`
	Oem             oem[rootOem] `json:"Oem"`
	Links           empty        `json:"Links"`
}

type rootOem struct {
	Type             string `json:"@odata.type"`
	APIVersion       string `json:"ApiVersion"`
	Nodes            link   `json:"Nodes"`
	EthernetSwitches link   `json:"EthernetSwitches"`
}

type versionsBody struct {
	V1 string `json:"v1"`
}

func (s *Simulator) getVersions(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, versionsBody{rootURI})
	return nil
}

// getRoot answers the service root. SessionService is what a 2.4 pod manager adds to it: the simulated pod takes
// sessions as well as Basic.
func (s *Simulator) getRoot(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, rootBody{
		header: newHeader("ServiceRoot", s.dialect.rootVersion, rootURI,
			"RootService", "Root Service", "Simulated pod manager"),
		RedfishVersion:  s.dialect.redfishVersion,
		UUID:            s.pod.uuid,
		Systems:         link{systemsURI},
		Chassis:         link{chassisURI},
		Managers:        link{managersURI},
		Fabrics:         link{fabricsURI},
		StorageServices: link{storageServicesURI},
		SessionService:  link{sessionServiceURI},
		Oem: oem[rootOem]{rootOem{
			Type:             "#Intel.Oem.ServiceRoot",
			APIVersion:       s.dialect.apiVersion,
			Nodes:            link{nodesURI},
			EthernetSwitches: link{switchesURI},
		}},
	})
	return nil
}
