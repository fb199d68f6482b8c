package etcd

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/seal"
)

const (
	podA  = "11111111-1111-4111-8111-111111111111"
	podB  = "22222222-2222-4222-8222-222222222222"
	node1 = "33333333-3333-4333-8333-333333333333"
	node2 = "44444444-4444-4444-8444-444444444444"
)

// version1 is a store as the code of schema 1 wrote it, byte for byte.
func version1() [][2]string {
	return [][2]string{
		{"/valence/v1/pod_managers/" + podA, `{"uuid":"` + podA + `","name":"a","url":"https://a.example","driver":"redfishv1","credentials":{"type":"basic","username":"admin","password":"s3cret-a"},"status":"Online","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}`},
		{"/valence/v1/index/podm-name/a", podA},
		{"/valence/v1/index/podm-url/https:%2F%2Fa.example", podA},
		{"/valence/v1/pod_managers/" + podB, `{"uuid":"` + podB + `","name":"b","url":"https://b.example","driver":"redfishv1","credentials":{"type":"basic","username":"admin","password":"v1:s3cret-b:"},"status":"Offline","created_at":"2026-01-02T03:04:06Z","updated_at":"2026-01-02T03:04:06Z"}`},
		{"/valence/v1/index/podm-name/b", podB},
		{"/valence/v1/index/podm-url/https:%2F%2Fb.example", podB},
		{"/valence/v1/nodes/" + node1, `{"uuid":"` + node1 + `","name":"web","podm_id":"` + podA + `","project_id":"p","state":"composed","requirements":{},"ref":"/redfish/v1/Nodes/1","idempotency_key":"k","created_at":"2026-01-02T03:04:07Z","updated_at":"2026-01-02T03:04:07Z"}`},
		{"/valence/v1/index/podm-node/" + podA + "/" + node1, node1},
		{"/valence/v1/index/machine/" + podA + "/%2Fredfish%2Fv1%2FNodes%2F1", node1},
		{"/valence/v1/index/idempotency/p/k", node1},
		{"/valence/v1/nodes/" + node2, `{"uuid":"` + node2 + `","name":"db","podm_id":"` + podA + `","state":"composing","requirements":{},"created_at":"2026-01-02T03:04:08Z","updated_at":"2026-01-02T03:04:08Z"}`},
		{"/valence/v1/index/podm-node/" + podA + "/" + node2, node2},
		{"/valence/v1/intents/" + node2, `{"node_uuid":"` + node2 + `","kind":"compose","step":"intended","started_at":"2026-01-02T03:04:08Z","updated_at":"2026-01-02T03:04:08Z"}`},
		{"/valence/v1/flavors/" + node1, `{"uuid":"` + node1 + `","name":"small","properties":{"memory":{"capacity_mib":1024}},"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:05Z"}`},
	}
}

func put(t *testing.T, client *clientv3.Client, pairs [][2]string) {
	t.Helper()
	for _, p := range pairs {
		if _, err := client.Put(t.Context(), p[0], p[1]); err != nil {
			t.Fatal(err)
		}
	}
}

// everything is all values below the prefix.
func everything(t *testing.T, client *clientv3.Client) string {
	t.Helper()
	resp, err := client.Get(t.Context(), "/valence/v1/", clientv3.WithPrefix())
	must(t, err)
	var all strings.Builder
	for _, kv := range resp.Kvs {
		fmt.Fprintf(&all, "%s %s\n", kv.Key, kv.Value)
	}
	return all.String()
}

func passwords(t *testing.T, s *Store) map[string]string {
	t.Helper()
	got := map[string]string{}
	for pm, err := range s.PodManagers(t.Context(), "") {
		must(t, err)
		got[pm.Name] = pm.Credentials.Password
		one, err := s.PodManager(t.Context(), pm.UUID)
		must(t, err)
		if diff := cmp.Diff(pm, one, cmp.AllowUnexported()); diff != "" {
			t.Error("the list and the record differ")
		}
	}
	return got
}

