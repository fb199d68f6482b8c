package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/access"
	"github.com/valence-rsd/valence/service/compose"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/fleet"
	"github.com/valence-rsd/valence/service/httpapi"
	"github.com/valence-rsd/valence/service/rsd"
)

// App is one valence-api.
type App struct {
	logger       *slog.Logger
	listener     net.Listener
	server       *http.Server
	work         *compose.Service
	drainTimeout time.Duration
	acquired     teardown

	// stopRecovery ends the look-out for work of dead processes, and waits for
	// its end. nil before Start.
	stopRecovery func()
	served       chan error

	stopOnce sync.Once
	stopErr  error
}

// New puts the service together and binds its listener; Start makes it serve.
// ctx bounds the start only. On an error everything that was acquired is given
// back.
func New(ctx context.Context, o Options) (*App, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	a := &App{
		logger:       o.Logger,
		drainTimeout: o.DrainTimeout,
		served:       make(chan error, 1),
	}
	if err := a.wire(ctx, o); err != nil {
		return nil, errors.Join(err, a.Stop(ctx))
	}
	return a, nil
}

// wire acquires the parts, each after those that it needs. The listener comes
// first: it is the quickest to fail.
func (a *App) wire(ctx context.Context, o Options) error {
	if err := a.bind(ctx, o); err != nil {
		return err
	}

	embedded, err := etcd.StartEmbedded(ctx, etcd.EmbeddedOptions{
		DataDir: o.DataDir,
		Logger:  o.Logger.With("component", "etcd"),
	})
	if err != nil {
		return err
	}
	a.acquired.add("embedded etcd", embedded.Close)

	store, err := etcd.Open(ctx, etcd.Config{Client: embedded.Client(), Logger: o.Logger.With("component", "store")})
	if err != nil {
		return err
	}
	a.acquired.add("store", store.Close)

	pods := fleet.New(fleet.Options{
		Store:   store,
		Drivers: drivers(),
		Logger:  o.Logger.With("component", "fleet"),
	})
	a.acquired.add("connections to the pods", pods.Close)

	a.work = compose.New(compose.Options{
		Store:            store,
		Pods:             pods,
		Logger:           o.Logger.With("component", "compose"),
		LostAnswerWindow: o.LostAnswerWindow,
		PollInterval:     o.PollInterval,
		Observe:          o.Observe,
	})

	handler, err := httpapi.New(httpapi.Options{
		Store:  store,
		Work:   a.work,
		Fleet:  pods,
		Access: access.NoAuth,
		Logger: o.Logger.With("component", "api"),
	})
	if err != nil {
		return err
	}
	a.server = newServer(o, handler)
	return nil
}

// drivers are the ways to talk to a pod, by the name that a pod manager is
// registered with.
func drivers() map[string]service.Driver {
	return map[string]service.Driver{
		"rsd":       rsd.Open,
		"redfishv1": rsd.Open, // what the original called it
	}
}

// bind makes the listener, unless nobody should be let in there.
func (a *App) bind(ctx context.Context, o Options) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return err
	}
	a.listener = listener
	// By the time this runs the drain has closed it already, if it ever served.
	a.acquired.add("listener", func() error {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return access.CheckNoAuth(listener.Addr(), o.AllowRemoteNoauth)
}

// newServer bounds what a caller may take: time to send a request, but not for
// the work that it asks for, and size of the headers. Bodies are bounded by the
// handler.
func newServer(o Options, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: o.RequestTimeout,
		ReadTimeout:       o.RequestTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(o.Logger.With("component", "http").Handler(), slog.LevelWarn),
	}
}
