// Package inventory reads what the pods are made of, from all of them at once,
// and keeps the stored devices in step with them.
//
// A pod manager that does not answer costs its own part of a list, and its own
// time limit, never that of another. The package knows the store and the pods
// through the interfaces of package service only. It must not know etcd,
// Redfish or HTTP.
package inventory

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/valence-rsd/valence/service"
)

// atOnce is how many pod managers are asked at the same time.
const atOnce = 16

// Store is the part of a service.Store that an Inventory needs.
type Store interface {
	service.Nodes
	service.PodManagers
	service.Devices

	// HoldVolume is that of service.Volumes. It keeps two processes from
	// synchronising the devices of one pod manager at the same time.
	HoldVolume(ctx context.Context, uuid string) (release func(), err error)
}

// Options say what to work with. Store and Pods are required.
type Options struct {
	Store  Store
	Pods   service.Pods
	Logger *slog.Logger // default: none

	// PodTimeout is how long one pod manager may take to answer one call.
	// Default: 2 min.
	PodTimeout time.Duration
}

// Inventory is a service.Inventory that asks the pods each time.
type Inventory struct {
	store      Store
	pods       service.Pods
	log        *slog.Logger
	podTimeout time.Duration
}

var _ service.Inventory = (*Inventory)(nil)

// New makes an Inventory.
func New(opts Options) *Inventory {
	return &Inventory{
		store:      opts.Store,
		pods:       opts.Pods,
		log:        cmp.Or(opts.Logger, slog.New(slog.DiscardHandler)),
		podTimeout: cmp.Or(opts.PodTimeout, 2*time.Minute),
	}
}

// Systems implements service.Inventory.
func (i *Inventory) Systems(ctx context.Context, podManagerID string) ([]service.System, error) {
	return list(ctx, i, podManagerID, func(ctx context.Context, pm service.PodManager, pod service.Pod) ([]service.System, error) {
		systems, err := pod.Systems(ctx)
		for n := range systems {
			systems[n].PodManagerID = pm.UUID
		}
		return systems, err
	})
}

// Chassis implements service.Inventory.
func (i *Inventory) Chassis(ctx context.Context, podManagerID string) ([]service.Chassis, error) {
	return list(ctx, i, podManagerID, func(ctx context.Context, pm service.PodManager, pod service.Pod) ([]service.Chassis, error) {
		chassis, err := pod.Chassis(ctx)
		for n := range chassis {
			chassis[n].PodManagerID = pm.UUID
		}
		return chassis, err
	})
}

// Parts implements service.Inventory.
func (i *Inventory) Parts(ctx context.Context, s service.System) (service.SystemParts, error) {
	pm := service.PodManager{UUID: s.PodManagerID}
	return ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) (service.SystemParts, error) {
		return pod.Parts(ctx, s.Ref)
	})
}

// Pools implements service.Inventory. No pod manager is the only one there is;
// with several it is Invalid, with a message that lists them.
func (i *Inventory) Pools(ctx context.Context, podManagerID string) ([]service.Pool, error) {
	pm, err := i.only(ctx, podManagerID)
	if err != nil {
		return nil, err
	}
	return ask(ctx, i, pm, func(ctx context.Context, pod service.Pod) ([]service.Pool, error) {
		return pod.Pools(ctx)
	})
}
