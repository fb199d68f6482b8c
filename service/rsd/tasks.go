package rsd

import (
	"context"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/redfish"
)

// tasksRef is where RSD 2.4 lists its tasks. Its entry point does not link
// them.
const tasksRef = "/redfish/v1/TaskService/Tasks"

// settle waits for the tasks that are running now. Pod managers without tasks
// have done their work when they answer.
func (p *pod) settle(ctx context.Context) error {
	e, err := p.entry(ctx, false)
	if err != nil || !e.dialect.tasks {
		return err
	}
	running, err := p.running(ctx)
	if err != nil || len(running) == 0 {
		return err
	}
	return p.Client.Until(ctx, func(ctx context.Context) (bool, error) {
		running, err = p.still(ctx, running)
		return len(running) == 0, err
	})
}

// running lists the tasks that are running. A pod manager that has no such
// list has no tasks.
func (p *pod) running(ctx context.Context) ([]string, error) {
	refs, err := p.Client.Survey().Members(ctx, tasksRef, "tasks")
	if service.CodeOf(err) == service.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return p.still(ctx, refs)
}

// still selects the tasks that have not ended. One that is gone has.
func (p *pod) still(ctx context.Context, refs []string) ([]string, error) {
	s := p.Client.Survey()
	return redfish.Each(ctx, s, refs, func(ctx context.Context, ref string) ([]string, error) {
		task, err := redfish.Read[taskDocument](ctx, s, ref)
		if service.CodeOf(err) == service.NotFound || err == nil && task.ended() {
			return nil, nil
		}
		return []string{ref}, err
	})
}

type taskDocument struct{ TaskState string }

// ended says whether the task is over, or says nothing of it (Task.TaskState).
func (d taskDocument) ended() bool {
	switch d.TaskState {
	case "Completed", "Killed", "Exception", "Cancelled", "":
		return true
	}
	return false
}
