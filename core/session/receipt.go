package session

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/valence-rsd/valence/core/fault"
)

// receiptHeader carries a receipt, both ways.
const receiptHeader = "Openstack-Auth-Receipt"

// receipt is what Keystone gives to a user who has proved something, but not
// yet enough (Identity API v3, "Multi-Factor Authentication").
type receipt struct {
	id      string // secret
	Receipt struct {
		Methods []string
	}
	Required [][]string `json:"required_auth_methods"` // one of these sets will do
}

func receiptOf(err error) (receipt, bool) {
	var answer gophercloud.ErrUnexpectedResponseCode
	if !errors.As(err, &answer) || answer.Actual != http.StatusUnauthorized {
		return receipt{}, false
	}
	r := receipt{id: answer.ResponseHeader.Get(receiptHeader)}
	return r, r.id != "" && json.Unmarshal(answer.Body, &r) == nil && len(r.Required) > 0
}

// left is what is still to be proved for a set.
func (r receipt) left(set []string) []string {
	return slices.DeleteFunc(slices.Clone(set), func(m string) bool { return slices.Contains(r.Receipt.Methods, m) })
}

// goOn proves what is left for the first set for which that is possible.
func (s *Session) goOn(ctx context.Context, base string, r request, given receipt) (tokens.CreateResult, error) {
	for _, set := range given.Required {
		left := given.left(set)
		auth, ok, err := s.provable(r.auth, left)
		if err != nil {
			return tokens.CreateResult{}, err
		}
		if ok {
			return s.ask(ctx, base, request{auth: auth, methods: left}, given.id), nil
		}
	}
	set := append(slices.Clone(given.Receipt.Methods), given.left(given.Required[0])...)
	return tokens.CreateResult{}, fault.New(fault.Denied, "cannot sign in to %s: Keystone wants more than the %s, also the %s",
		s.id.name(), strings.Join(given.Receipt.Methods, " and the "), strings.Join(given.left(set), " and the ")).
		WithHint("set auth_type to v3multifactor and auth_methods to v3%s", strings.Join(set, ",v3"))
}

// provable gives the secrets for some methods, if they can be had. A passcode
// is asked for where that is possible.
func (s *Session) provable(auth map[string]string, methods []string) (map[string]string, bool, error) {
	secret := map[string]string{"password": "password", "totp": "passcode", "token": "token"}
	auth = maps.Clone(auth)
	for _, m := range methods {
		key := secret[m]
		if m == "totp" && auth[key] == "" && s.options.Prompt != nil {
			code, err := s.options.Prompt("TOTP passcode: ", true)
			if err != nil {
				return nil, false, err
			}
			auth[key] = code
			s.hide(code)
		}
		if key == "" || auth[key] == "" {
			return nil, false, nil
		}
	}
	return auth, true, nil
}
