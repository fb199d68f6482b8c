package storages

import (
	"context"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/sdk/valence/internal/resource"
)

// WaitFor asks for a storage until nothing is on its way with it any more,
// first after a tenth of a second and then ever less often, down to every two
// seconds. It calls onUpdate, which may be nil, with every answer, and returns
// the last one, which is available or attached.
//
// A storage that could not be made is a *FailedError. The end of the context is
// an error that says in which state the storage was last seen. One that is
// deleted meanwhile ends in a *valence.Error of status 404.
func WaitFor(ctx context.Context, client *gophercloud.ServiceClient, id string, onUpdate func(Storage)) (Storage, error) {
	last, err := resource.Poll(ctx,
		func() (*Storage, error) { return Get(ctx, client, id).Extract() },
		func(s Storage) (bool, error) {
			if onUpdate != nil {
				onUpdate(s)
			}
			if s.State == StateFailed {
				return true, &FailedError{Storage: s}
			}
			return s.State == StateAvailable || s.State == StateAttached, nil
		})
	switch {
	case err == nil || last.State == StateFailed:
		return last, err
	case last.State == "":
		return last, fmt.Errorf("waiting for storage %s: %w", id, err)
	}
	return last, fmt.Errorf("waiting for storage %s, last seen %s: %w", id, last.State, err)
}

// FailedError says that a storage could not be made. Nothing of it is on the
// pod; the record stays, in state failed, until it is deleted.
type FailedError struct {
	Storage Storage
}

// Error says which storage failed and, where the service told, why.
func (e *FailedError) Error() string {
	text := fmt.Sprintf("making storage %q (%s) failed", e.Storage.Name, e.Storage.UUID)
	if f := e.Storage.Failure; f != nil && f.Message != "" {
		text += ": " + f.Message
	}
	return text
}

// ErrorCode is the code of the failure, such as "no_capacity", or "failed"
// where the service told none.
func (e *FailedError) ErrorCode() string {
	if f := e.Storage.Failure; f != nil && f.Code != "" {
		return f.Code
	}
	return string(StateFailed)
}
