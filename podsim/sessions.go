package podsim

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// sessionStore holds the sessions of signed-in clients. Tokens are kept as hashes, so looking one up does not take
// longer the more of it is right.
type sessionStore struct {
	timeout time.Duration

	mu      sync.Mutex
	byToken map[[sha256.Size]byte]*session
}

type session struct {
	id      string
	user    string
	started time.Time
	used    time.Time
}

func (s session) uri() string { return sessionsURI + "/" + s.id }

func newSessionStore(timeout time.Duration) *sessionStore {
	return &sessionStore{timeout: timeout, byToken: map[[sha256.Size]byte]*session{}}
}

// create starts a session and returns it with its token.
func (s *sessionStore) create(user string) (session, string) {
	token := rand.Text()
	now := time.Now()
	created := session{id: uuid.NewString(), user: user, started: now, used: now}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	s.byToken[sha256.Sum256([]byte(token))] = &created
	return created, token
}

// touch tells whether the token is that of a living session, and keeps it alive.
func (s *sessionStore) touch(token string) bool {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(now)
	found, ok := s.byToken[sha256.Sum256([]byte(token))]
	if ok {
		found.used = now
	}
	return ok
}

// expire drops the sessions that were idle for too long. The caller holds the mutex.
func (s *sessionStore) expire(now time.Time) {
	for token, one := range s.byToken {
		if now.Sub(one.used) > s.timeout {
			delete(s.byToken, token)
		}
	}
}

// all lists the living sessions, oldest first.
func (s *sessionStore) all() []session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire(time.Now())
	var all []session
	for _, one := range s.byToken {
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b session) int {
		return cmp.Or(a.started.Compare(b.started), cmp.Compare(a.id, b.id))
	})
	return all
}

// clear ends all sessions.
func (s *sessionStore) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.byToken)
}

// remove ends a session; it returns false when there is none with that id.
func (s *sessionStore) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, one := range s.byToken {
		if one.id == id {
			delete(s.byToken, token)
			return true
		}
	}
	return false
}

func (s *Simulator) sessionRoutes(mux *http.ServeMux) {
	s.handle(mux, sessionServiceURI, methods{"GET": s.getSessionService})
	s.handle(mux, sessionsURI, methods{"GET": s.listSessions, "POST": s.createSession})
	s.handle(mux, sessionsURI+"/{session}", methods{"GET": s.getSession, "DELETE": s.deleteSession})
}

type sessionServiceBody struct {
	header
	Status         serviceStatus `json:"Status"`
	ServiceEnabled bool          `json:"ServiceEnabled"`
	SessionTimeout int           `json:"SessionTimeout"` // seconds
	Sessions       link          `json:"Sessions"`
}

type serviceStatus struct {
	State  string `json:"State"`
	Health string `json:"Health"`
}

type sessionBody struct {
	header
	UserName string `json:"UserName"`
}

func newSessionBody(one session) sessionBody {
	return sessionBody{
		header:   newHeader("Session", "v1_0_0", one.uri(), one.id, "User Session", "User Session"),
		UserName: one.user,
	}
}

func (s *Simulator) getSessionService(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, sessionServiceBody{
		header: newHeader("SessionService", "v1_1_2", sessionServiceURI,
			"SessionService", "Session Service", "Session Service"),
		Status:         serviceStatus{"Enabled", healthOK},
		ServiceEnabled: true,
		SessionTimeout: int(s.opts.SessionTimeout.Seconds()),
		Sessions:       link{sessionsURI},
	})
	return nil
}

func (s *Simulator) listSessions(w http.ResponseWriter, _ *http.Request) error {
	members := []link{}
	for _, one := range s.sessions.all() {
		members = append(members, link{one.uri()})
	}
	writeJSON(w, http.StatusOK, newCollection("Session", sessionsURI, members))
	return nil
}

type sessionRequest struct {
	UserName *string `json:"UserName"`
	Password *string `json:"Password"`
}

func (s *Simulator) createSession(w http.ResponseWriter, r *http.Request) error {
	var req sessionRequest
	if err := decodeStrict(r, &req); err != nil {
		return err
	}
	if req.UserName == nil || req.Password == nil {
		return refuse(badPayload, "UserName and Password are needed")
	}
	if !s.knows(*req.UserName, *req.Password) {
		return refuse(notSignedIn)
	}
	created, token := s.sessions.create(*req.UserName)
	w.Header().Set("X-Auth-Token", token)
	w.Header().Set("Location", created.uri())
	writeJSON(w, http.StatusCreated, newSessionBody(created))
	return nil
}

func (s *Simulator) getSession(w http.ResponseWriter, r *http.Request) error {
	for _, one := range s.sessions.all() {
		if one.id == r.PathValue("session") {
			writeJSON(w, http.StatusOK, newSessionBody(one))
			return nil
		}
	}
	return refuse(unknownEndpoint)
}

func (s *Simulator) deleteSession(w http.ResponseWriter, r *http.Request) error {
	if !s.sessions.remove(r.PathValue("session")) {
		return refuse(unknownEndpoint)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
