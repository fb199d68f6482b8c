package compose

import (
	"context"
	"errors"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// compose takes a node from the step that is journalled to its end: the node
// is composed, or nothing is left of it but the error. Errors of the steps
// themselves are errLost, errOrdered and errStopped; a failure is a step of its
// own.
func (j *job) compose(ctx context.Context) (service.Node, error) {
	for {
		err := interrupted(ctx, j.heeded())
		if err != nil && j.n.State != service.NodeComposed {
			return j.n, err
		}
		switch j.in.Step {
		case service.StepIntended:
			err = j.find(ctx)
		case service.StepUndoing:
			return j.undo(ctx)
		default:
			if j.n.State == service.NodeComposed {
				j.log.Info("node composed", "machine", j.n.Ref)
				return j.n, nil
			}
			err = j.assemble(ctx)
		}
		if err != nil {
			return j.n, err
		}
	}
}

// allocate asks the pod for hardware. When it returns without an error and the
// step is still StepIntended, the answer was lost and the machine, if there is
// one, has to be found.
func (j *job) allocate(ctx context.Context) error {
	// A pod that does not answer at all is found out here, while it is still
	// certain that it was asked for nothing.
	j.nothing = true
	err := j.call(ctx, jobs.QuickCall, func(ctx context.Context, pod service.Pod) error { return pod.Probe(ctx) })
	if isCut(err) {
		return err
	}
	if err != nil {
		return j.fail(ctx, err)
	}
	j.nothing = false
	var ref string
	// It may not outlast the time in which whoever takes this up looks for the
	// machine. A mere cancel does not cut it off: a lost answer costs more time
	// than it takes.
	err = j.callUnless(ctx, j.forgotten, time.Until(j.until), func(ctx context.Context, pod service.Pod) (err error) {
		ref, err = pod.Allocate(ctx, service.Allocation{
			NodeUUID: j.n.UUID, Name: j.n.Name, Description: j.n.Description, Requirements: j.n.Requirements,
		})
		return err
	})
	if err == nil {
		j.s.observe(PodAllocated)
		return j.own(ctx, ref)
	}
	if isCut(err) {
		return err
	}
	j.cause = err
	switch {
	case jobs.AnswerLost(err):
		j.log.Warn("the answer to the request for hardware was lost; looking for the machine", "error", err)
		if err := j.advance(ctx, service.StepIntended, ComposeAnswerLost); err != nil {
			return err
		}
		j.until = j.in.UpdatedAt.Add(j.s.lostAnswer)
		return nil
	case service.CodeOf(err) == service.PodFailed:
		// The pod is through with the request: what it made is there now.
		j.until = time.Now()
		return nil
	}
	j.nothing = true
	return j.fail(ctx, err)
}

// own writes down that a machine is ours.
func (j *job) own(ctx context.Context, ref string) error {
	j.n.Ref, j.in.Async = ref, j.async
	err := j.advance(ctx, service.StepAllocated, ComposeAllocated)
	if errors.Is(err, errLost) {
		// Or the machine stands in the store as another node, whose hardware
		// must have gone and its name been given out again. If it was the hold
		// that was lost, then this fails in the same way.
		j.n.Ref, j.in.Async = "", false
		f := service.FailureOf(err)
		return j.fail(ctx, service.Errorf(f.Code, "%s", f.Message))
	}
	if err == nil {
		j.announce()
	}
	return err
}

// find looks for the machine of a request whose answer was lost, or whose
// sender died, until it cannot turn up any more.
func (j *job) find(ctx context.Context) error {
	ref, err := j.search(ctx)
	switch {
	case err != nil:
		return err
	case ref != "":
		j.log.Info("found the machine of a lost answer", "machine", ref)
		return j.own(ctx, ref)
	case j.cause == nil:
		j.cause = &service.Error{Code: service.Unavailable, Message: "the service was interrupted while it asked for hardware", Err: errInterrupted}
	}
	j.nothing = true
	return j.fail(ctx, j.cause)
}

// search gives the ref of the machine that carries the node's mark, or none
// when there is none and the time in which one may turn up is over.
func (j *job) search(ctx context.Context) (ref string, err error) {
	patience, pause := jobs.Patience(j.s.poll), jobs.Look(j.s.poll)
	for {
		last := time.Now().After(j.until)
		err := j.call(ctx, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
			ref, err = pod.Find(ctx, j.n.UUID)
			return err
		})
		notFound := service.CodeOf(err) == service.NotFound
		switch {
		case err == nil:
			return ref, nil
		case isCut(err):
			return "", err
		case notFound && last:
			return "", nil
		case notFound:
			err = j.look(ctx, pause)
		default:
			err = j.retry(ctx, patience, "the pod cannot be searched for the machine", err)
		}
		if err != nil {
			return "", err
		}
	}
}

// assemble makes the machine ready for use, from wherever it is.
func (j *job) assemble(ctx context.Context) error {
	deadline := time.Now().Add(j.s.assembleTimeout)
	patience, pause := jobs.Patience(j.s.poll), jobs.Look(j.s.poll)
	for time.Now().Before(deadline) {
		var state service.MachineState
		err := j.call(ctx, jobs.QuickCall, func(ctx context.Context, pod service.Pod) (err error) {
			state, err = pod.State(ctx, j.n.Ref)
			return err
		})
		if service.CodeOf(err) == service.NotFound {
			return j.fail(ctx, service.Errorf(service.PodFailed, "the machine disappeared while it was being assembled"))
		}
		if isCut(err) {
			return err
		}
		if err != nil {
			// Giving up sooner would help nobody: undoing needs the pod as well.
			if err := j.retry(ctx, patience, "the state of the machine cannot be read", err); err != nil {
				return err
			}
			continue
		}
		switch state {
		case service.MachineAssembled:
			return j.finish(ctx, service.NodeComposed, ComposeFinished)
		case service.MachineBroken:
			return j.fail(ctx, service.Errorf(service.PodFailed, "the pod manager could not assemble the machine"))
		case service.MachineAllocated:
			if err := j.ask(ctx); err != nil || j.in.Step == service.StepUndoing {
				return err
			}
		}
		if err := j.look(ctx, pause); err != nil {
			return err
		}
	}
	return j.fail(ctx, service.Errorf(service.Timeout, "the machine was not assembled within %s", j.s.assembleTimeout))
}

// ask asks the pod to assemble the machine. A lost answer needs nothing: the
// state of the machine will tell.
func (j *job) ask(ctx context.Context) error {
	err := j.call(ctx, jobs.QuickCall, func(ctx context.Context, pod service.Pod) error { return pod.Assemble(ctx, j.n.Ref) })
	code := service.CodeOf(err)
	asked := j.in.Step == service.StepAssembling
	switch {
	case err == nil:
		j.s.observe(PodAssembling)
	case isCut(err):
		return err
	case jobs.AnswerLost(err):
		j.log.Warn("the answer to the request for assembly was lost", "error", err)
		return nil
	case code == service.Conflict && (asked || time.Now().Before(j.until)):
		return nil // it is about to begin, or the pod is not done with allocating
	default:
		return j.fail(ctx, err)
	}
	if asked {
		return nil
	}
	return j.advance(ctx, service.StepAssembling, ComposeAssembling)
}
