package podsim

import "net/http"

// serviceRoutes serve the services that the root links and that do little here.
func (s *Simulator) serviceRoutes(mux *http.ServeMux) {
	s.handle(mux, odataURI, methods{"GET": s.getOdata})
	s.eventRoutes(mux)
	if uri := s.dialect.root.telemetry; uri != "" {
		s.handle(mux, uri, methods{"GET": s.getTelemetryService})
	}
	if s.dialect.sessions {
		s.handle(mux, accountServiceURI, methods{"GET": s.getAccountService})
		s.handle(mux, accountServiceURI+"/Accounts", methods{"GET": getEmpty("ManagerAccount")})
		s.handle(mux, accountServiceURI+"/Roles", methods{"GET": getEmpty("Role")})
	}
}

type odataBody struct {
	Context string      `json:"@odata.context"`
	Value   []odataLink `json:"value"`
}

type odataLink struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	URL  string `json:"url"`
}

// getOdata lists what the root links at its top.
func (s *Simulator) getOdata(w http.ResponseWriter, _ *http.Request) error {
	body := odataBody{Context: rootURI + "/$metadata", Value: []odataLink{{"Service", "Singleton", rootURI}}}
	for _, name := range s.dialect.root.links {
		body.Value = append(body.Value, odataLink{name, "Singleton", s.linkURI(name)})
	}
	writeJSON(w, http.StatusOK, body)
	return nil
}

type telemetryServiceBody struct {
	header
	Status serviceStatus `json:"Status"`
}

// getTelemetryService measures nothing.
func (s *Simulator) getTelemetryService(w http.ResponseWriter, _ *http.Request) error {
	return s.serve(w, telemetryServiceBody{
		header: newHeader("TelemetryService", "v1_0_0", s.dialect.root.telemetry,
			"TelemetryService", "Telemetry Service", "Telemetry Service"),
		Status: serviceStatus{"Disabled", healthOK},
	})
}

type accountServiceBody struct {
	header
	Status         serviceStatus `json:"Status"`
	ServiceEnabled bool          `json:"ServiceEnabled"`
	Accounts       link          `json:"Accounts"`
	Roles          link          `json:"Roles"`
}

// getAccountService shows no accounts: the one that there is comes from the options.
func (s *Simulator) getAccountService(w http.ResponseWriter, _ *http.Request) error {
	return s.serve(w, accountServiceBody{
		header: newHeader("AccountService", "v1_1_0", accountServiceURI,
			"AccountService", "Account Service", "Account Service"),
		Status:         serviceStatus{"Enabled", healthOK},
		ServiceEnabled: true,
		Accounts:       link{accountServiceURI + "/Accounts"},
		Roles:          link{accountServiceURI + "/Roles"},
	})
}
