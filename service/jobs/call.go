package jobs

import (
	"context"
	"time"

	"github.com/valence-rsd/valence/service"
)

// Limits of single calls to a pod. They end calls that hang: assembly has a
// limit of its own, and attaching, erasing and deleting are synchronous and can
// take a pod minutes.
const (
	QuickCall = 2 * time.Minute
	SlowCall  = 15 * time.Minute
)

// Call makes one call to a pod. A pod manager that is not registered any more
// is Unavailable: it is not to be taken for a thing on it that is not found.
func Call(ctx context.Context, pods service.Pods, podManagerID string, do func(context.Context, service.Pod) error) error {
	pod, err := pods.Pod(ctx, podManagerID)
	if service.CodeOf(err) == service.NotFound {
		return &service.Error{Code: service.Unavailable, Message: "the pod manager is not registered any more", Err: err}
	}
	if err != nil {
		return err
	}
	return do(ctx, pod)
}

// AnswerLost says whether it is unknown what became of the request that ended
// with err.
func AnswerLost(err error) bool {
	switch service.CodeOf(err) {
	case service.Unavailable, service.Timeout, service.Internal:
		return err != nil
	}
	return false
}
