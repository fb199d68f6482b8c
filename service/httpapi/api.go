package httpapi

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/valence-rsd/valence/service"
)

// Options are what the routes need. All of them are required.
type Options struct {
	Store Store
	Work  service.Work
	Fleet service.Fleet
	// Access says who is calling, or with Unauthorized that nobody known is.
	Access func(*http.Request) (service.Caller, error)
	Logger *slog.Logger
}

// Store is what the routes read, and write where no work goes with it.
type Store interface {
	service.Nodes
	service.Flavors
	service.PodManagers
}

// api is the routes while they are set up, and what they share.
type api struct {
	store  Store
	work   service.Work
	fleet  service.Fleet
	access func(*http.Request) (service.Caller, error)
	logger *slog.Logger

	mux     *http.ServeMux
	schemas huma.Registry
	doc     *huma.OpenAPI
}

// New gives the handler of all routes.
func New(o Options) (http.Handler, error) {
	a := &api{
		store:  o.Store,
		work:   o.Work,
		fleet:  o.Fleet,
		access: o.Access,
		logger: o.Logger,
		mux:    http.NewServeMux(),
	}
	a.startDocument()
	a.routeDiscovery()
	a.routeHealth()
	a.routeNodes()
	a.routeNodeActions()
	a.routeFlavors()
	a.routePodManagers()
	if err := a.routeDocument(); err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	return a.middleware(http.HandlerFunc(a.dispatch)), nil
}
