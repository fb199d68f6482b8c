package access

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

// How long a failed sign-in is believed before the next one is tried. Keystone
// can be told to lock an account that offers a wrong password again and again.
const (
	pauseWhenDown    = time.Second
	pauseWhenRefused = 10 * time.Second
)

// errNoSuchToken says that Keystone does not honour a token: it is unknown to
// it, expired or revoked.
var errNoSuchToken = errors.New("no such token")

// account is the service's own account with Keystone, which may ask about the
// tokens of others. It signs in when that is first needed, and again when its
// token is refused.
type account struct {
	authURL       string // with /v3/
	credentials   tokens.AuthOptions
	region, iface string // empty: authURL is asked
	http          *http.Client
	retry         gophercloud.RetryFunc

	mu       sync.Mutex
	signedIn *gophercloud.ServiceClient // nil before the first sign-in and after drop
	failure  error                      // of the last sign-in
	again    time.Time                  // when the next may be tried
}

func newAccount(o KeystoneOptions) (*account, error) {
	client, err := newHTTPClient(o)
	if err != nil {
		return nil, err
	}
	return &account{
		authURL:     version3(o.AuthURL),
		credentials: o.account(),
		region:      o.Region,
		iface:       o.Interface,
		http:        client,
		retry:       retrying(o.Retries),
	}, nil
}

// version3 gives the URL of version 3 of a Keystone, however its own was
// written. What Keystone says about its versions is not asked for: behind a
// proxy its links often lead nowhere.
func version3(keystone string) string {
	return strings.TrimSuffix(strings.TrimRight(keystone, "/"), "/v3") + "/v3/"
}

// read gives what Keystone knows about a token. The error is errNoSuchToken or
// has the code Unavailable.
func (a *account) read(ctx context.Context, token string) (document, error) {
	return a.readAs(ctx, func(*gophercloud.ServiceClient) string { return token })
}

// check asks Keystone about the account's own token.
func (a *account) check(ctx context.Context) error {
	_, err := a.readAs(ctx, func(own *gophercloud.ServiceClient) string { return own.Token() })
	if errors.Is(err, errNoSuchToken) {
		return unavailable("Keystone refuses the service's own account", "asking about the own token", err)
	}
	return err
}

// readAs asks about the token that the account, once it is signed in, wants to
// ask about. A token that has run out since the last question costs one more.
func (a *account) readAs(ctx context.Context, token func(*gophercloud.ServiceClient) string) (document, error) {
	for first := true; ; first = false {
		client, err := a.client(ctx)
		if err != nil {
			return document{}, err
		}
		result := tokens.Get(ctx, client, token(client))
		if first && gophercloud.ResponseCodeIs(result.Err, http.StatusUnauthorized) {
			a.drop(client)
			continue
		}
		return documentOf(result)
	}
}

// client is signed in, to the best of the account's knowledge. Those who come
// while one signs in wait for what comes of it.
func (a *account) client(ctx context.Context) (*gophercloud.ServiceClient, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.signedIn != nil {
		return a.signedIn, nil
	}
	if time.Now().Before(a.again) {
		return nil, a.failure
	}
	client, err := a.signIn(ctx)
	if err != nil {
		a.failure, a.again = err, time.Now().Add(pauseAfter(err))
		return nil, err
	}
	a.signedIn = client
	return client, nil
}

// pauseAfter is long after an answer, which will be the same next time.
func pauseAfter(err error) time.Duration {
	if a, ok := errors.AsType[answered](err); ok && a.status < http.StatusInternalServerError {
		return pauseWhenRefused
	}
	return pauseWhenDown
}

// drop forgets a client whose token was refused, unless somebody has replaced
// it already.
func (a *account) drop(client *gophercloud.ServiceClient) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.signedIn == client {
		a.signedIn = nil
	}
}

func (a *account) signIn(ctx context.Context) (*gophercloud.ServiceClient, error) {
	result := tokens.Create(ctx, a.connect(a.authURL, ""), &a.credentials)
	token, err := result.ExtractTokenID()
	if err != nil {
		return nil, trouble("signing in to Keystone", err)
	}
	if token == "" {
		return nil, nonsense("signing in to Keystone", errors.New("the answer has no token"))
	}
	endpoint, err := a.endpoint(result)
	if err != nil {
		return nil, err
	}
	return a.connect(endpoint, token), nil
}

// connect makes a client that is never changed, and so needs none of
// gophercloud's locks.
func (a *account) connect(endpoint, token string) *gophercloud.ServiceClient {
	return &gophercloud.ServiceClient{
		Endpoint: endpoint,
		ProviderClient: &gophercloud.ProviderClient{
			HTTPClient: *a.http,
			TokenID:    token,
			RetryFunc:  a.retry,
		},
	}
}

// endpoint is where tokens are asked about.
func (a *account) endpoint(result tokens.CreateResult) (string, error) {
	if a.iface == "" {
		return a.authURL, nil
	}
	catalog, err := result.ExtractServiceCatalog()
	if err != nil {
		return "", nonsense("reading Keystone's catalog", err)
	}
	for _, entry := range catalog.Entries {
		for _, e := range entry.Endpoints {
			inRegion := a.region == "" || a.region == e.Region || a.region == e.RegionID
			if entry.Type == "identity" && e.Interface == a.iface && inRegion {
				return version3(e.URL), nil
			}
		}
	}
	return "", nonsense("reading Keystone's catalog",
		fmt.Errorf("it has no identity endpoint with the interface %s in the region %q", a.iface, a.region))
}
