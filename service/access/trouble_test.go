package access_test

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/test/keystone"
)

const (
	cannotBeReached = "Keystone cannot be reached"
	refusesAccount  = "Keystone refuses the service's own account"
)

func TestKeystoneDown(t *testing.T) {
	t.Parallel()
	server := keystone.Start(t, keystone.Options{})
	w := newWorldAt(t, server)
	o := w.options()
	o.AuthURL = server.URL // nothing between: its port is closed later
	o.CacheTTL = 5 * time.Second
	o.Retries = 1
	k := w.open(o)
	known, fresh, bad := w.userToken(), w.userToken(), "no-such-token"
	w.refuses(k, service.Unauthorized, bad)
	began := time.Now()
	w.letsIn(k, known, w.member())
	answered := time.Now()
	server.Stop()

	if time.Since(began) < o.CacheTTL {
		w.letsIn(k, known, w.member())
	}
	w.refuses(k, service.Unavailable, fresh, cannotBeReached)
	w.fails(k.Check(t.Context()), service.Unavailable, cannotBeReached)
	time.Sleep(time.Until(answered.Add(o.CacheTTL)))
	w.refuses(k, service.Unavailable, known, cannotBeReached)
	w.refuses(k, service.Unavailable, bad, cannotBeReached)
}

// The service starts before its Keystone, and the log tells of the beginning
// and the end of the trouble only.
func TestKeystoneComesLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	o := w.options()
	o.AuthURL = "http://" + listener.Addr().String()
	o.Retries = -1
	k := w.open(o)
	token := w.userToken()
	for range 5 {
		w.refuses(k, service.Unavailable, token, cannotBeReached)
	}
	late := httptest.NewUnstartedServer(w.counter.handler)
	_ = late.Listener.Close()
	if late.Listener, err = net.Listen("tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	late.Start()
	defer late.Close()
	w.until("it lets the user in", time.Minute, func() bool {
		caller, err := w.ask(k, token)
		return err == nil && caller == w.member()
	})
	if err := k.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if n := strings.Count(w.log(), "level=ERROR"); n != 1 {
		t.Errorf("%d lines tell of the trouble, want 1:\n%s", n, w.log())
	}
	if n := strings.Count(w.log(), "can be checked again"); n != 1 {
		t.Errorf("%d lines tell of its end, want 1:\n%s", n, w.log())
	}
}

func TestWrongServicePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.options()
	o.Password = w.secret("Wrong-Password-of-the-Service")
	k := w.open(o)
	token := w.userToken()
	for range 20 {
		w.refuses(k, service.Unavailable, token, refusesAccount, "401")
	}
	time.Sleep(1200 * time.Millisecond) // longer than a Keystone that is down is left alone
	w.refuses(k, service.Unavailable, "another", refusesAccount)
	w.fails(k.Check(t.Context()), service.Unavailable, refusesAccount)
	w.counted(1, 0) // an account must not be locked by our knocking
}

func TestServiceWithoutRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account = w.newUser("member")
	k := w.open(w.options())
	w.refuses(k, service.Unavailable, w.userToken(), refusesAccount, "403")
}

func TestServiceTokenIsRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	if err := k.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.revoke(w.counter.ownToken())
	release := w.counter.holdBack()
	defer release()
	const callers = 8
	users := make(chan string, callers)
	for range callers {
		users <- w.userToken()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.together(callers, func() { w.letsIn(k, <-users, w.member()) })
	}()
	w.until("all ask with the revoked token", time.Minute, func() bool {
		_, asked := w.counter.counts()
		return asked == 1+callers
	})
	release()
	<-done
	w.counted(2, 1+2*callers)
	w.revoke(w.counter.ownToken())
	if err := k.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// together calls f at once n times.
func (w *world) together(n int, f func()) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for range n {
		all.Go(func() {
			<-start
			f()
		})
	}
	close(start)
	all.Wait()
}

func TestManyWithOneToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	token := w.userToken()
	w.together(200, func() { w.letsIn(k, token, w.member()) })
	w.counted(1, 1)
	w.together(200, func() { w.refuses(k, service.Unauthorized, "no-such-token") })
	w.refuses(k, service.Unauthorized, "no-such-token")
	w.counted(1, 2)
}

func TestOneCallerGoesAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	token := w.userToken()
	release := w.counter.holdBack()
	defer release()

	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := w.askIn(ctx, k, token)
		first <- err
	}()
	w.until("Keystone is asked", time.Minute, func() bool { _, asked := w.counter.counts(); return asked == 1 })
	second := make(chan error, 1)
	go func() {
		caller, err := w.ask(k, token)
		if err == nil && caller != w.member() {
			err = errors.New("it is somebody else")
		}
		second <- err
	}()
	cancel()
	w.fails(<-first, service.Unavailable, "canceled")
	release()
	if err := <-second; err != nil {
		t.Error(err)
	}
	w.counted(1, 1)
}

func TestSlowKeystone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.options()
	o.HTTPTimeout = time.Second
	o.Retries = -1
	k := w.open(o)
	defer w.counter.holdBack()()
	// The callers here have more patience than the service.
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, err := w.askIn(ctx, k, w.userToken())
	w.fails(err, service.Unavailable, cannotBeReached)
}

func TestRetries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := w.open(w.options())
	if err := k.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.counter.fail(2)
	w.letsIn(k, w.userToken(), w.member())
	w.counted(1, 4)
	w.counter.fail(4)
	w.refuses(k, service.Unavailable, w.userToken(), "Keystone fails", "503")
	w.counted(1, 8)
}
