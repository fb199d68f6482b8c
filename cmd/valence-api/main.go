// Command valence-api runs the Valence REST service.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/valence-rsd/valence/service/app"
)

func main() {
	// Once the first signal has begun the drain, a second one has its usual
	// effect: it ends the process at once.
	ctx, restore := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, restore)
	if err := run(ctx, parse(os.Args[1:])); err != nil {
		fmt.Fprintln(os.Stderr, "valence-api:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, f flags) error {
	service, err := app.New(ctx, f.options())
	if err != nil {
		return err
	}
	if err := announce(f.AddressFile, service.Addr()); err != nil {
		return errors.Join(err, service.Stop(ctx))
	}
	return service.Run(ctx)
}
