package etcd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
)

// EmbeddedOptions says how to run etcd in this process. Everything but DataDir
// has a default.
//
// A file of etcd's never gets smaller by itself: compaction makes the room of
// old revisions free for new ones. At a start, a file in which more than 100 MB
// are free is written anew, which takes a second or two for each GB; nothing
// has to be done by hand.
type EmbeddedOptions struct {
	// DataDir is where etcd keeps its files. It is made if it is not there,
	// and is for this user only: the records hold credentials.
	DataDir string
	// Retention is how long old revisions of the records are kept, for watches
	// that were interrupted. Default: 1 h.
	Retention time.Duration
	// QuotaBytes is how large the file may become. Beyond that nothing is
	// written any more, and the store says that it is full. Default: 8 GiB.
	QuotaBytes int64
	Logger     *slog.Logger // for what etcd has to say at warn and above; default: none
}

// defragmentAbove is how many MB have to be free in etcd's file for it to be
// written anew at a start.
const defragmentAbove = 100

// Embedded is an etcd of one member, running in this process. It has no
// sockets at all: its client calls it directly.
type Embedded struct {
	server *embed.Etcd
	client *clientv3.Client
	lock   *os.File
	close  func() error
}

// StartEmbedded starts etcd and waits until it answers, about a second. A data
// folder that another process uses is an error at once.
func StartEmbedded(ctx context.Context, opts EmbeddedOptions) (*Embedded, error) {
	e, err := startEmbedded(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("starting the embedded etcd: %w", err)
	}
	return e, nil
}

func startEmbedded(ctx context.Context, opts EmbeddedOptions) (*Embedded, error) {
	if err := privateDir(opts.DataDir); err != nil {
		return nil, err
	}
	lock, err := lockDir(opts.DataDir)
	if err != nil {
		return nil, err
	}
	if err := beforeFirstStart(opts.DataDir); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	server, err := embed.StartEtcd(embeddedConfig(opts))
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	e := &Embedded{server: server, client: v3client.New(server.Server), lock: lock}
	e.close = sync.OnceValue(e.shutDown)
	err = e.ready(ctx)
	if err == nil {
		err = afterFirstStart(opts.DataDir)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// embeddedConfig is a cluster of one that nobody can reach from outside. The
// address is only its name to itself: there is no listener behind it.
func embeddedConfig(opts EmbeddedOptions) *embed.Config {
	cfg := embed.NewConfig()
	cfg.Name = "valence"
	cfg.Dir = opts.DataDir
	address := url.URL{Scheme: "http", Host: "localhost:0"}
	cfg.AdvertisePeerUrls = []url.URL{address}
	cfg.InitialCluster = cfg.Name + "=" + address.String()
	cfg.ListenPeerUrls = nil
	cfg.ListenClientUrls = nil
	cfg.AdvertiseClientUrls = nil
	cfg.AuthToken = "" // nobody signs in
	cfg.AutoCompactionMode = embed.CompactorModePeriodic
	cfg.AutoCompactionRetention = or(opts.Retention, time.Hour).String()
	cfg.QuotaBackendBytes = or(opts.QuotaBytes, 8<<30)
	cfg.BootstrapDefragThresholdMegabytes = defragmentAbove
	log := opts.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	cfg.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zapLogger(log))
	return cfg
}

// ready waits for the server and removes the holds of the process before.
//
// The leases that the server remembers are all of processes that are dead: it
// is in this one, and has just started. Waiting for them to expire would only
// leave the unfinished work lying for longer.
func (e *Embedded) ready(ctx context.Context) error {
	select {
	case <-e.server.Server.ReadyNotify():
	case err := <-e.server.Err():
		return errors.Join(errors.New("it stopped before it was ready"), err)
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := e.takeWrites(ctx); err != nil {
		return fmt.Errorf("ending the alarm about a full store: %w", err)
	}
	leases, err := e.client.Leases(ctx)
	if err != nil {
		return fmt.Errorf("listing the leases left over: %w", err)
	}
	for _, l := range leases.Leases {
		_, err := e.client.Revoke(ctx, l.ID)
		if err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) { // it may just have expired
			return fmt.Errorf("removing a lease left over: %w", err)
		}
	}
	return nil
}

// takeWrites ends the alarm of an etcd that was full. There may be more room by
// now, because the quota was raised or the file written anew; where there is
// not, the next write raises the alarm again. Nobody else can end it: no client
// from outside reaches this etcd.
func (e *Embedded) takeWrites(ctx context.Context) error {
	alarms, err := e.client.AlarmList(ctx)
	if err != nil {
		return err
	}
	for _, a := range alarms.Alarms {
		if a.Alarm != etcdserverpb.AlarmType_NOSPACE {
			continue
		}
		if _, err := e.client.AlarmDisarm(ctx, (*clientv3.AlarmMember)(a)); err != nil {
			return err
		}
	}
	return nil
}

// Client is the way to the server. It is closed with it.
func (e *Embedded) Client() *clientv3.Client { return e.client }

// Close stops the server. Every Store over its client is closed before. A
// second call does nothing more.
func (e *Embedded) Close() error { return e.close() }

func (e *Embedded) shutDown() error {
	err := e.client.Close()
	if errors.Is(err, context.Canceled) {
		err = nil // how an in-process client says that it is closed
	}
	e.server.Close()
	return errors.Join(err, e.lock.Close())
}
