package main

import (
	"context"
	"errors"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence/command"
	"github.com/valence-rsd/valence/sdk/valence/v1/storages"
)

// work is something that the service does to a storage, and that it goes on
// with whatever becomes of the command.
type work struct {
	what    string // such as "making storage data"
	storage string // its name or UUID
}

// do asks the service for the work. When it asks again, the work may have been
// done.
func (w work) do(ctx context.Context, call *plugin.Call, ask func(again bool) error) error {
	call.Progress(w.what, 0, 0)
	err := command.Patiently(ctx, func(again bool) error {
		if again {
			call.Progress(w.what+": still at it", 0, 0)
		}
		return ask(again)
	})
	return w.interrupted(err)
}

// wait waits until nothing is on its way with the storage any more.
func (w work) wait(ctx context.Context, call *plugin.Call, client *gophercloud.ServiceClient, id string) (storages.Storage, error) {
	done, err := storages.WaitFor(ctx, client, id, func(s storages.Storage) {
		call.Progress(w.what+": "+string(s.State), 0, 0)
	})
	return done, w.interrupted(err)
}

// interrupted says what is still going on where the person ended the command.
func (w work) interrupted(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	return &plugin.Error{
		Code:    plugin.Interrupted,
		Message: "interrupted: " + w.what + " still goes on",
		Hint:    "see: valence storage show " + w.storage,
	}
}
