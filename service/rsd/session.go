package rsd

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/valence-rsd/valence/service"
)

// closeTimeout bounds the signing out.
const closeTimeout = 5 * time.Second

// entryPoint is where every Redfish service starts. Without a slash at its
// end: not every RSD pod manager takes one.
const entryPoint = "/redfish/v1"

// entry is what the entry point says.
type entry struct {
	dialect        dialect
	nodes          string
	sessions       string // this and the following are empty where the entry point does not link them
	sessionService string
	systems        string
	chassis        string
	fabrics        string
	storage        string
}

// session is how to sign in. The zero value means that it is not known yet.
type session struct {
	token string
	link  string // of the session, for ending it
	basic bool   // the pod manager has no sessions: Basic it is
}

// basicValue is the credentials as HTTP Basic carries them.
func (c *client) basicValue() string {
	return base64.StdEncoding.EncodeToString([]byte(c.credentials.Username + ":" + c.credentials.Password))
}

func (c *client) sign(req *http.Request, token string) {
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
		return
	}
	req.Header.Set("Authorization", "Basic "+c.basicValue())
}

// send sends a request in the session, in a new one where the old one is over:
// in RSD 2.4 a session ends after 60 idle seconds. A request that was answered
// with 401 had no effect, so it may be sent again whatever it is.
func (c *client) send(ctx context.Context, r request) (a answer, token string, err error) {
	if token, err = c.token(ctx, ""); err != nil {
		return answer{}, "", err
	}
	a, err = c.exchange(ctx, r, token)
	if err != nil || a.status != http.StatusUnauthorized || token == "" {
		return a, token, err
	}
	if token, err = c.token(ctx, token); err != nil {
		return answer{}, "", err
	}
	a, err = c.exchange(ctx, r, token)
	return a, token, err
}

// token gives the token of the session, after opening one where there is none
// or only the refused one. It is empty where the pod manager has no sessions.
func (c *client) token(ctx context.Context, refused string) (string, error) {
	if err := c.lock(ctx); err != nil {
		return "", err
	}
	defer c.unlock()
	if refused != "" && c.auth.token == refused {
		c.auth = session{}
	}
	if c.auth.basic || c.auth.token != "" {
		return c.auth.token, nil
	}
	e, err := c.enter(ctx, false)
	if err != nil {
		return "", err
	}
	s, err := c.signIn(ctx, e)
	if err == nil {
		c.auth = s
	}
	return s.token, err
}

// enter reads the entry point, once or anew. The caller holds the gate.
func (c *client) enter(ctx context.Context, anew bool) (entry, error) {
	if c.entry != nil && !anew {
		return *c.entry, nil
	}
	root, err := plain[rootDocument](ctx, c, request{method: http.MethodGet, link: entryPoint})
	if err != nil {
		return entry{}, err
	}
	d, known := dialectOf(root.Oem.Intel.APIVersion)
	if !known {
		return entry{}, service.Errorf(service.PodFailed, "it speaks RSD API %s, and this driver speaks 2.1 to 2.4",
			c.scrub(root.Oem.Intel.APIVersion, ""))
	}
	e := entry{
		dialect:        d,
		nodes:          cmp.Or(root.Oem.Intel.Nodes.ID, root.Nodes.ID),
		sessions:       root.Links.Sessions.ID,
		sessionService: root.SessionService.ID,
		systems:        root.Systems.ID,
		chassis:        root.Chassis.ID,
		fabrics:        root.Fabrics.ID,
		storage:        root.StorageServices.ID,
	}
	if e.nodes == "" {
		return entry{}, service.Errorf(service.PodFailed, "it is not an RSD pod manager: its entry point does not link any nodes")
	}
	c.entry = &e
	return e, nil
}

// signIn opens a session, or finds that there are none.
func (c *client) signIn(ctx context.Context, e entry) (session, error) {
	if e.sessionService == "" {
		return session{basic: true}, nil
	}
	s, err := c.openSession(ctx, e)
	if service.CodeOf(err) == service.NotFound {
		return session{basic: true}, nil
	}
	return s, err
}

// openSession is NotFound where the pod manager turns out to have no sessions:
// documents of RSD 2.1 link a SessionService that the software did not have.
func (c *client) openSession(ctx context.Context, e entry) (session, error) {
	none := map[int]service.Code{
		http.StatusNotFound:         service.NotFound,
		http.StatusMethodNotAllowed: service.NotFound,
		http.StatusNotImplemented:   service.NotFound,
	}
	sessions := e.sessions
	if sessions == "" {
		doc, err := plain[sessionServiceDocument](ctx, c, request{method: http.MethodGet, link: e.sessionService, means: none})
		if err != nil {
			return session{}, err
		}
		sessions = doc.Sessions.ID
	}
	r := request{method: http.MethodPost, link: sessions, means: none, body: map[string]string{
		"UserName": c.credentials.Username,
		"Password": c.credentials.Password,
	}}
	a, err := c.exchange(ctx, r, "")
	if err == nil && a.status/100 != 2 {
		err = c.refusal(r, a, "")
	}
	if err != nil {
		return session{}, err
	}
	s := session{token: a.header.Get("X-Auth-Token"), link: c.location(a.header)}
	if s.token == "" {
		return session{}, service.Errorf(service.PodFailed, "it opened a session without a token")
	}
	return s, nil
}

// plain reads a document outside any session, with Basic.
func plain[T any](ctx context.Context, c *client, r request) (T, error) {
	var none T
	a, err := c.exchange(ctx, r, "")
	if err != nil {
		return none, err
	}
	if a.status/100 != 2 {
		return none, c.refusal(r, a, "")
	}
	return decode[T](a.body)
}

// entryOf is enter for those who do not hold the gate.
func (c *client) entryOf(ctx context.Context, anew bool) (entry, error) {
	if err := c.lock(ctx); err != nil {
		return entry{}, err
	}
	defer c.unlock()
	return c.enter(ctx, anew)
}

// close ends the session and lets go of the connections.
func (c *client) close() error {
	// A context of its own: closing has to work when all others have ended.
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	defer c.http.CloseIdleConnections()
	if err := c.lock(ctx); err != nil {
		return err
	}
	defer c.unlock()
	s := c.auth
	c.auth = session{}
	if s.link == "" {
		return nil
	}
	r := request{method: http.MethodDelete, link: s.link}
	a, err := c.exchange(ctx, r, s.token)
	if err == nil && a.status/100 != 2 && a.status != http.StatusNotFound && a.status != http.StatusUnauthorized {
		err = c.refusal(r, a, s.token)
	}
	return err
}
