package etcdcluster

import (
	"context"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestKillAndRestart(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {TLS: true, Auth: true}} {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			c := Start(t, o)
			client := c.client(c.Endpoints)
			defer client.Close()
			put(t, client, "before")
			leader := c.Leader()
			c.Kill(leader)
			if !c.members[leader].dead() {
				t.Error("a killed member lives")
			}
			put(t, client, "without it")
			c.Restart(leader)
			c.Ready()
			alone := c.client(c.Endpoints[leader : leader+1])
			defer alone.Close()
			resp, err := alone.Get(t.Context(), Prefix+"key")
			if err != nil || len(resp.Kvs) != 1 || string(resp.Kvs[0].Value) != "without it" {
				t.Errorf("the member that came back says %v, %v", resp, err)
			}
		})
	}
}

func TestAuth(t *testing.T) {
	t.Parallel()
	c := Start(t, Options{Members: 1, Auth: true})
	client := c.client(c.Endpoints)
	defer client.Close()
	if _, err := client.Put(t.Context(), "/elsewhere", ""); err == nil {
		t.Error("the user may write everywhere")
	}
	c.Username, c.Password = "", ""
	nobody := c.client(c.Endpoints)
	defer nobody.Close()
	if _, err := nobody.Get(t.Context(), Prefix); err == nil {
		t.Error("etcd answers without a password")
	}
}

// put writes until it succeeds.
func put(t *testing.T, client *clientv3.Client, value string) {
	t.Helper()
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := client.Put(ctx, Prefix+"key", value)
		cancel()
		if err == nil {
			return
		}
	}
	t.Fatal("the cluster takes no writes")
}
