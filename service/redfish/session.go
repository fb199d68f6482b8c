package redfish

import (
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

// Entry is what the entry point says. A link is empty where it has none.
type Entry struct {
	Systems         string
	Chassis         string
	Fabrics         string
	StorageServices string
	sessions        string
	sessionService  string
	events          string
	expand          string // the query that asks for a collection with its members
	Own             any    // what the driver made of it
}

// Accept looks at the document of the entry point. An error says that it is
// not what the driver speaks to; what it gives is kept with the entry.
type Accept func(root []byte) (own any, err error)

// session is how to sign in. The zero value means that it is not known yet.
type session struct {
	token string
	link  string // of the session, for ending it
	basic bool   // the pod manager has no sessions: Basic it is
}

// basicValue is the credentials as HTTP Basic carries them.
func (c *Client) basicValue() string {
	return base64.StdEncoding.EncodeToString([]byte(c.credentials.Username + ":" + c.credentials.Password))
}

func (c *Client) sign(req *http.Request, token string) {
	if token != "" {
		req.Header.Set("X-Auth-Token", token)
		return
	}
	req.Header.Set("Authorization", "Basic "+c.basicValue())
}

// send sends a request in the session, in a new one where the old one is over:
// in RSD 2.4 a session ends after 60 idle seconds. A request that was answered
// with 401 had no effect, so it may be sent again whatever it is.
func (c *Client) send(ctx context.Context, r Request) (a Answer, token string, err error) {
	if token, err = c.token(ctx, ""); err != nil {
		return Answer{}, "", err
	}
	a, err = c.exchange(ctx, r, token)
	if err != nil || a.Status != http.StatusUnauthorized || token == "" {
		return a, token, err
	}
	if token, err = c.token(ctx, token); err != nil {
		return Answer{}, "", err
	}
	a, err = c.exchange(ctx, r, token)
	return a, token, err
}

// token gives the token of the session, after opening one where there is none
// or only the refused one. It is empty where the pod manager has no sessions.
func (c *Client) token(ctx context.Context, refused string) (string, error) {
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
func (c *Client) enter(ctx context.Context, anew bool) (Entry, error) {
	if c.known != nil && !anew {
		return *c.known, nil
	}
	body, err := c.plain(ctx, Request{Method: http.MethodGet, Link: entryPoint})
	if err != nil {
		return Entry{}, err
	}
	root, err := Decode[rootDocument](body)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		Systems:         root.Systems.ID,
		Chassis:         root.Chassis.ID,
		Fabrics:         root.Fabrics.ID,
		StorageServices: root.StorageServices.ID,
		sessions:        root.Links.Sessions.ID,
		sessionService:  root.SessionService.ID,
		events:          root.EventService.ID,
		expand:          root.Features.ExpandQuery.query(),
	}
	if e.Own, err = c.accept(body); err != nil {
		return Entry{}, err
	}
	c.known = &e
	return e, nil
}

// signIn opens a session, or finds that there are none.
func (c *Client) signIn(ctx context.Context, e Entry) (session, error) {
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
func (c *Client) openSession(ctx context.Context, e Entry) (session, error) {
	none := map[int]service.Code{
		http.StatusNotFound:         service.NotFound,
		http.StatusMethodNotAllowed: service.NotFound,
		http.StatusNotImplemented:   service.NotFound,
	}
	sessions := e.sessions
	if sessions == "" {
		body, err := c.plain(ctx, Request{Method: http.MethodGet, Link: e.sessionService, Means: none})
		if err != nil {
			return session{}, err
		}
		doc, err := Decode[sessionServiceDocument](body)
		if err != nil {
			return session{}, err
		}
		sessions = doc.Sessions.ID
	}
	r := Request{Method: http.MethodPost, Link: sessions, Means: none, Body: map[string]string{
		"UserName": c.credentials.Username,
		"Password": c.credentials.Password,
	}}
	a, err := c.exchange(ctx, r, "")
	if err == nil && a.Status/100 != 2 {
		err = c.refusal(r, a, "")
	}
	if err != nil {
		return session{}, err
	}
	s := session{token: a.Header.Get("X-Auth-Token"), link: c.Location(a.Header)}
	if s.token == "" {
		return session{}, service.Errorf(service.PodFailed, "it opened a session without a token")
	}
	return s, nil
}

// plain reads a document outside any session, with Basic.
func (c *Client) plain(ctx context.Context, r Request) ([]byte, error) {
	a, err := c.exchange(ctx, r, "")
	if err != nil {
		return nil, err
	}
	if a.Status/100 != 2 {
		return nil, c.refusal(r, a, "")
	}
	return a.Body, nil
}

// Entry reads the entry point, once or anew.
func (c *Client) Entry(ctx context.Context, anew bool) (Entry, error) {
	if err := c.lock(ctx); err != nil {
		return Entry{}, err
	}
	defer c.unlock()
	return c.enter(ctx, anew)
}

// close ends the session and lets go of the connections.
func (c *Client) close() error {
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
	r := Request{Method: http.MethodDelete, Link: s.link}
	a, err := c.exchange(ctx, r, s.token)
	if err == nil && a.Status/100 != 2 && a.Status != http.StatusNotFound && a.Status != http.StatusUnauthorized {
		err = c.refusal(r, a, s.token)
	}
	return err
}
