package podsim_test

import (
	"net/http"
	"testing"

	"github.com/stmcginnis/gofish"

	"github.com/valence-rsd/valence/podsim"
)

func connect(t *testing.T, pod *podsim.Server) *gofish.APIClient {
	t.Helper()
	client, err := gofish.ConnectContext(t.Context(), gofish.ClientConfig{
		Endpoint: pod.URL, Username: "admin", Password: "admin", BasicAuth: true,
		// By default it reads the fields of http.DefaultTransport, which other tests are using.
		HTTPClient: &http.Client{Transport: &http.Transport{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestGofishReadsThePod lets a Redfish library that knows nothing of this simulator read the whole pod.
func TestGofishReadsThePod(t *testing.T) {
	t.Parallel()
	pod := start(t, podsim.Options{})
	client := connect(t, pod)
	systems, err := client.Service.Systems()
	if err != nil || len(systems) != 8 {
		t.Fatalf("%d systems, error %v; want 8", len(systems), err)
	}
	medium := systems[1]
	if medium.MemorySummary.TotalSystemMemoryGiB == nil || *medium.MemorySummary.TotalSystemMemoryGiB != 128 {
		t.Errorf("memory summary %+v, want 128 GiB", medium.MemorySummary)
	}
	processors, err := medium.Processors()
	if err != nil || len(processors) != 2 || processors[1].TotalCores == nil || *processors[1].TotalCores != 12 {
		t.Errorf("processors %v, error %v; want two of 12 cores", processors, err)
	}
	memory, err := medium.Memory()
	if err != nil || len(memory) != 8 {
		t.Errorf("%d memory modules, error %v; want 8", len(memory), err)
	}
	nics, err := medium.EthernetInterfaces()
	if err != nil || len(nics) != 2 || nics[0].MACAddress == nics[1].MACAddress {
		t.Errorf("Ethernet interfaces %v, error %v", nics, err)
	}
	storage, err := medium.Storage()
	if err != nil || len(storage) != 1 {
		t.Fatalf("storage %v, error %v", storage, err)
	}
	drives, err := storage[0].Drives()
	if err != nil || len(drives) != 2 {
		t.Errorf("%d drives, error %v; want 2", len(drives), err)
	}
	chassis, err := client.Service.Chassis()
	if err != nil || len(chassis) != 18 {
		t.Errorf("%d chassis, error %v; want 18", len(chassis), err)
	}
	simple, err := medium.SimpleStorage()
	if err != nil || len(simple) != 1 || len(simple[0].Devices) != 2 {
		t.Errorf("simple storage %v, error %v; want one with two devices", simple, err)
	}
	managers, err := client.Service.Managers()
	if err != nil || len(managers) != 1 {
		t.Errorf("managers %v, error %v; want one", managers, err)
	}
	fabrics, err := client.Service.Fabrics()
	if err != nil || len(fabrics) != 3 {
		t.Fatalf("fabrics %v, error %v; want three", fabrics, err)
	}
	endpoints, err := fabrics[2].Endpoints()
	if err != nil || len(endpoints) != 6 {
		t.Errorf("%d endpoints in the PCIe fabric, error %v; want 6", len(endpoints), err)
	}
	services, err := client.Service.StorageServices()
	if err != nil || len(services) != 2 {
		t.Errorf("storage services %v, error %v; want two", services, err)
	}
}

// TestGofishReadsEachVersion: what every version has in common is read by a library that knows the standard. It signs in
// by Basic: it looks for the link to the sessions where the root of 2.4 has none.
func TestGofishReadsEachVersion(t *testing.T) {
	t.Parallel()
	onEach(t, rsdDialects(), podsim.Options{}, func(t *testing.T, pod *podsim.Server) {
		client := connect(t, pod)
		systems, err := client.Service.Systems()
		if err != nil || len(systems) != 8 {
			t.Fatalf("%d systems, error %v; want 8", len(systems), err)
		}
		processors, err := systems[1].Processors()
		if err != nil || len(processors) != 2 || processors[1].TotalCores == nil || *processors[1].TotalCores != 12 {
			t.Errorf("processors %v, error %v; want two of 12 cores", processors, err)
		}
		if memory, err := systems[1].Memory(); err != nil || len(memory) != 8 {
			t.Errorf("%d memory modules, error %v; want 8", len(memory), err)
		}
		if nics, err := systems[1].EthernetInterfaces(); err != nil || len(nics) != 2 {
			t.Errorf("Ethernet interfaces %v, error %v", nics, err)
		}
		if simple, err := systems[1].SimpleStorage(); err != nil || len(simple) != 1 || len(simple[0].Devices) != 2 {
			t.Errorf("simple storage %v, error %v; want one with two devices", simple, err)
		}
		if chassis, err := client.Service.Chassis(); err != nil || len(chassis) < 15 {
			t.Errorf("%d chassis, error %v; want at least 15", len(chassis), err)
		}
		if managers, err := client.Service.Managers(); err != nil || len(managers) != 1 {
			t.Errorf("managers %v, error %v; want one", managers, err)
		}
	})
}
