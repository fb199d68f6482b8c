package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/service/app/config"
)

// credential are the commands about the keys that passwords of pod managers
// are encrypted with.
type credential struct {
	Setup   credentialSetup   `cmd:"" help:"Make the folder of keys, if it is not there; give every replica of a cluster the same one."`
	Rotate  credentialRotate  `cmd:"" help:"Add a key, with which passwords are encrypted from now on."`
	Migrate credentialMigrate `cmd:"" help:"Encrypt every password with the newest key."`
	Forget  credentialForget  `cmd:"" help:"Take the passwords away whose keys are lost, so that the pod managers can be given new ones."`
}

type credentialSetup struct{}

func (credentialSetup) Run(sources config.Sources) error {
	return withOptions(sources, app.SetupKeys)
}

type credentialRotate struct{}

func (credentialRotate) Run(sources config.Sources) error {
	if err := withOptions(sources, app.RotateKeys); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "There is a new key. Copy the folder to every replica, send each a SIGHUP, and then run valence-api credential migrate.")
	return nil
}

type credentialMigrate struct{}

func (credentialMigrate) Run(sources config.Sources) error {
	return withOptions(sources, func(o app.Options) error {
		n, err := app.SealAnew(context.Background(), o)
		if err == nil {
			fmt.Fprintf(os.Stderr, "Encrypted %d passwords with the newest key.\n", n)
		}
		return err
	})
}

type credentialForget struct{}

func (credentialForget) Run(sources config.Sources) error {
	return withOptions(sources, func(o app.Options) error {
		n, err := app.ForgetPasswords(context.Background(), o)
		if err == nil {
			fmt.Fprintf(os.Stderr, "Forgot %d passwords. Give each pod manager its own again with valence podmanager set --auth.\n", n)
		}
		return err
	})
}

// withOptions does something to the service that is configured, which does not
// run in this process.
func withOptions(sources config.Sources, do func(app.Options) error) error {
	cfg, _, err := config.Load(sources)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return do(app.Options{Config: cfg, Logger: logger})
}
