package inventory

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/service"
)

// answer is what one pod manager said.
type answer[T any] struct {
	pm    service.PodManager
	value T
	err   error
}

// ask makes one call to one pod manager, within its time limit.
func ask[T any](ctx context.Context, i *Inventory, pm service.PodManager, call func(context.Context, service.Pod) (T, error)) (T, error) {
	bounded, cancel := context.WithTimeout(ctx, i.podTimeout)
	defer cancel()
	var none T
	pod, err := i.pods.Pod(bounded, pm.UUID)
	if err != nil {
		return none, err
	}
	value, err := call(bounded, pod)
	if err == nil || ctx.Err() != nil || bounded.Err() == nil {
		return value, err
	}
	return value, &service.Error{
		Code:    service.Timeout,
		Message: fmt.Sprintf("the pod manager did not answer within %s", i.podTimeout),
		Err:     err,
	}
}

// forAll does one thing with each of several pod managers, some at once. The
// answers are in the order of the pod managers.
func forAll[T any](pms []service.PodManager, do func(service.PodManager) (T, error)) []answer[T] {
	answers := make([]answer[T], len(pms))
	var g errgroup.Group
	g.SetLimit(atOnce)
	for n, pm := range pms {
		g.Go(func() error {
			value, err := do(pm)
			answers[n] = answer[T]{pm, value, err}
			return nil
		})
	}
	_ = g.Wait() // never fails: an error is an answer
	return answers
}

// meant gives the pod managers that a UUID or name means, or all for none, in
// the order of their registration.
func (i *Inventory) meant(ctx context.Context, named string) ([]service.PodManager, error) {
	var all []service.PodManager
	for pm, err := range i.store.PodManagers(ctx, "") {
		if err != nil {
			return nil, fmt.Errorf("listing the pod managers: %w", err)
		}
		if named != "" && (pm.UUID == named || pm.Name == named) {
			return []service.PodManager{pm}, nil
		}
		all = append(all, pm)
	}
	if named != "" {
		return nil, service.Errorf(service.NotFound, "pod manager %q does not exist", named)
	}
	return all, nil
}

// only gives the pod manager that a UUID or name means, or for none the only
// one there is.
func (i *Inventory) only(ctx context.Context, named string) (service.PodManager, error) {
	pms, err := i.meant(ctx, named)
	switch {
	case err != nil:
		return service.PodManager{}, err
	case len(pms) == 0:
		return service.PodManager{}, service.Errorf(service.Invalid, "no pod manager is registered: register one first")
	case len(pms) > 1:
		var names []string
		for _, pm := range pms {
			names = append(names, pm.Name)
		}
		return service.PodManager{}, service.Errorf(service.Invalid,
			"there are several pod managers, name one of them: %s", strings.Join(names, ", "))
	}
	return pms[0], nil
}
