package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/service/app/config"
)

// store are the commands about the store as a whole.
type store struct {
	Snapshot storeSnapshot `cmd:"" help:"Write everything that is stored to a file; the service may be running."`
	Restore  storeRestore  `cmd:"" help:"Make the embedded store out of such a file; there must be none yet."`
}

type storeSnapshot struct {
	File string `arg:"" help:"File to write; there must be none of this name." placeholder:"FILE"`
}

// Run leaves no half of a file behind. It is for its owner only: there are
// encrypted passwords in it.
func (s storeSnapshot) Run(sources config.Sources) error {
	file, err := os.OpenFile(s.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = withOptions(sources, func(o app.Options) error { return app.Snapshot(context.Background(), o, file) })
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return errors.Join(err, os.Remove(s.File))
	}
	fmt.Fprintf(os.Stderr, "Wrote %s. The keys of the passwords are not in it: keep a copy of their folder elsewhere.\n", s.File)
	return nil
}

type storeRestore struct {
	File string `arg:"" help:"File that valence-api store snapshot wrote." placeholder:"FILE"`
}

// Run makes the store anew.
func (s storeRestore) Run(sources config.Sources) error {
	return withOptions(sources, func(o app.Options) error { return app.Restore(context.Background(), o, s.File) })
}
