package podsim

import "net/http"

// managerURI is the pod manager itself, the only manager: the machines' own controllers are not simulated.
const managerURI = managersURI + "/1"

func (s *Simulator) managerRoutes(mux *http.ServeMux) {
	s.handle(mux, managersURI, methods{"GET": s.listManagers})
	s.handle(mux, managerURI, methods{"GET": s.getManager})
}

type managerBody struct {
	header
	ManagerType           string         `json:"ManagerType"`
	Model                 string         `json:"Model"`
	FirmwareVersion       string         `json:"FirmwareVersion"`
	UUID                  string         `json:"UUID"`
	PowerState            string         `json:"PowerState"`
	ServiceEntryPointUUID string         `json:"ServiceEntryPointUUID"`
	DateTime              *string        `json:"DateTime"`
	DateTimeLocalOffset   *string        `json:"DateTimeLocalOffset"`
	Status                status         `json:"Status"`
	Redundancy            []empty        `json:"Redundancy"`
	EthernetInterfaces    *link          `json:"EthernetInterfaces"`
	NetworkProtocol       *link          `json:"NetworkProtocol"`
	Links                 managerLinks   `json:"Links"`
	Actions               managerActions `json:"Actions"`
	Oem                   empty          `json:"Oem"`
}

type managerLinks struct {
	ManagerForServers []link               `json:"ManagerForServers"`
	ManagerForChassis []link               `json:"ManagerForChassis"`
	ManagerInChassis  *link                `json:"ManagerInChassis"`
	Oem               oem[managerLinksOem] `json:"Oem"`
}

type managerLinksOem struct {
	Type               string `json:"@odata.type"`
	ManagerForServices []link `json:"ManagerForServices"`
	ManagerForSwitches []link `json:"ManagerForSwitches"`
}

type managerActions struct {
	Oem empty `json:"Oem"`
}

func newManagerBody(inv *inventory) managerBody {
	return managerBody{
		header:                newHeader("Manager", "v1_2_0", managerURI, "1", "Pod Manager", "Simulated pod manager"),
		ManagerType:           "ManagementController",
		Model:                 "Simulated pod manager",
		FirmwareVersion:       "1.0.0",
		UUID:                  inv.identity("manager").String(),
		PowerState:            "On",
		ServiceEntryPointUUID: inv.uuid,
		Status:                newStatus(healthOK),
		Redundancy:            []empty{},
		Links: managerLinks{
			ManagerForServers: linksTo(inv.systems),
			ManagerForChassis: linksTo(inv.chassis),
			ManagerInChassis:  &link{inv.chassis[0].uri},
			Oem: oem[managerLinksOem]{managerLinksOem{
				Type: "#Intel.Oem.ManagerLinks", ManagerForServices: linksTo(inv.services), ManagerForSwitches: linksTo(inv.switches),
			}},
		},
	}
}

func (s *Simulator) listManagers(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("Manager", managersURI, managedBy()))
	return nil
}

func (s *Simulator) getManager(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newManagerBody(s.pod.inventory))
	return nil
}

// managedBy links the manager of everything.
func managedBy() []link { return []link{{managerURI}} }
