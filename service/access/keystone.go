package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/valence-rsd/valence/service"
)

// The bounds of what is taken and kept. Keystone makes tokens of some 200
// bytes; together with the service's own a longer one than this would not fit
// into the 4096 bytes that uwsgi, as it comes, reads of a request, and look as
// if Keystone were gone. Refused tokens are remembered apart from good ones,
// which a flood of them could otherwise push out.
const (
	maxToken   = 2048
	maxKnown   = 10_000
	maxRefused = 1_000
	refusedFor = 3 * time.Second
)

// tokenHeader is where OpenStack's clients put their token.
const tokenHeader = "X-Auth-Token"

// Keystone lets those in whose token a Keystone honours. It is safe for
// concurrent use.
type Keystone struct {
	account   *account
	roles     roles
	cacheTTL  time.Duration
	challenge string
	log       *slog.Logger

	known, refused *cache
	asking         singleflight.Group // by key
	failing        atomic.Bool        // what the log was told last
}

// NewKeystone checks the options and reads the certificates. Keystone itself is
// asked when the first caller comes, so that the service may start before it.
// What is wrong with the options is said all at once, each by its name.
func NewKeystone(o KeystoneOptions) (*Keystone, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("section keystone_authtoken: %w", err)
	}
	account, err := newAccount(o)
	if err != nil {
		return nil, fmt.Errorf("section keystone_authtoken: %w", err)
	}
	return &Keystone{
		account:   account,
		roles:     newRoles(o),
		cacheTTL:  o.CacheTTL,
		challenge: fmt.Sprintf("Keystone uri=%q", o.WWWAuthenticateURI),
		log:       o.Logger,
		known:     newCache(maxKnown),
		refused:   newCache(maxRefused),
	}, nil
}

// Challenge tells callers where to sign in.
func (k *Keystone) Challenge() string { return k.challenge }

// Caller says whose token the request carries in X-Auth-Token. The error is
// Unauthorized where there is none, or none that Keystone honours, and
// Unavailable where Keystone cannot be asked: nobody is let in on a guess. A
// caller whose roles mean nothing here has NoRole. A token of an application
// credential with access rules is not honoured: nothing here judges the rules.
// No error has a token in it.
func (k *Keystone) Caller(r *http.Request) (service.Caller, error) {
	token, err := tokenOf(r)
	if err != nil {
		return service.Caller{}, err
	}
	key := keyOf(token)
	if caller, err, ok := k.recall(key); ok {
		return caller, err
	}
	return k.validate(r.Context(), key, token)
}

// Check says whether Keystone can be reached and honours the service's own
// token, after signing in if need be. The error is Unavailable.
func (k *Keystone) Check(ctx context.Context) error {
	_, err := k.together(ctx, "own token", func(ctx context.Context) (service.Caller, error) {
		err := k.account.check(ctx)
		k.note(ctx, err)
		return service.Caller{}, err
	})
	return err
}

// Close closes the connections that are idle.
func (k *Keystone) Close() error {
	k.account.http.CloseIdleConnections()
	return nil
}

// tokenOf gives the token of a request. Whatever no Keystone can have made is
// refused here: it costs no question, and nothing odd travels on.
func tokenOf(r *http.Request) (string, error) {
	values := r.Header.Values(tokenHeader)
	if len(values) == 0 || values[0] == "" {
		return "", service.Errorf(service.Unauthorized, "the request has no %s header; expected a token of Keystone's", tokenHeader)
	}
	if len(values) > 1 || len(values[0]) > maxToken || !visible(values[0]) {
		return "", service.Errorf(service.Unauthorized,
			"the %s header is malformed; expected one token of at most %d visible ASCII characters", tokenHeader, maxToken)
	}
	return values[0], nil
}

func visible(token string) bool {
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return false
		}
	}
	return true
}

// recall gives the answer of a moment ago, if there is one.
func (k *Keystone) recall(key key) (caller service.Caller, err error, ok bool) {
	if caller, ok := k.known.get(key); ok {
		return caller, nil, true
	}
	if _, ok := k.refused.get(key); ok {
		return service.Caller{}, notHonoured(), true
	}
	return service.Caller{}, nil, false
}

// validate asks Keystone about a token, unless somebody has while this one came.
func (k *Keystone) validate(ctx context.Context, key key, token string) (service.Caller, error) {
	return k.together(ctx, string(key[:]), func(ctx context.Context) (service.Caller, error) {
		if caller, err, ok := k.recall(key); ok {
			return caller, err
		}
		return k.ask(ctx, key, token)
	})
}

// together asks once for all who come with the same key in the meantime. The
// asking does not end with the one who began it: others may wait for it.
func (k *Keystone) together(ctx context.Context, key string, ask func(context.Context) (service.Caller, error)) (service.Caller, error) {
	lasting := context.WithoutCancel(ctx)
	answer := k.asking.DoChan(key, func() (any, error) { return ask(lasting) })
	select {
	case <-ctx.Done():
		return service.Caller{}, unavailable("Keystone has not answered in time", "waiting for Keystone", context.Cause(ctx))
	case result := <-answer:
		return result.Val.(service.Caller), result.Err
	}
}

// ask asks Keystone about a token and remembers what it says, if it says
// anything.
func (k *Keystone) ask(ctx context.Context, key key, token string) (service.Caller, error) {
	d, err := k.account.read(ctx, token)
	if err == nil && !time.Now().Before(d.ExpiresAt) {
		err = errNoSuchToken
	}
	if errors.Is(err, errNoSuchToken) {
		k.note(ctx, nil)
		k.refused.put(key, service.Caller{}, time.Now().Add(min(refusedFor, k.cacheTTL)))
		return service.Caller{}, notHonoured()
	}
	k.note(ctx, err)
	if err != nil {
		return service.Caller{}, err
	}
	caller := k.roles.caller(d)
	until := time.Now().Add(k.cacheTTL)
	if d.ExpiresAt.Before(until) {
		until = d.ExpiresAt
	}
	k.known.put(key, caller, until)
	return caller, nil
}

func notHonoured() error {
	return service.Errorf(service.Unauthorized, "the token is unknown, expired or revoked; sign in again")
}

// note tells the log when Keystone begins to fail and when it has stopped: once
// each, however many callers come in between.
func (k *Keystone) note(ctx context.Context, err error) {
	if failing := err != nil; k.failing.Swap(failing) == failing {
		return
	}
	if err != nil {
		k.log.ErrorContext(ctx, "tokens cannot be checked", "error", err)
	} else {
		k.log.InfoContext(ctx, "tokens can be checked again")
	}
}
