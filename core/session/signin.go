package session

import (
	"context"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/core/fault"
)

// patience is how long Keystone may take over signing in.
const patience = time.Minute

// ready gathers what signing in takes. The person may be asked for some of it.
func (s *Session) ready() (request, error) {
	ways, err := methods(s.id.AuthType, s.id.Methods)
	if err != nil {
		return request{}, err
	}
	id, err := s.id.complete()
	s.hide(id.secrets()...)
	return request{auth: id.Auth, methods: ways}, err
}

// signIn gets a token from Keystone. Its errors are those of package fault.
func (s *Session) signIn(ctx context.Context, r request) (*Token, error) {
	base, guessed, err := versioned(r.auth["auth_url"])
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	result := s.ask(limited, base, r, "")
	if guessed && absent(result.Err) {
		// Only now a request is spent on asking where it is.
		if base, err = s.discover(limited, r.auth["auth_url"]); err != nil {
			return nil, s.refusal(ctx, err)
		}
		result = s.ask(limited, base, r, "")
	}
	if given, ok := receiptOf(result.Err); ok {
		if result, err = s.goOn(limited, base, r, given); err != nil {
			return nil, err
		}
	}
	return s.granted(ctx, result)
}

// versioned is the address of Identity v3 that an auth_url means, and whether
// that is a guess: nearly every Keystone has it below /v3, so asking where it is
// would cost most people a request.
func versioned(authURL string) (base string, guessed bool, err error) {
	u, err := url.Parse(authURL)
	hint := "it is the address of Keystone, such as https://host:5000/v3"
	switch {
	case authURL == "":
		return "", false, fault.New(fault.Denied, "cannot sign in: there is no auth_url").WithHint("%s", hint)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", false, fault.New(fault.Failed, "auth_url is not a URL").WithHint("%s", hint)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		// It would end up in logs and in the words of errors.
		return "", false, fault.New(fault.Failed, "auth_url holds more than a host and a path").WithHint("%s", hint)
	}
	base = strings.TrimRight(authURL, "/")
	switch version := regexp.MustCompile(`/v(\d+)(\.\d+)?$`).FindStringSubmatch(strings.TrimRight(u.Path, "/")); {
	case version == nil:
		return base + "/v3", true, nil
	case version[1] != "3":
		return "", false, fault.New(fault.Failed, "auth_url names version %s of the Identity API, valence speaks version 3", version[1]).
			WithHint("%s", hint)
	}
	return base, false, nil
}

// keystone is gophercloud's client of an Identity v3 API, with further headers.
func (s *Session) keystone(base string, headers map[string]string) *gophercloud.ServiceClient {
	all := map[string]string{"User-Agent": s.options.UserAgent, requestID: "req-" + uuid.NewString()}
	maps.Copy(all, headers)
	return &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{HTTPClient: *s.client},
		Endpoint:       base + "/",
		MoreHeaders:    all,
	}
}

// ask sends the request for a token, with a receipt for what was proved before.
func (s *Session) ask(ctx context.Context, base string, r request, receipt string) tokens.CreateResult {
	headers := map[string]string{}
	if receipt != "" {
		headers[receiptHeader] = receipt
	}
	return tokens.Create(ctx, s.keystone(base, headers), r)
}

// granted is the token of an answer.
func (s *Session) granted(ctx context.Context, result tokens.CreateResult) (*Token, error) {
	if result.Err != nil {
		return nil, s.refusal(ctx, result.Err)
	}
	t := &Token{}
	if err := result.ExtractInto(t); err != nil {
		return nil, s.refusal(ctx, err)
	}
	if t.ID = result.Header.Get("X-Subject-Token"); t.ID == "" {
		return nil, s.notKeystone("its answer holds no token")
	}
	s.hide(t.ID)
	s.options.Log.Info("signed in", "user", t.User.Name, "expires", t.ExpiresAt)
	return t, nil
}

// discover asks Keystone where its v3 API is. Of the answer only the path is
// taken: behind a proxy its host is often wrong, and what proves who one is goes
// to nobody but the host that auth_url names.
func (s *Session) discover(ctx context.Context, authURL string) (string, error) {
	var answer struct {
		Versions struct {
			Values []struct {
				ID    string
				Links []struct{ Rel, Href string }
			}
		}
	}
	options := &gophercloud.RequestOpts{OkCodes: []int{200, 300}}
	if _, err := s.keystone(authURL, nil).Get(ctx, authURL, &answer, options); err != nil { //nolint:bodyclose // gophercloud has closed it
		return "", err
	}
	for _, v := range answer.Versions.Values {
		for _, link := range v.Links {
			if !strings.HasPrefix(v.ID, "v3") || link.Rel != "self" {
				continue
			}
			if u, err := url.Parse(link.Href); err == nil {
				base, _ := url.Parse(authURL) // it was parsed before
				return strings.TrimRight(base.ResolveReference(&url.URL{Path: u.Path}).String(), "/"), nil
			}
		}
	}
	return "", s.notKeystone("it offers no version 3 of the Identity API")
}
