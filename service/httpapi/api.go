package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/valence-rsd/valence/service"
)

// Options are what the routes need. All but Ready are required.
type Options struct {
	Store     Store
	Work      service.Work
	Storage   service.Storage
	Inventory service.Inventory
	Fleet     service.Fleet
	Access    Access
	Logger    *slog.Logger
	Metrics   *prometheus.Registry // the API's own are added to it, and /metrics shows it
	// Ready are the parts without which the service is of no use, by name.
	Ready    map[string]func(context.Context) error
	Settings Settings
}

// Store is what the routes read, and write where no work goes with it.
type Store interface {
	service.Nodes
	service.Flavors
	service.PodManagers
	service.Volumes
	service.Devices
	Version(ctx context.Context, k service.Kind) (int64, error)
}

// Access says who is calling.
type Access interface {
	// Caller gives who is calling; Unauthorized where that is nobody known.
	Caller(r *http.Request) (service.Caller, error)
	// Challenge is what an Unauthorized caller is told in WWW-Authenticate, or
	// empty.
	Challenge() string
}

// Handler serves all routes.
type Handler struct {
	api      *api
	serve    http.Handler
	inFlight atomic.Int64
}

// api is the routes while they are set up, and what they share.
type api struct {
	store     Store
	work      service.Work
	storage   service.Storage
	inventory service.Inventory
	fleet     service.Fleet
	access    Access
	logger    *slog.Logger
	ready     map[string]func(context.Context) error
	settings  atomic.Pointer[settings]
	metrics   *metrics
	lists     listCache

	mux *http.ServeMux
	checker
	doc *huma.OpenAPI
}

// New gives the handler of all routes.
func New(o Options) (*Handler, error) {
	a := &api{
		store:     o.Store,
		work:      o.Work,
		storage:   o.Storage,
		inventory: o.Inventory,
		fleet:     o.Fleet,
		access:    o.Access,
		logger:    o.Logger,
		ready:     o.Ready,
		metrics:   newMetrics(o.Metrics),
		mux:       http.NewServeMux(),
	}
	a.startDocument()
	a.routes()
	a.routeMetrics()
	a.routeEvents()
	if err := a.routeDocument(); err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	h := &Handler{api: a}
	h.Apply(o.Settings)
	h.serve = a.middleware(h.bounded(a.shared(http.HandlerFunc(a.dispatch))))
	return h, nil
}

// routes adds every route that the description describes.
func (a *api) routes() {
	a.routeDiscovery()
	a.routeHealth()
	a.routeNodes()
	a.routeNodeChanges()
	a.routeNodeActions()
	a.routeAttachments()
	a.routeFlavors()
	a.routePodManagers()
	a.routeStorages()
	a.routeSystems()
	a.routeRacks()
	a.routeDevices()
}

// ServeHTTP serves one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.serve.ServeHTTP(w, r) }
