package app

import (
	"context"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/valence-rsd/valence/service/app/config"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/seal"
)

// openStore opens the store, in this process or in a cluster, and seals anew
// what is sealed with older keys.
func (a *App) openStore(ctx context.Context, o Options) error {
	if err := a.openRecords(ctx, o); err != nil {
		return err
	}
	return a.sealAnew(ctx)
}

func (a *App) openRecords(ctx context.Context, o Options) error {
	client, err := a.openEtcd(ctx, o)
	if err != nil {
		return err
	}
	if !external(o.Config) {
		a.offerBackups(ctx, o, client)
	}
	if a.keys, err = openKeys(o.Config); err != nil {
		return err
	}
	a.store, err = etcd.Open(ctx, etcd.Config{
		Client:  client,
		Sealer:  a.keys,
		Shared:  external(o.Config),
		Prefix:  o.Config.Etcd.Prefix,
		Timeout: o.Config.Etcd.Timeout,
		HoldTTL: o.Config.Etcd.HoldTTL,
		Logger:  o.part("store"),
	})
	if err != nil {
		return err
	}
	a.acquired.add("store", a.store.Close)
	return nil
}

// sealAnew seals what is sealed with older keys, where nobody else has to be
// able to open it: the replicas of a cluster may not have the newest key yet.
func (a *App) sealAnew(ctx context.Context) error {
	if external(*a.config.Load()) {
		return nil
	}
	_, err := a.store.Reseal(ctx)
	return err
}

// external says whether the store is a cluster of its own.
func external(c config.Config) bool { return len(c.Etcd.Endpoints) > 0 }

func (a *App) openEtcd(ctx context.Context, o Options) (*clientv3.Client, error) {
	if external(o.Config) {
		client, err := dial(ctx, o)
		if err == nil {
			a.acquired.add("connection to etcd", client.Close)
		}
		return client, err
	}
	embedded, err := startEmbedded(ctx, o)
	if err != nil {
		return nil, err
	}
	a.acquired.add("embedded etcd", embedded.Close)
	return embedded.Client(), nil
}

func startEmbedded(ctx context.Context, o Options) (*etcd.Embedded, error) {
	return etcd.StartEmbedded(ctx, etcd.EmbeddedOptions{
		DataDir:    o.Config.Etcd.DataDir,
		Retention:  o.Config.Etcd.CompactionRetention,
		QuotaBytes: o.Config.Etcd.Quota,
		Logger:     o.part("etcd"),
	})
}

func dial(ctx context.Context, o Options) (*clientv3.Client, error) {
	e := o.Config.Etcd
	return etcd.Dial(ctx, etcd.ClusterConfig{
		Endpoints:   e.Endpoints,
		CAFile:      e.CAFile,
		CertFile:    e.CertFile,
		KeyFile:     e.KeyFile,
		Username:    e.Username,
		Password:    string(e.Password),
		DialTimeout: e.Timeout,
		Logger:      o.part("etcd"),
	})
}

// openKeys opens the keys that passwords of pod managers are sealed with. With
// the embedded store they are made at the first start; replicas of a cluster
// must be given the same ones, and one that made its own would lock the others
// out of what it seals.
func openKeys(c config.Config) (*seal.Keys, error) {
	dir := c.Credentials.KeyRepository
	if !external(c) {
		if err := seal.Setup(dir); err != nil {
			return nil, err
		}
	}
	keys, err := seal.Open(dir)
	if err != nil && external(c) {
		return nil, fmt.Errorf("%w; run valence-api credential setup on one host, and copy the folder to every other", err)
	}
	return keys, err
}