func TestMigration(t *testing.T) {
	t.Parallel()
	client := started(t, t.TempDir()).Client()
	put(t, client, version1())
	keys := sealer(t)
	var all sync.WaitGroup
	for range 3 { // replicas that start at once
		all.Go(func() {
			s, err := Open(t.Context(), Config{Client: client, Sealer: keys, Shared: true})
			if err != nil {
				t.Error(err)
				return
			}
			if got := passwords(t, s); got["a"] != "s3cret-a" || got["b"] != "v1:s3cret-b:" || len(got) != 2 {
				t.Errorf("%d passwords did not survive", len(got))
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if strings.Contains(everything(t, client), "s3cret") {
		t.Error("a password is still in the clear")
	}
	// The rest is as it was, and works.
	s := opened(t, Config{Client: client, Sealer: keys})
	n, err := s.Node(t.Context(), node1)
	must(t, err)
	if n.Name != "web" || n.Ref != "/redfish/v1/Nodes/1" || n.Step != "" {
		t.Errorf("the node is %+v", n)
	}
	first, begun, err := s.Begin(t.Context(), service.Intent{NodeUUID: podB, Kind: service.IntentCompose},
		service.Node{UUID: podB, PodManagerID: podA, ProjectID: "p", IdempotencyKey: "k"})
	if err != nil || begun || first.UUID != node1 {
		t.Errorf("the idempotency key has led to %s, %v, %v", first.UUID, begun, err)
	}
	if _, _, claimed, err := s.Claim(t.Context(), node2); err != nil || !claimed {
		t.Errorf("the unfinished work cannot be claimed: %v, %v", claimed, err)
	}
	if err := s.DeletePodManager(t.Context(), podA); service.CodeOf(err) != service.Conflict {
		t.Errorf("a pod manager with nodes was deleted: %v", err)
	}
	for _, k := range []service.Kind{service.KindNode, service.KindVolume} {
		if v, err := s.Version(t.Context(), k); err != nil || v == 0 {
			t.Errorf("the version of %s is %d, %v", k, v, err)
		}
	}
}

// TestMigrationAfterCrash is about a migration that was killed half way.
func TestMigrationAfterCrash(t *testing.T) {
	t.Parallel()
	client := started(t, t.TempDir()).Client()
	put(t, client, version1())
	keys := sealer(t)
	half := newStore(Config{Client: client, Sealer: keys})
	old, err := half.podManagers.get(t.Context(), podA)
	must(t, err)
	pm := old.value.PodManager
	pm.Credentials = service.Credentials{Type: "basic", Username: "admin", Password: "s3cret-a"}
	stored, err := half.sealed(pm)
	must(t, err)
	c, err := half.podManagers.replaced(old, stored)
	must(t, err)
	_, err = half.commit(t.Context(), c)
	must(t, err)
	must(t, half.Close())
	s := opened(t, Config{Client: client, Sealer: keys})
	if got := passwords(t, s); got["a"] != "s3cret-a" || got["b"] != "v1:s3cret-b:" {
		t.Error("the passwords did not survive")
	}
}

func TestForeignSchema(t *testing.T) {
	t.Parallel()
	client := started(t, t.TempDir()).Client()
	for value, want := range map[string]string{"3": "newer", "x": "number", "0": "number"} {
		put(t, client, [][2]string{{"/valence/v1/schema", value}})
		before := everything(t, client)
		if _, err := Open(t.Context(), Config{Client: client, Sealer: sealer(t)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("schema %q: %v", value, err)
		}
		if after := everything(t, client); after != before {
			t.Errorf("schema %q: the records were changed", value)
		}
	}
}

func TestReseal(t *testing.T) {
	t.Parallel()
	e := started(t, t.TempDir())
	dir := t.TempDir() + "/keys"
	must(t, seal.Setup(dir))
	keys, err := seal.Open(dir)
	must(t, err)
	s := opened(t, Config{Client: e.Client(), Sealer: keys})
	ctx := context.WithoutCancel(t.Context())
	for _, name := range []string{"a", "b", "none"} {
		pm := service.PodManager{UUID: newFlavor("").UUID, Name: name, URL: name, Credentials: service.Credentials{Username: "u", Password: "s3cret-" + name}}
		if name == "none" {
			pm.Credentials = service.Credentials{}
		}
		must(t, s.CreatePodManager(ctx, pm))
	}
	if strings.Contains(everything(t, e.Client()), "s3cret") {
		t.Error("a password is stored in the clear")
	}
	for _, want := range []int{0, 2, 0} {
		if n, err := s.Reseal(ctx); n != want || err != nil {
			t.Errorf("Reseal = %d, %v, want %d", n, err, want)
		}
		if want == 0 {
			must(t, seal.Rotate(dir, 2))
			must(t, keys.Reload())
		}
	}
	if got := passwords(t, s); got["a"] != "s3cret-a" || got["b"] != "s3cret-b" || got["none"] != "" {
		t.Error("the passwords did not survive")
	}

	// Without the key nothing comes out, and the error has no secret.
	stranger := opened(t, Config{Client: e.Client(), Sealer: sealer(t)})
	for pm, err := range stranger.PodManagers(ctx, "") {
		if pm.Name != "none" && (err == nil || pm.Credentials.Password != "" || strings.Contains(err.Error(), "v1:")) {
			t.Errorf("without the key: %v", err)
		}
	}
	// A password that is put into another record cannot be opened there.
	var sealedA string
	for pm := range s.podManagers.list(ctx, "", nil) {
		if pm.Name == "a" {
			sealedA = pm.Credentials.Sealed
			continue
		}
		pm.Credentials.Sealed = sealedA
		if _, _, err := s.opened(pm); err == nil {
			t.Error("the password of one pod manager was opened for another")
		}
	}
}
