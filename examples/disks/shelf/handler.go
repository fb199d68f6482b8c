package shelf

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// pageSize is how many disks there are on a page.
const pageSize = 2

// shelf has the disks, sorted by name.
type shelf struct {
	mu    sync.Mutex
	disks []Disk
}

// Handler is a shelf of five disks, the last of them broken.
func Handler() http.Handler {
	s := &shelf{}
	for i := 1; i <= 5; i++ {
		s.disks = append(s.disks, Disk{Name: fmt.Sprintf("disk-%d", i), Serial: fmt.Sprintf("S-%04d", 17*i), SizeGiB: 480 * i, State: Ready})
	}
	s.disks[4].State = Broken
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/disks", s.list)
	mux.HandleFunc("GET /v1/disks/{name}", s.with(s.show))
	mux.HandleFunc("DELETE /v1/disks/{name}", s.with(s.remove))
	mux.HandleFunc("POST /v1/disks/{name}/erase", s.with(s.erase))
	return mux
}

func (s *shelf) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	from = min(max(from, 0), len(s.disks))
	to := min(from+pageSize, len(s.disks))
	page := Page{Disks: s.disks[from:to]}
	if to < len(s.disks) {
		page.Next = "v1/disks?from=" + strconv.Itoa(to)
	}
	answer(w, http.StatusOK, page)
}

// with finds the disk that the path names.
func (s *shelf) with(do func(http.ResponseWriter, int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		name := r.PathValue("name")
		at := slices.IndexFunc(s.disks, func(d Disk) bool { return d.Name == name })
		if at < 0 {
			answer(w, http.StatusNotFound, Failure{fmt.Sprintf("no disk is named %q", name)})
			return
		}
		do(w, at)
	}
}

// show finds a disk that is being erased a quarter further each time.
func (s *shelf) show(w http.ResponseWriter, at int) {
	d := &s.disks[at]
	if d.State == Erasing {
		if d.Erased += 25; d.Erased == 100 {
			d.State = Ready
		}
	}
	answer(w, http.StatusOK, *d)
}

func (s *shelf) erase(w http.ResponseWriter, at int) {
	d := &s.disks[at]
	if d.State != Ready {
		answer(w, http.StatusConflict, Failure{fmt.Sprintf("disk %s cannot be erased: it is %s", d.Name, d.State)})
		return
	}
	d.State, d.Erased = Erasing, 0
	answer(w, http.StatusAccepted, *d)
}

func (s *shelf) remove(w http.ResponseWriter, at int) {
	s.disks = slices.Delete(s.disks, at, at+1)
	w.WriteHeader(http.StatusNoContent)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
