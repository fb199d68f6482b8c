package session

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/test/keystone"
)

// stage is a real Keystone with a user and a rack-scale service in a region of
// this test. The service asks Keystone about the token of each request, and
// answers with what the token is for.
type stage struct {
	*world
	server *keystone.Server
	admin  *keystone.Client
	user   keystone.User
	region string
}

func newStage(t *testing.T, o *keystone.Options) *stage {
	t.Helper()
	s := &stage{world: newWorld(t), server: keystone.Shared(t)}
	s.admin = s.server.Admin(t)
	if o != nil {
		s.server = keystone.Start(t, *o)
	}
	s.user = s.admin.NewUser("member")
	s.region = s.admin.NewRegion()
	service := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(service.Close)
	s.admin.AddService("rack-scale", s.region, map[string]string{"public": service.URL + "/v1"})
	return s
}

// serve validates the token as keystonemiddleware does.
func (s *stage) serve(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	req, _ := http.NewRequestWithContext(r.Context(), "GET", s.admin.URL()+"/v3/auth/tokens?nocatalog", nil)
	req.Header.Set("X-Auth-Token", s.admin.Token)
	req.Header.Set("X-Subject-Token", r.Header.Get("X-Auth-Token"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var document struct{ Token Token }
	_ = json.NewDecoder(resp.Body).Decode(&document)
	fmt.Fprint(w, what(&document.Token))
}

// what says who a token is for and what for.
func what(t *Token) string {
	text := t.User.Name
	switch {
	case t.Trust != nil:
		text += " by trust in " + t.Project.Name
	case t.Project != nil:
		text += " in " + t.Project.Name
	case t.Domain != nil:
		text += " in domain " + t.Domain.Name
	case t.System["all"]:
		text += " in the system"
	}
	return text
}

// identity is the stage's user with a password, in its project.
func (s *stage) identity(more ...string) Identity {
	id := s.world.identity()
	maps.Copy(id.Auth, map[string]string{
		"auth_url": s.server.URL, "username": s.user.Name, "password": s.user.Password, "project_name": s.user.Project,
	})
	for i := 0; i < len(more); i += 2 {
		if id.Auth[more[i]] = more[i+1]; more[i+1] == "" {
			delete(id.Auth, more[i])
		}
	}
	id.Service = func(name string) (Service, error) {
		return Service{Types: []string{name, "valence"}, Region: s.region}, nil
	}
	return id
}

// asks gives the service's answer.
func (s *stage) asks(session *Session) (string, error) {
	s.t.Helper()
	resp, err := session.Do(s.t.Context(), "rack-scale", plainRequest(s.t, "GET", "/v1/nodes", nil))
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var text [256]byte
	n, _ := resp.Body.Read(text[:])
	return strings.TrimSpace(fmt.Sprintf("%d %s", resp.StatusCode, text[:n])), nil
}

// gets checks the service's answer, and that no secret is shown on the way.
func (s *stage) gets(id Identity, want string) {
	s.t.Helper()
	got, err := s.asks(s.open(id, s.t.TempDir()))
	if err != nil {
		s.t.Errorf("%v (%s)", err, fault.Of(err).Hint)
	} else if got != want {
		s.t.Errorf("the service saw %q, want %q", got, want)
	}
	s.hides(id)
}

// refused checks an error, and that no secret is shown on the way.
func (s *stage) refused(id Identity, code fault.Code, parts ...string) {
	s.t.Helper()
	_, err := s.asks(s.open(id, s.t.TempDir()))
	s.fails(err, code, parts...)
	s.hides(id, err.Error(), fault.Of(err).Hint)
}

func (s *stage) hides(id Identity, texts ...string) {
	s.t.Helper()
	s.lock.Lock()
	defer s.lock.Unlock()
	all := s.logs.String() + strings.Join(texts, "\n")
	for _, secret := range append(id.secrets(), s.user.Password) {
		if strings.Contains(all, secret) {
			s.t.Errorf("%s is shown:\n%s", secret, all)
		}
	}
	if strings.Contains(all, "gAAAAA") {
		s.t.Errorf("a token is shown:\n%s", all)
	}
}
