package resource

import (
	"iter"
	"strings"

	"github.com/google/uuid"

	"github.com/valence-rsd/valence/sdk/valence"
)

// Finder finds one resource by what a person calls it.
type Finder[T any] struct {
	Kind  string                                // for error texts, such as "node"
	Get   func(id string) (*T, error)           // by UUID
	List  func(name string) iter.Seq2[T, error] // at least everything with the name
	Names func(T) (uuid, name string)
}

// Find gives the resource in full, as Get does, whichever way it was named: a
// list may show less. The list may also contain other names, because not every
// collection of the service can filter.
func (f Finder[T]) Find(nameOrID string) (T, error) {
	var none T
	id, err := f.id(nameOrID)
	if err != nil {
		return none, err
	}
	found, err := f.Get(id)
	if err != nil {
		return none, err
	}
	return *found, nil
}

func (f Finder[T]) id(nameOrID string) (string, error) {
	if isUUID(nameOrID) {
		// The service compares identifiers byte by byte and makes lower case.
		return strings.ToLower(nameOrID), nil
	}
	var ids []string
	for item, err := range f.List(nameOrID) {
		if err != nil {
			return "", err
		}
		if id, name := f.Names(item); name == nameOrID {
			ids = append(ids, id)
		}
	}
	switch len(ids) {
	case 0:
		return "", &valence.NotFoundError{Kind: f.Kind, Name: nameOrID}
	case 1:
		return ids[0], nil
	default:
		return "", &valence.AmbiguousError{Kind: f.Kind, Name: nameOrID, UUIDs: ids}
	}
}

// isUUID takes the canonical form only: uuid.Validate takes others too, which
// are names as far as the service is concerned.
func isUUID(s string) bool {
	return len(s) == len(uuid.Nil.String()) && uuid.Validate(s) == nil
}
