package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/net/netutil"

	"github.com/valence-rsd/valence/service/app/config"
	"github.com/valence-rsd/valence/service/compose"
	"github.com/valence-rsd/valence/service/etcd"
	"github.com/valence-rsd/valence/service/fleet"
	"github.com/valence-rsd/valence/service/httpapi"
	"github.com/valence-rsd/valence/service/inventory"
	"github.com/valence-rsd/valence/service/seal"
	"github.com/valence-rsd/valence/service/storage"
)

// App is one valence-api.
type App struct {
	logger   *slog.Logger
	config   atomic.Pointer[config.Config] // as it is in force
	listener net.Listener
	server   *http.Server
	handler  *httpapi.Handler
	tls      *certificates // nil without TLS
	acquired teardown

	keys      *seal.Keys
	store     *etcd.Store
	work      *compose.Service
	storage   *storage.Service
	fleet     *fleet.Fleet
	inventory *inventory.Inventory

	// stopBackground ends what runs beside the requests, and waits for its
	// end. nil before Start.
	stopBackground func()
	served         chan error

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
	a := &App{logger: o.Logger, served: make(chan error, 1)}
	a.config.Store(&o.Config)
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
	if err := a.openStore(ctx, o); err != nil {
		return err
	}
	if err := a.startWork(o); err != nil {
		return err
	}
	access, err := a.openAccess(o)
	if err != nil {
		return err
	}
	a.handler, err = httpapi.New(httpapi.Options{
		Store:     a.store,
		Work:      a.work,
		Storage:   a.storage,
		Inventory: a.inventory,
		Fleet:     a.fleet,
		Access:    access,
		Logger:    o.part("api"),
		Metrics:   newRegistry(),
		Ready:     a.readiness(access),
		Settings:  settings(o.Config),
	})
	if err != nil {
		return err
	}
	a.server = newServer(o, a.handler)
	return nil
}

// readiness are the parts without which no request can be served.
func (a *App) readiness(access httpapi.Access) map[string]func(context.Context) error {
	parts := map[string]func(context.Context) error{"store": a.store.Ready}
	if keystone, ok := access.(interface{ Check(context.Context) error }); ok {
		parts["keystone"] = keystone.Check
	}
	return parts
}

// startWork makes what is done to pods, by the pods up.
func (a *App) startWork(o Options) error {
	a.fleet = fleet.New(fleet.Options{
		Store:   a.store,
		Drivers: drivers(o.Config.Pods),
		Logger:  o.part("fleet"),
	})
	a.acquired.add("connections to the pods", a.fleet.Close)
	a.inventory = inventory.New(inventory.Options{
		Store:            a.store,
		Pods:             a.fleet,
		Logger:           o.part("inventory"),
		Interval:         func() time.Duration { return a.config.Load().Pods.SyncInterval },
		MaxAge:           func() time.Duration { return a.config.Load().Pods.InventoryMaxAge },
		EventDestination: eventDestination(o.Config.Pods),
	})
	a.acquired.add("inventory", a.inventory.Close)
	a.storage = storage.New(storage.Options{
		Store:            a.store,
		Pods:             a.inventory.Told(),
		Logger:           o.part("storage"),
		LostAnswerWindow: o.Config.Compose.LostAnswerWindow,
		PollInterval:     o.Config.Compose.PollInterval,
		Observe:          o.Observe,
	})
	provisioner, err := newProvisioner(o)
	if err != nil {
		return err
	}
	a.work = compose.New(compose.Options{
		Store:            a.store,
		Pods:             a.inventory.Told(),
		Provisioner:      provisioner,
		Released:         a.storage.Released,
		Logger:           o.part("compose"),
		LostAnswerWindow: o.Config.Compose.LostAnswerWindow,
		AssembleTimeout:  o.Config.Compose.AssembleTimeout,
		PollInterval:     o.Config.Compose.PollInterval,
		Observe:          o.Observe,
	})
	return nil
}

// bind makes the listener, unless nobody should be let in there.
func (a *App) bind(ctx context.Context, o Options) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listenOn())
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
	if err := a.guard(o, listener.Addr()); err != nil {
		return err
	}
	a.listener = netutil.LimitListener(a.listener, o.Config.API.MaxConnections)
	return a.secure(o)
}

// secure puts TLS before the listener, where that is wanted.
func (a *App) secure(o Options) error {
	if !o.Config.API.EnableSSL {
		a.listener = httpapi.Listener(a.listener, o.part("api"))
		return nil
	}
	var err error
	if a.tls, err = loadCertificates(o.Config.SSL); err != nil {
		return err
	}
	a.listener = tls.NewListener(a.listener, a.tls.server())
	return nil
}

// settings are those of the API that may change while it serves.
func settings(c config.Config) httpapi.Settings {
	return httpapi.Settings{
		MaxBody:          c.API.MaxBody,
		MaxLimit:         c.API.MaxLimit,
		MaxConcurrency:   c.API.MaxConcurrency,
		Timeout:          c.API.Timeout,
		PublicEndpoint:   c.API.PublicEndpoint,
		AllowedOrigins:   c.CORS.AllowedOrigin,
		AllowCredentials: c.CORS.AllowCredentials,
	}
}

// newServer bounds what a caller may take: time to send a request, but not for
// the work that it asks for, and size of the headers. Bodies are bounded by the
// handler.
func newServer(o Options, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: o.Config.API.RequestTimeout,
		ReadTimeout:       o.Config.API.RequestTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    o.Config.API.MaxHeader,
		ErrorLog:          slog.NewLogLogger(o.part("http").Handler(), slog.LevelWarn),
	}
}

// newRegistry is where the parts of the process add their metrics.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return registry
}
