package etcd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/service"
)

// ClusterConfig says how to reach an external cluster. Everything but
// Endpoints has a default or may be left out.
type ClusterConfig struct {
	// Endpoints are the client URLs of the members, such as
	// https://etcd-1:2379, all with the same scheme.
	Endpoints []string

	// CAFile has the authorities that the members' certificates must come
	// from, in PEM; default: those of the system. CertFile and KeyFile are the
	// client's own certificate. All are read again for every new connection.
	CAFile, CertFile, KeyFile string

	Username, Password string

	// DialTimeout is how long Dial, and later one attempt to connect, may
	// take. Default: 5 s.
	DialTimeout time.Duration
	// KeepAliveTime is after how much silence a connection is checked, and
	// KeepAliveTimeout how long anything sent may stay without an
	// acknowledgement before the member counts as dead. gRPC takes no time
	// under 10 s, which is the default; the timeout's default is 3 s. Because
	// leases are kept alive every few seconds, it is the timeout that decides.
	KeepAliveTime, KeepAliveTimeout time.Duration

	Logger *slog.Logger // default: none
}

// Dial makes a client of an external cluster, and answers when a member has
// answered. Requests are spread over the members that can be reached, and a
// token that has expired is replaced. Wrong settings are Invalid, a cluster
// that does not answer or does not accept the password is Unavailable.
func Dial(ctx context.Context, cfg ClusterConfig) (*clientv3.Client, error) {
	client, err := dial(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connecting to etcd: %w", err)
	}
	return client, nil
}

func dial(ctx context.Context, cfg ClusterConfig) (*clientv3.Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg.DialTimeout = or(cfg.DialTimeout, 5*time.Second)
	config, err := cfg.client()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.DialTimeout)
	defer cancel()
	for {
		client, err := reach(ctx, config)
		if err == nil {
			return client, nil
		}
		if refused(err) || ctx.Err() != nil {
			return nil, unavailable(err)
		}
		wait(ctx, lastPause)
	}
}

// reach makes a client and waits for an answer. With a password, making it is
// a request already.
func reach(ctx context.Context, config clientv3.Config) (*clientv3.Client, error) {
	until, _ := ctx.Deadline()
	signIn := config
	signIn.DialTimeout = max(time.Until(until), time.Millisecond) // 0 would be no limit
	client, err := clientv3.New(signIn)
	if err != nil {
		return nil, err
	}
	if _, err = client.MemberList(ctx); err != nil && !errors.Is(err, rpctypes.ErrPermissionDenied) {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// refused says whether trying again is of no use.
func refused(err error) bool {
	return errors.Is(err, rpctypes.ErrAuthFailed) || errors.Is(err, rpctypes.ErrUserEmpty)
}

// check says what is wrong with the settings.
func (cfg ClusterConfig) check() error {
	invalid := func(format string, args ...any) error { return service.Errorf(service.Invalid, format, args...) }
	if len(cfg.Endpoints) == 0 {
		return invalid("endpoints: there is none")
	}
	scheme := ""
	for _, e := range cfg.Endpoints {
		u, err := url.Parse(e)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
			return invalid("endpoints: each should look like https://host:2379, with no user in it")
		}
		if scheme != "" && u.Scheme != scheme {
			return invalid("endpoints: some are http and some https")
		}
		scheme = u.Scheme
	}
	switch {
	case scheme == "http" && (cfg.CAFile != "" || cfg.CertFile != "" || cfg.KeyFile != ""):
		return invalid("endpoints: with certificates they should be https")
	case (cfg.CertFile == "") != (cfg.KeyFile == ""):
		return invalid("a certificate and its key are needed together")
	case (cfg.Username == "") != (cfg.Password == ""):
		return invalid("a user name and its password are needed together")
	}
	return nil
}

// client is the settings in the client's words.
func (cfg ClusterConfig) client() (clientv3.Config, error) {
	config := clientv3.Config{
		Endpoints:            cfg.Endpoints,
		Username:             cfg.Username,
		Password:             cfg.Password,
		DialTimeout:          cfg.DialTimeout,
		DialKeepAliveTime:    or(cfg.KeepAliveTime, 10*time.Second),
		DialKeepAliveTimeout: or(cfg.KeepAliveTimeout, 3*time.Second),
		Logger:               zapLogger(or(cfg.Logger, slog.New(slog.DiscardHandler))),
	}
	first, err := url.Parse(cfg.Endpoints[0])
	if err != nil || first.Scheme != "https" {
		return config, err
	}
	creds, err := newReloading(cfg)
	if err != nil {
		return config, service.Errorf(service.Invalid, "%s", err)
	}
	config.DialOptions = []grpc.DialOption{grpc.WithTransportCredentials(creds)}
	return config, nil
}
