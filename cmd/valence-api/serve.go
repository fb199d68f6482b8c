package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/service/app/config"
)

// serve is the command serve.
type serve struct {
	AddressFile string `help:"Write the base URL to this file when the service can be reached." placeholder:"FILE" env:"VALENCE_API_ADDRESS_FILE"`
}

// Run serves until a signal ends it. Once the first has begun the drain, a
// second one has its usual effect: it ends the process at once.
func (s serve) Run(sources config.Sources) error {
	ctx, restore := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, restore)
	hangups := make(chan os.Signal, 1) // from the start: one that comes early must not end the process
	signal.Notify(hangups, syscall.SIGHUP)

	cfg, warnings, err := config.Load(sources)
	if err != nil {
		return err
	}
	r, err := newReloader(sources, cfg)
	if err != nil {
		return err
	}
	defer r.log.close()
	r.tell(warnings)

	service, err := app.New(ctx, app.Options{Config: cfg, Logger: r.logger, Observe: observer()})
	if err != nil {
		return err
	}
	if err := announce(s.AddressFile, baseURL(cfg, service.Addr())); err != nil {
		return errors.Join(err, service.Stop(ctx))
	}
	go r.follow(ctx, hangups, service.Reload)
	return service.Run(ctx)
}
