package service

import (
	"context"
	"iter"
)

// Store keeps what Valence knows. Reads see every write that was acknowledged
// before. A record that does not exist is NotFound; a store that cannot be
// reached is Unavailable. Lists are in order of creation.
type Store interface {
	Nodes
	Flavors
	PodManagers
	Journal
}

// Nodes reads nodes; only the Journal writes them.
type Nodes interface {
	Node(ctx context.Context, uuid string) (Node, error)
	Nodes(ctx context.Context, f NodeFilter) iter.Seq2[Node, error]
}

// Flavors keeps flavors.
type Flavors interface {
	Flavor(ctx context.Context, uuid string) (Flavor, error)
	Flavors(ctx context.Context) iter.Seq2[Flavor, error]
	CreateFlavor(ctx context.Context, f Flavor) error
	// UpdateFlavor reads, calls change, and writes, again from the start if
	// somebody else wrote in between; an error of change is returned as it is.
	UpdateFlavor(ctx context.Context, uuid string, change func(*Flavor) error) (Flavor, error)
	DeleteFlavor(ctx context.Context, uuid string) error
}

// PodManagers keeps pod managers.
type PodManagers interface {
	PodManager(ctx context.Context, uuid string) (PodManager, error)
	PodManagers(ctx context.Context) iter.Seq2[PodManager, error]
	// CreatePodManager is Conflict where the name or the URL is taken.
	CreatePodManager(ctx context.Context, pm PodManager) error
	// UpdatePodManager works like UpdateFlavor, with the Conflict of
	// CreatePodManager.
	UpdatePodManager(ctx context.Context, uuid string, change func(*PodManager) error) (PodManager, error)
	// DeletePodManager is Conflict while a node is on it.
	DeletePodManager(ctx context.Context, uuid string) error
}
