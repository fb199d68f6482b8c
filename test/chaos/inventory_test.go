package chaos

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
)

// TestInventoryLeader is about who reads the pods: one replica of three, and
// another one when that is killed. All of them answer.
func TestInventoryLeader(t *testing.T) {
	var readings atomic.Int64
	w := newWorld(t, podsim.Options{Fault: func(r *http.Request) podsim.Fault {
		if r.URL.Path == "/redfish/v1/Systems" {
			readings.Add(1)
		}
		return podsim.Fault{}
	}}, "[podm]", "sync_interval = 1")
	w.eventually("all replicas to show what one has read", func() bool {
		for _, r := range w.replicas {
			if kept, ok := w.health(r, "1"); !ok || !kept {
				return false
			}
		}
		return true
	})
	before, began := readings.Load(), time.Now()
	time.Sleep(6 * time.Second)
	read, most := readings.Load()-before, int64(time.Since(began)/(900*time.Millisecond))+1
	if read == 0 || read > most {
		t.Errorf("three replicas have read the pod %d times in %v; one reads it %d times at most", read, time.Since(began), most)
	}

	leader := w.leader()
	if leader == nil {
		t.Fatalf("nobody leads\n%s", w.logs())
	}
	leader.kill()
	killed := time.Now()
	if err := w.pod.SetHealth("1", "Critical"); err != nil {
		t.Fatal(err)
	}
	w.eventually("the others to show what has changed since", func() bool {
		for _, r := range w.replicas {
			if r == leader {
				continue
			}
			if _, ok := w.health(r, "1"); ok {
				return false
			}
		}
		return true
	})
	t.Logf("%d readings in 6 s; %v after the leader was killed, the others show what has changed", read, time.Since(killed).Round(time.Millisecond))
	w.healthy()
}

// leader is the replica that has said last that it leads the readings.
func (w *world) leader() *replica {
	for _, r := range w.replicas {
		data, err := os.ReadFile(r.logFile())
		if err != nil {
			w.Fatal(err)
		}
		if bytes.Contains(data, []byte(`"this process leads" component=store name=sync`)) {
			return r
		}
	}
	return nil
}

// health says whether a replica shows a system in health OK, and whether that
// was kept.
func (w *world) health(r *replica, system string) (kept, ok bool) {
	w.Helper()
	response, err := http.Get(r.url + "/v1/systems")
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	var all []struct{ ID, Health string }
	if response.StatusCode != http.StatusOK || json.NewDecoder(response.Body).Decode(&all) != nil {
		return false, false
	}
	for _, s := range all {
		if s.ID == system {
			return response.Header.Get("Valence-Inventory") == "kept", s.Health == "OK"
		}
	}
	return false, false
}

// eventually waits for something to become true.
func (w *world) eventually(what string, true func() bool) {
	w.Helper()
	for deadline := time.Now().Add(time.Minute); !true(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("waited too long for %s\n%s", what, w.logs())
		}
	}
}
