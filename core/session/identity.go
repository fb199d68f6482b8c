package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/url"
	"strings"
	"time"
)

// Identity is who signs in where, and what was settled about the services.
type Identity struct {
	Cloud    string            // its name, for messages; empty: none was named
	AuthType string            // as in clouds.yaml: password, v3totp, none, …
	Auth     map[string]string // auth_url, username, password, …: keys as in clouds.yaml
	Methods  []string          // the auth_methods of v3multifactor
	TLS      TLS
	Problem  error         // why it cannot be used, or nil
	Timeout  time.Duration // to wait for an answer to begin; 0 is for ever
	IPv4     bool          // do not use IPv6

	// Complete gives Auth with what was still missing, asked of the person
	// perhaps. It is called when a token is needed and not cached. Nil: Auth is
	// complete.
	Complete func() (map[string]string, error)
	// Service gives the settings of a service. It must not be nil.
	Service func(name string) (Service, error)
}

// TLS is how the other side is checked, and how we show who we are. The paths
// are those of PEM files.
type TLS struct {
	Insecure bool   // check nothing
	CA       string // of the certificates to trust; empty: the system's
	Cert     string // of our certificate; empty: none
	Key      string // of its key; empty: it is in Cert
}

// Service is where a service is looked for.
type Service struct {
	Types      []string // names of its type in the catalog
	Name       string   // in the catalog; empty: any
	Interfaces []string // public, internal or admin, the first that there is wins; empty: public
	Region     string   // empty: any, but then there must not be two
	Endpoint   *url.URL // instead of the catalog's

	// How often to try again after no connection and after a passing failure;
	// nil: as often as Options say. And the pause before, 0: as they say.
	ConnectRetries, StatusRetries *int
	RetryDelay                    time.Duration
}

// name is the cloud in a sentence.
func (id Identity) name() string {
	if id.Cloud == "" {
		return "the cloud"
	}
	return `cloud "` + id.Cloud + `"`
}

// secrets are the values that must not be shown.
func (id Identity) secrets() []string {
	var values []string
	for key, value := range id.Auth {
		if sensitive(key) && value != "" {
			values = append(values, value)
		}
	}
	return values
}

// cacheKey names the cached token: the same for the same person, scope and
// Keystone, different for any other.
//
// Nothing can be learnt of a password from the name, for none goes in: a hash of
// one can be guessed at for as long as the file lies there, in backups too. A
// token, when one is what signs in, says who signs in, so its hash goes in; it
// is too long to be guessed.
func (id Identity) cacheKey() string {
	who := map[string]any{"auth_type": kind(id.AuthType), "methods": id.Methods}
	for key, value := range id.Auth {
		if !sensitive(key) {
			who[key] = value
		}
	}
	who["auth_url"] = strings.TrimRight(id.Auth["auth_url"], "/")
	if token := id.Auth["token"]; token != "" {
		who["token"] = hash(token)
	}
	text, _ := json.Marshal(who) // strings only; the keys are sorted
	return hash(string(text))
}

// check tells a changed password from the one that a cached token was got with,
// so that the old token is not used with it: 16 bits of a hash. They are few on
// purpose. Whoever gets hold of the file learns no more than those 16 bits, with
// which no guess at the password can be confirmed; a wrong password passes one
// time in 65536, for the user's own token. A passcode is used once and does not
// count. Empty: there is no secret yet, the person would be asked.
func (id Identity) check() string {
	secret := id.Auth["password"] + id.Auth["application_credential_secret"]
	if secret == "" {
		return ""
	}
	return hash("valence token cache\x00" + id.cacheKey() + "\x00" + secret)[:4]
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// complete is the identity with all that signing in takes.
func (id Identity) complete() (Identity, error) {
	if id.Complete != nil {
		auth, err := id.Complete()
		if err != nil {
			return id, err
		}
		id.Auth = auth
	}
	id.Auth = maps.Clone(id.Auth)
	return id, nil
}
