package composition

import (
	"net/http"
	"strconv"
	"time"
)

const (
	taskService = rootURI + "/TaskService"
	taskURI     = taskService + "/Tasks"
	monitorURI  = taskService + "/TaskMonitors"
)

// taskList is the compositions that were answered with 202. It belongs to the pod's mutex.
type taskList struct {
	last     int
	outcomes map[string]reply // by the URI of the monitor; status 0 until it is done
}

func (t *taskList) monitors(uri string) bool {
	_, ok := t.outcomes[uri]
	return ok
}

// composeLater starts a composition and answers with the task that tells of it.
func (p *Pod) composeLater(made plan, delay time.Duration, fails bool) reply {
	task, monitor, answer := p.startTask()
	p.opts.Clock.After(delay, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		outcome, err := p.conclude(made, fails)
		if err != nil {
			outcome = p.opts.Flavour.failed(err)
		}
		p.tasks.outcomes[monitor] = outcome
		endTask(p.tree.edit(task), err == nil)
	})
	return answer
}

func (p *Pod) startTask() (task, monitor string, answer reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tasks.last++
	id := strconv.Itoa(p.tasks.last)
	task, monitor = taskURI+"/"+id, monitorURI+"/"+id
	if p.tasks.outcomes == nil {
		p.tasks.outcomes = map[string]reply{}
	}
	p.tasks.outcomes[monitor] = reply{}
	p.tree.put(task, newTask(task, monitor))
	addLink(p.collectionAt(taskURI, "Task"), "Members", task)
	return task, monitor, p.running(task, monitor)
}

func endTask(body object, well bool) {
	body["TaskState"], body["TaskStatus"], body["PercentComplete"] = "Completed", "OK", 100
	if !well {
		body["TaskState"], body["TaskStatus"] = "Exception", "Critical"
	}
	body["EndTime"] = now()
}

func (p *Pod) running(task, monitor string) reply {
	raw, _, _ := p.tree.text(task)
	return reply{status: http.StatusAccepted, location: monitor, body: raw, retry: true}
}

// collectionAt is a collection to change, made when there is none.
func (p *Pod) collectionAt(uri, kind string) object {
	if !p.tree.has(uri) {
		p.tree.put(uri, newCollection(kind, uri))
	}
	return p.tree.edit(uri)
}

func newTask(uri, monitor string) object {
	return object{
		"@odata.type": "#Task.v1_7_4.Task", "@odata.id": uri, "Id": lastOf(uri), "Name": "Composition " + lastOf(uri),
		"TaskState": "Running", "TaskStatus": "OK", "PercentComplete": 0, "StartTime": now(), "TaskMonitor": monitor,
	}
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }

// getMonitor answers what the composition will have answered, and 202 until then.
func (p *Pod) getMonitor(_ *http.Request, uri string) (reply, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	outcome := p.tasks.outcomes[uri]
	if outcome.status == 0 {
		return p.running(taskURI+"/"+lastOf(uri), uri), nil
	}
	return outcome, nil
}
