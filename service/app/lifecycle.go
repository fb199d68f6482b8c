package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/valence-rsd/valence/service/app/config"
)

// closeGrace is how long the parts may take to close once the drain is over.
const closeGrace = 10 * time.Second

// Addr is where the API listens.
func (a *App) Addr() net.Addr { return a.listener.Addr() }

// Start begins to serve and returns. It is called once. The service runs until
// Stop; ctx is for its values only.
func (a *App) Start(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	a.stopBackground = func() {
		cancel()
		<-ended
	}
	go func() {
		defer close(ended)
		a.background(ctx)
	}()
	go func() { a.served <- a.server.Serve(a.listener) }()
	a.logger.Info("serving", "address", a.Addr().String())
}

// Run starts the service, waits until ctx ends or serving fails, and stops it.
func (a *App) Run(ctx context.Context) error {
	a.Start(ctx)
	var failure error
	select {
	case <-ctx.Done():
	case err := <-a.served:
		if !errors.Is(err, http.ErrServerClosed) { // which is what Stop makes of it
			failure = fmt.Errorf("serving: %w", err)
		}
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.config.Load().API.DrainTimeout)
	defer cancel()
	return errors.Join(failure, a.Stop(drain))
}

// Reload puts what may change while the service runs into force. c is what
// config.Reloaded gave.
func (a *App) Reload(ctx context.Context, c config.Config) error {
	var secured *tls.Config
	if a.tls != nil {
		var err error
		if secured, err = readCertificates(c.SSL); err != nil {
			return err
		}
	}
	if err := a.keys.Reload(); err != nil {
		return err
	}
	if a.tls != nil {
		a.tls.current.Store(secured)
	}
	a.config.Store(&c)
	a.handler.Apply(settings(c))
	return a.sealAnew(ctx)
}

// Stop takes no new connections, lets requests and then work finish until ctx
// ends, and closes everything. What was not finished goes on when the service
// is next started. A second call gives the result of the first.
func (a *App) Stop(ctx context.Context) error {
	a.stopOnce.Do(func() { a.stopErr = a.stop(ctx) })
	return a.stopErr
}

func (a *App) stop(ctx context.Context) error {
	var errs []error
	if a.stopBackground != nil {
		a.logger.Info("draining")
		errs = append(errs, a.drain(ctx))
	}
	grace, cancel := graceful(ctx)
	defer cancel()
	errs = append(errs, a.acquired.run(grace))
	return errors.Join(errs...)
}

// drain ends what is running: requests first, because they bring work. A
// request that waits for work when ctx ends is told by that work, as it stops,
// that it goes on later; those answers still get out.
func (a *App) drain(ctx context.Context) error {
	a.stopBackground()
	unfinished := a.server.Shutdown(ctx)
	var errs []error
	for _, drain := range []func(context.Context) error{a.work.Drain, a.storage.Drain} {
		if err := drain(ctx); err != nil {
			errs = append(errs, fmt.Errorf("not all work was finished, it goes on after the next start: %w", err))
		}
	}
	if unfinished != nil {
		grace, cancel := graceful(ctx)
		defer cancel()
		if err := a.server.Shutdown(grace); err != nil {
			errs = append(errs, fmt.Errorf("requests were cut off: %w", err), a.server.Close())
		}
	}
	return errors.Join(errs...)
}

// graceful is the time that is left for closing when ctx has none to give.
func graceful(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), closeGrace)
}
