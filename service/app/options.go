package app

import (
	"errors"
	"log/slog"
	"net"
	"strconv"

	"github.com/valence-rsd/valence/service/app/config"
)

// Options say how to run the service.
type Options struct {
	// Config is a configuration as config.Load gives it: it has been checked.
	Config config.Config
	Logger *slog.Logger // required

	// Observe, where not nil, is told each point that the work passes. It is
	// for tests that end the process there.
	Observe func(point string)
}

func (o Options) validate() error {
	if o.Logger == nil {
		return errors.New("option Logger is nil; expected a logger")
	}
	return nil
}

// part is the logger of one part of the service.
func (o Options) part(name string) *slog.Logger { return o.Logger.With("component", name) }

// listenOn is the address of the API.
func (o Options) listenOn() string {
	return net.JoinHostPort(o.Config.API.BindHost, strconv.Itoa(o.Config.API.BindPort))
}
