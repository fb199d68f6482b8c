package chaos

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/valence-rsd/valence/core/session"
	"github.com/valence-rsd/valence/sdk/valence"
)

// patience is how long a client waits for one request, with its repetitions.
const patience = 90 * time.Second

// pauses are those of the session between its own repetitions, which are of
// requests that change nothing. A client repeats the others in the same way.
func pauses() []time.Duration {
	return []time.Duration{100 * time.Millisecond, 300 * time.Millisecond, 600 * time.Millisecond}
}

// client is one user of the service, who does one thing after the other. It
// keeps account of what it made.
type client struct {
	*gophercloud.ServiceClient
	w       *world
	name    string
	rand    *rand.Rand
	figures *figures
	asked   atomic.Int64 // requests that went to the session

	made                    []*thing
	nodes, flavors, volumes hand
}

func newClient(w *world, s *session.Session, number int) (*client, error) {
	c := &client{w: w, name: fmt.Sprint("c", number), figures: newFigures()}
	var err error
	c.ServiceClient, err = valence.NewClient("http://"+valence.ServiceType, &http.Client{Transport: &tunnel{s, &c.asked}})
	return c, err
}

// tunnel leads requests through a session, as the shell leads those of its
// plugins.
type tunnel struct {
	session *session.Session
	asked   *atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (t *tunnel) RoundTrip(req *http.Request) (*http.Response, error) {
	t.asked.Add(1)
	out := req.Clone(req.Context())
	out.URL = &url.URL{Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	return t.session.Do(req.Context(), valence.ServiceType, out)
}

// send makes a request for which the client library has no function.
func (c *client) send(ctx context.Context, method string, path []string, body, into any, headers map[string]string) error {
	_, err := c.Request(ctx, method, c.ServiceURL(path...), &gophercloud.RequestOpts{
		JSONBody: body, JSONResponse: into, MoreHeaders: headers, OkCodes: []int{http.StatusOK, http.StatusNoContent},
	})
	return valence.RequestError(method, c.ServiceURL(path...), err)
}

// read makes a request that changes nothing; the session repeats it.
func (c *client) read(ctx context.Context, kind string, call func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	err := call(ctx)
	c.figures.add(kind, time.Since(began), err)
	return err
}

// ending is how a request ended that was to change something.
type ending struct {
	err    error
	unsure bool // it failed, and may have been done all the same
}

// write makes a request that changes something, and repeats it as the session
// repeats others. The call is told whether it may have been done already: then
// it has to be one that finds that out, or does nothing twice.
func (c *client) write(ctx context.Context, kind string, call func(ctx context.Context, again bool) error) ending {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	var e ending
	for n := 0; ; n++ {
		e.err = call(ctx, e.unsure)
		status := statusOf(e.err)
		e.unsure = e.err != nil && (e.unsure || status == 0 || status >= 500)
		if e.err == nil || !passing(status) || n == len(pauses()) || ctx.Err() != nil {
			break
		}
		c.figures.repeated()
		time.Sleep(pauses()[n])
	}
	c.figures.add(kind, time.Since(began), e.err)
	return e
}

// passing says whether such a failure is one that the session repeats.
func passing(status int) bool {
	return slices.Contains([]int{0, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, status)
}

// statusOf is the status that an error came with; 0 where there was no answer.
func statusOf(err error) int {
	var answer *valence.Error
	if errors.As(err, &answer) {
		return answer.Status
	}
	return 0
}

// doneBefore takes what is not there any more for deleted, where an earlier
// request may have done that.
func doneBefore(err error, again bool) error {
	if again && statusOf(err) == http.StatusNotFound {
		return nil
	}
	return err
}
