package podsim_test

import (
	"testing"

	"github.com/stmcginnis/gofish"
	"github.com/stmcginnis/gofish/schemas"
)

// walker reads everything that gofish has a name for, and counts it.
type walker struct {
	t     *testing.T
	found map[string]int
}

// each counts what a collection gave, and goes on with each member.
func each[T any](w *walker, name string, members []T, err error, walk func(T)) {
	w.t.Helper()
	if err != nil {
		w.t.Errorf("%s: %v", name, err)
	}
	w.found[name] += len(members)
	for _, m := range members {
		if walk != nil {
			walk(m)
		}
	}
}

func TestGofishWalksEverything(t *testing.T) {
	onEachPod(t, func(t *testing.T, pod served) {
		client, err := gofish.ConnectContext(t.Context(), gofish.ClientConfig{
			Endpoint: pod.URL, Username: "admin", Password: "admin", BasicAuth: true, HTTPClient: pod.httpClient(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		w := &walker{t, map[string]int{}}
		w.service(client.Service)
		for name, count := range pod.counts(t) {
			if w.found[name] != int(count) {
				t.Errorf("it found %d %s, want %g", w.found[name], name, count)
			}
		}
		for _, name := range []string{"Processors", "Memory", "EthernetInterfaces"} {
			if w.found[name] == 0 {
				t.Errorf("it found no %s", name)
			}
		}
	})
}

func (w *walker) service(s *gofish.Service) {
	systems, err := s.Systems()
	each(w, "Systems", systems, err, w.system)
	chassis, err := s.Chassis()
	each(w, "Chassis", chassis, err, w.chassis)
	managers, err := s.Managers()
	each(w, "Managers", managers, err, nil)
	fabrics, err := s.Fabrics()
	each(w, "Fabrics", fabrics, err, w.fabric)
	services, err := s.StorageServices()
	each(w, "StorageServices", services, err, nil)
}

func (w *walker) system(s *schemas.ComputerSystem) {
	processors, err := s.Processors()
	each(w, "Processors", processors, err, nil)
	memory, err := s.Memory()
	each(w, "Memory", memory, err, nil)
	nics, err := s.EthernetInterfaces()
	each(w, "EthernetInterfaces", nics, err, nil)
	storage, err := s.Storage()
	each(w, "Storage", storage, err, func(st *schemas.Storage) {
		drives, err := st.Drives()
		each(w, "Drives", drives, err, nil)
	})
}

func (w *walker) chassis(c *schemas.Chassis) {
	drives, err := c.Drives()
	each(w, "Drives of chassis", drives, err, nil)
	adapters, err := c.NetworkAdapters()
	each(w, "NetworkAdapters", adapters, err, nil)
}

func (w *walker) fabric(f *schemas.Fabric) {
	endpoints, err := f.Endpoints()
	each(w, "Endpoints", endpoints, err, nil)
	zones, err := f.Zones()
	each(w, "Zones", zones, err, nil)
	switches, err := f.Switches()
	each(w, "Switches", switches, err, func(s *schemas.Switch) {
		ports, err := s.Ports()
		each(w, "Ports", ports, err, nil)
	})
}
