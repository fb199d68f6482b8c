package podsim

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/valence-rsd/valence/podsim/faults"
)

const tasksURI = taskServiceURI + "/Tasks"

// job is work that was checked and is to be done; it writes the answer to the request that asked for it.
type job func(w http.ResponseWriter) error

// task is a job that answers when its monitor is read.
type task struct {
	part
	name    string
	state   string
	started time.Time
	ended   time.Time
	final   recorder
	fetched bool
}

func (t task) monitorURI() string { return t.uri + "/Monitor" }

func (t task) running() bool { return t.ended.IsZero() }

// taskStore holds the tasks, which nobody forgets but the client. Handlers get copies.
type taskStore struct {
	mu   sync.Mutex
	last int
	byID map[string]*task
}

func newTaskStore() *taskStore { return &taskStore{byID: map[string]*task{}} }

func (s *taskStore) start(service, name string) *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	id := fmt.Sprintf("%s_%d", service, s.last)
	t := &task{part: part{id, tasksURI + "/" + id}, name: name, state: "Running", started: time.Now()}
	s.byID[id] = t
	return t
}

func (s *taskStore) finish(t *task, final recorder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.ended, t.final, t.state = time.Now(), final, "Completed"
	if final.status >= http.StatusBadRequest {
		t.state = "Exception"
	}
}

// find returns a copy of a task.
func (s *taskStore) find(id string) (task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.byID[id]
	if !ok {
		return task{}, refuse(unknownEndpoint)
	}
	return *t, nil
}

// fetch returns a copy of a task; one that has ended gives its final answer only once.
func (s *taskStore) fetch(id string) (task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.byID[id]
	switch {
	case !ok:
		return task{}, refuse(unknownEndpoint)
	case t.fetched:
		return task{}, refuse(gone)
	}
	t.fetched = !t.running()
	return *t, nil
}

func (s *taskStore) remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.byID[id]
	switch {
	case !ok:
		return refuse(unknownEndpoint)
	case t.running():
		return refuse(taskRunning)
	}
	delete(s.byID, id)
	return nil
}

// all returns copies of the tasks, oldest first.
func (s *taskStore) all() []task {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []task{}
	for _, t := range s.byID {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b task) int { return a.started.Compare(b.started) })
	return all
}

// recorder keeps an answer for later.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(data []byte) (int, error) { return r.body.Write(data) }

// send writes the kept answer.
func (r *recorder) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(r.body.Bytes())
}

// forwarded makes a handler of work that the pod manager leaves to others: the request is checked at once, and the work
// is done at once too, or in a task where the dialect has tasks.
func (s *Simulator) forwarded(name string, check func(r *http.Request) (job, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		do, err := check(r)
		if err != nil {
			return err
		}
		if !s.dialect.tasks {
			return do(w)
		}
		t := s.tasks.start(s.pod.uuid, name)
		started := *t
		s.run(t, effectOn(r), func(w http.ResponseWriter) {
			if err := do(w); err != nil {
				s.writeError(w, r, err)
			}
		})
		w.Header().Set("Location", started.monitorURI())
		writeJSON(w, http.StatusAccepted, newTaskBody(started))
		return nil
	}
}

// run does the work of a task after the task delay. A fault can let it fail or never end.
func (s *Simulator) run(t *task, effect faults.Effect, do func(http.ResponseWriter)) {
	if effect == faults.Stick {
		return
	}
	s.clock.After(s.opts.TaskDelay, func() {
		final := &recorder{header: http.Header{}, status: http.StatusOK}
		if effect == faults.Fail {
			s.answerFault(final, http.StatusInternalServerError)
		} else {
			do(final)
		}
		s.tasks.finish(t, *final)
	})
}
