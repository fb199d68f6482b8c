package etcd

import (
	"testing"

	"github.com/google/uuid"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service"
)

// create registers a pod manager.
func create(t *testing.T, s *Store) service.PodManager {
	t.Helper()
	pm := service.PodManager{UUID: uuid.NewString(), Name: "pod", URL: "https://pod.example"}
	if err := s.CreatePodManager(t.Context(), pm); err != nil {
		t.Fatal(err)
	}
	return pm
}

// begin begins to compose a node on a new pod manager.
func begin(t *testing.T, s *Store) (service.Intent, service.Node) {
	t.Helper()
	n := service.Node{UUID: uuid.NewString(), PodManagerID: create(t, s).UUID, State: service.NodeComposing}
	in := service.Intent{NodeUUID: n.UUID, Kind: service.IntentCompose, Step: service.StepIntended}
	if _, _, err := s.Begin(t.Context(), in, n); err != nil {
		t.Fatal(err)
	}
	return in, n
}

// TestLostAnswers is about writes that were done, and whose answer never came.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	tests := []struct {
		name string
		end  func(t *testing.T, s *Store, n service.Node) error
	}{
		{"Finish", func(t *testing.T, s *Store, n service.Node) error {
			n.State = service.NodeComposed
			return s.Finish(t.Context(), n)
		}},
		{"Forget", func(t *testing.T, s *Store, n service.Node) error { return s.Forget(t.Context(), n.UUID) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := opened(t, Config{Client: e.Client(), Prefix: "/" + tt.name})
			_, n := begin(t, s)
			h := s.nodeHold(n.UUID)
			fence := s.held[h.key]
			if err := tt.end(t, s, n); err != nil {
				t.Fatal(err)
			}
			s.keep(h, fence) // as it is where the answer was lost
			if err := tt.end(t, s, n); err != nil {
				t.Errorf("the second time: %v", err)
			}
			s.keep(h, fence)
			n.Name = "another"
			if err := s.Finish(t.Context(), n); service.CodeOf(err) != service.Conflict {
				t.Errorf("another end than the one that was written: %v", err)
			}
		})
	}
	t.Run("Begin", func(t *testing.T) {
		t.Parallel()
		s := opened(t, Config{Client: e.Client(), Prefix: "/Begin"})
		_, n := begin(t, s)
		s.keep(s.nodeHold(n.UUID), 0)
		other := opened(t, Config{Client: e.Client(), Prefix: "/Begin"})
		if _, _, claimed, err := other.Claim(t.Context(), n.UUID); claimed || err != nil {
			t.Errorf("another process claimed it: %v, %v", claimed, err)
		}
		if _, _, claimed, err := s.Claim(t.Context(), n.UUID); !claimed || err != nil {
			t.Errorf("its own process did not claim it: %v, %v", claimed, err)
		}
		if err := s.Forget(t.Context(), n.UUID); err != nil {
			t.Error(err)
		}
	})
}

// TestLeavesNoKeys is about index keys: none stays behind.
func TestLeavesNoKeys(t *testing.T) {
	t.Parallel()
	s := opened(t, Config{Client: started(t, t.TempDir()).Client()})
	n := service.Node{UUID: uuid.NewString(), PodManagerID: create(t, s).UUID, ProjectID: "p", IdempotencyKey: "k"}
	in := service.Intent{NodeUUID: n.UUID, Kind: service.IntentCompose}
	if _, _, err := s.Begin(t.Context(), in, n); err != nil {
		t.Fatal(err)
	}
	n.Ref = "/redfish/v1/Nodes/1"
	if err := s.Advance(t.Context(), in, n); err != nil {
		t.Fatal(err)
	}
	if got, want := len(keys(t, s))-permanent, 9; got != want {
		t.Errorf("%d keys, want %d: %q", got, want, keys(t, s))
	}
	if err := s.Forget(t.Context(), n.UUID); err != nil {
		t.Fatal(err)
	}
	if err := s.DeletePodManager(t.Context(), n.PodManagerID); err != nil {
		t.Fatal(err)
	}
	if left := keys(t, s); len(left) != permanent {
		t.Errorf("these keys stayed behind: %q", left)
	}
}

// permanent is how many keys are there always: the schema and the last changes.
const permanent = 8

func keys(t *testing.T, s *Store) []string {
	t.Helper()
	resp, err := s.read(t.Context(), "", clientv3.WithPrefix())
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, kv := range resp.Kvs {
		list = append(list, string(kv.Key))
	}
	return list
}
