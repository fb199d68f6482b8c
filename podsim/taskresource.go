package podsim

import (
	"net/http"
	"time"
)

func (s *Simulator) taskRoutes(mux *http.ServeMux) {
	const member = tasksURI + "/{task}"
	s.handle(mux, taskServiceURI, methods{"GET": s.getTaskService})
	s.handle(mux, tasksURI, methods{"GET": s.listTasks})
	s.handle(mux, member, methods{"GET": s.getTask, "DELETE": s.deleteTask})
	s.handle(mux, member+"/Monitor", methods{"GET": s.getMonitor})
}

type taskServiceBody struct {
	header
	Status          serviceStatus `json:"Status"`
	DateTime        string        `json:"DateTime"`
	OverWritePolicy string        `json:"CompletedTaskOverWritePolicy"`
	LifeCycleEvents bool          `json:"LifeCycleEventOnTaskStateChange"`
	ServiceEnabled  bool          `json:"ServiceEnabled"`
	Tasks           link          `json:"Tasks"`
}

type taskBody struct {
	header
	TaskState   string  `json:"TaskState"`
	TaskStatus  string  `json:"TaskStatus"`
	StartTime   string  `json:"StartTime"`
	EndTime     *string `json:"EndTime"`
	TaskMonitor string  `json:"TaskMonitor"`
	Messages    []empty `json:"Messages"`
	Oem         empty   `json:"Oem"`
}

func newTaskBody(t task) taskBody {
	body := taskBody{
		header:      newHeader("Task", "v1_0_0", t.uri, t.id, t.name, "Simulated task"),
		TaskState:   t.state,
		TaskStatus:  healthOK,
		StartTime:   t.started.Format(time.RFC3339),
		TaskMonitor: t.monitorURI(),
		Messages:    []empty{},
	}
	if t.state == "Exception" {
		body.TaskStatus = "Critical"
	}
	if !t.running() {
		end := t.ended.Format(time.RFC3339)
		body.EndTime = &end
	}
	return body
}

func (s *Simulator) getTaskService(w http.ResponseWriter, _ *http.Request) error {
	return s.serve(w, taskServiceBody{
		header:          newHeader("TaskService", "v1_0_0", taskServiceURI, "TaskService", "Task Service", "Task Service"),
		Status:          serviceStatus{"Enabled", healthOK},
		DateTime:        time.Now().Format(time.RFC3339),
		OverWritePolicy: "Manual",
		ServiceEnabled:  true,
		Tasks:           link{tasksURI},
	})
}

func (s *Simulator) listTasks(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, newCollection("Task", tasksURI, linksTo(s.tasks.all())))
	return nil
}

func (s *Simulator) getTask(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tasks.find(r.PathValue("task"))
	if err != nil {
		return err
	}
	return s.serve(w, newTaskBody(t))
}

func (s *Simulator) deleteTask(w http.ResponseWriter, r *http.Request) error {
	if err := s.tasks.remove(r.PathValue("task")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// getMonitor answers 202 while the task runs, then once what the task answers, then that it is gone.
func (s *Simulator) getMonitor(w http.ResponseWriter, r *http.Request) error {
	t, err := s.tasks.fetch(r.PathValue("task"))
	if err != nil {
		return err
	}
	if t.running() {
		w.Header().Set("Location", t.monitorURI())
		writeJSON(w, http.StatusAccepted, newTaskBody(t))
		return nil
	}
	t.final.send(w)
	return nil
}
