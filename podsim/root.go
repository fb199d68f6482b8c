package podsim

import "net/http"

// linkURI is where a link of the service root leads. Which of them a version has, and where, is the dialect's business.
func (s *Simulator) linkURI(name string) string {
	return map[string]string{
		"Systems":          systemsURI,
		"Chassis":          chassisURI,
		"Managers":         managersURI,
		"Fabrics":          fabricsURI,
		"Nodes":            nodesURI,
		"Services":         servicesURI,
		"StorageServices":  storageServicesURI,
		"EthernetSwitches": switchesURI,
		"EventService":     eventServiceURI,
		"TelemetryService": s.dialect.root.telemetry,
		"SessionService":   sessionServiceURI,
		"AccountService":   accountServiceURI,
	}[name]
}

type versionsBody struct {
	V1 string `json:"v1"`
}

func (s *Simulator) getVersions(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, versionsBody{rootURI})
	return nil
}

type rootBody struct {
	header
	RedfishVersion string         `json:"RedfishVersion"`
	UUID           string         `json:"UUID"`
	Links          rootLinks      `json:"Links"`
	Oem            map[string]any `json:"Oem"`
	*rootFeatures
}

type rootLinks struct {
	Oem *empty `json:"Oem,omitempty"`
}

// rootFeatures are in the root from RSD 2.4 on.
type rootFeatures struct {
	Features protocolFeatures `json:"ProtocolFeaturesSupported"`
}

type protocolFeatures struct {
	FilterQuery bool        `json:"FilterQuery"`
	SelectQuery bool        `json:"SelectQuery"`
	ExpandQuery expandQuery `json:"ExpandQuery"`
}

type expandQuery struct {
	Links     bool `json:"Links"`
	NoLinks   bool `json:"NoLinks"`
	ExpandAll bool `json:"ExpandAll"`
	Levels    bool `json:"Levels"`
	MaxLevels int  `json:"MaxLevels"`
}

func (s *Simulator) getRoot(w http.ResponseWriter, _ *http.Request) error {
	shape := s.dialect.root
	extension := map[string]any{"@odata.type": "#Intel.Oem.ServiceRoot", "ApiVersion": shape.apiVersion}
	s.addLinks(extension, shape.oemLinks)
	body := rootBody{
		header:         newHeader("ServiceRoot", "v1_1_1", rootURI, "RootService", "Root Service", "Simulated pod manager"),
		RedfishVersion: shape.redfishVersion,
		UUID:           s.pod.uuid,
		Oem:            map[string]any{"Intel_RackScale": extension},
	}
	if shape.features {
		body.rootFeatures = &rootFeatures{protocolFeatures{FilterQuery: true}}
		body.Links.Oem = &empty{}
	}
	object, err := s.adapt(body)
	if err != nil {
		return err
	}
	s.addLinks(object, shape.links)
	writeJSON(w, http.StatusOK, object)
	return nil
}

func (s *Simulator) addLinks(object map[string]any, names []string) {
	for _, name := range names {
		object[name] = link{s.linkURI(name)}
	}
}
