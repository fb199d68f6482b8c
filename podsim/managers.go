package podsim

import "net/http"

// managerRoutes serve the pod manager itself, the only manager: the machines' own controllers are not simulated.
func (s *Simulator) managerRoutes(mux *http.ServeMux) {
	s.handle(mux, managersURI, methods{"GET": s.listManagers})
	s.handle(mux, s.pod.manager.uri, methods{"GET": s.getManager})
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
	ManagerForServers  []link               `json:"ManagerForServers"`
	ManagerForChassis  []link               `json:"ManagerForChassis"`
	ManagerForSwitches []link               `json:"ManagerForSwitches"`
	ManagerInChassis   *link                `json:"ManagerInChassis"`
	Oem                oem[managerLinksOem] `json:"Oem"`
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
		header:                newHeader("Manager", "v1_2_0", inv.manager.uri, inv.manager.id, "Pod Manager", "Simulated pod manager"),
		ManagerType:           "ManagementController",
		Model:                 "Simulated pod manager",
		FirmwareVersion:       "1.0.0",
		UUID:                  inv.identity("manager").String(),
		PowerState:            "On",
		ServiceEntryPointUUID: inv.uuid,
		Status:                newStatus(healthOK),
		Redundancy:            []empty{},
		Links: managerLinks{
			ManagerForServers:  linksTo(inv.systems),
			ManagerForChassis:  linksTo(inv.chassis),
			ManagerForSwitches: linksTo(inv.switches),
			ManagerInChassis:   &link{inv.chassis[0].uri},
			Oem: oem[managerLinksOem]{managerLinksOem{
				Type: "#Intel.Oem.ManagerLinks", ManagerForServices: linksTo(inv.services), ManagerForSwitches: linksTo(inv.switches),
			}},
		},
	}
}

func (s *Simulator) listManagers(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("Manager", managersURI, s.pod.managedBy()))
	return nil
}

func (s *Simulator) getManager(w http.ResponseWriter, _ *http.Request) error {
	return s.serve(w, newManagerBody(s.pod.inventory))
}

// managedBy links the manager of everything.
func (inv *inventory) managedBy() []link { return []link{{inv.manager.uri}} }
