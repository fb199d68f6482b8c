package access

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

// KeystoneOptions are what Valence takes of keystonemiddleware's section
// [keystone_authtoken], whose names errors use. AuthURL and an account are
// required; everywhere else zero has a meaning of its own. Where something can
// be given by id and by name, the id is taken.
type KeystoneOptions struct {
	AuthURL            string // of Keystone, with or without /v3: only version 3 is spoken
	WWWAuthenticateURI string // where callers sign in, if that is not AuthURL

	// AuthType is password (the default), v3password, which is the same, or
	// v3applicationcredential. The account needs Keystone's role service or
	// admin: it asks about the tokens of others.
	AuthType string

	Username, UserID                   string
	UserDomainName, UserDomainID       string
	Password                           string
	ProjectName, ProjectID             string // that the account's role is in; not for an application credential
	ProjectDomainName, ProjectDomainID string
	ApplicationCredentialID            string // or its name, with the user that it belongs to
	ApplicationCredentialName          string
	ApplicationCredentialSecret        string

	// Region and Interface (public, internal or admin) choose from the catalog
	// the endpoint that is asked about tokens. With neither that is AuthURL;
	// with a region alone the interface is internal.
	Region, Interface string

	CAFile            string // PEM; the only authorities that are trusted. Empty: the system's
	CertFile, KeyFile string // PEM; a client's certificate, for a Keystone that wants one
	Insecure          bool   // accept any certificate

	// CacheTTL is how long an answer about a token may be used again, and so
	// how long a revoked token may go on working. Zero: 300 s, as
	// token_cache_time; negative: not at all.
	CacheTTL time.Duration
	// HTTPTimeout is http_connect_timeout, here for a whole request. Zero: 10 s.
	HTTPTimeout time.Duration
	// Retries is http_request_max_retries, of a request that did not get
	// through. Zero: 3; negative: none.
	Retries int

	// The names of the roles, in any case. Where they are nil it is the one
	// that Keystone itself comes with: admin, member, reader.
	AdminRoles, MemberRoles, ReaderRoles []string

	// Logger is told when Keystone stops being of use, why, and when it is
	// again. nil: nobody is.
	Logger *slog.Logger
}

func (o KeystoneOptions) withDefaults() KeystoneOptions {
	if o.WWWAuthenticateURI == "" {
		o.WWWAuthenticateURI = o.AuthURL
	}
	if o.AuthType == "" {
		o.AuthType = "password"
	}
	if o.Region != "" && o.Interface == "" {
		o.Interface = "internal"
	}
	if o.CacheTTL == 0 {
		o.CacheTTL = 300 * time.Second
	}
	if o.HTTPTimeout == 0 {
		o.HTTPTimeout = 10 * time.Second
	}
	if o.Retries == 0 {
		o.Retries = 3
	}
	for roles, name := range map[*[]string]string{&o.AdminRoles: "admin", &o.MemberRoles: "member", &o.ReaderRoles: "reader"} {
		if *roles == nil {
			*roles = []string{name}
		}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// validate names the option that would fail later. No value of an option that
// may be a secret is in its errors.
func (o KeystoneOptions) validate() error {
	return errors.Join(
		checkURL("auth_url", o.AuthURL),
		checkURL("www_authenticate_uri", o.WWWAuthenticateURI),
		o.checkAccount(),
		oneOf("interface", o.Interface, "", "public", "internal", "admin"),
		o.checkCertificate(),
		o.checkTimeout(),
	)
}

// checkURL wants a URL that can be shown: neither errors nor the challenge hide
// a part of it.
func checkURL(name, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("option %s is not the URL of a Keystone; expected one like https://host:5000/v3", name)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("option %s has a user, a query or a fragment; expected a URL without", name)
	}
	return nil
}

func (o KeystoneOptions) checkAccount() error {
	const password, credential = "password", "v3applicationcredential"
	if err := oneOf("auth_type", o.AuthType, password, "v3password", credential); err != nil {
		return err
	}
	var missing error
	need := func(what string, given ...string) {
		for _, value := range given {
			if value != "" {
				return
			}
		}
		missing = errors.Join(missing, fmt.Errorf("option %s is empty; auth_type %s needs it", what, o.AuthType))
	}
	if o.AuthType == credential {
		need("application_credential_secret", o.ApplicationCredentialSecret)
		need("application_credential_id or application_credential_name", o.ApplicationCredentialID, o.ApplicationCredentialName)
	} else {
		need("password", o.Password)
		need("project_name or project_id", o.ProjectName, o.ProjectID)
		need("project_domain_name or project_domain_id", o.ProjectDomainName, o.ProjectDomainID, o.ProjectID)
	}
	if o.AuthType != credential || o.ApplicationCredentialID == "" {
		need("username or user_id", o.Username, o.UserID)
		need("user_domain_name or user_domain_id", o.UserDomainName, o.UserDomainID, o.UserID)
	}
	return missing
}

func (o KeystoneOptions) checkCertificate() error {
	if (o.CertFile == "") != (o.KeyFile == "") {
		return errors.New("only one of the options certfile and keyfile is given; expected both or neither")
	}
	return nil
}

func (o KeystoneOptions) checkTimeout() error {
	if o.HTTPTimeout < 0 {
		return fmt.Errorf("option http_connect_timeout is %v; expected more than zero", o.HTTPTimeout)
	}
	return nil
}

func oneOf(name, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("option %s is %q; expected one of %q", name, value, allowed)
}

// account gives the credentials in gophercloud's form, which refuses an id
// beside a name.
func (o KeystoneOptions) account() tokens.AuthOptions {
	var a tokens.AuthOptions
	if o.AuthType == "v3applicationcredential" {
		a.ApplicationCredentialSecret = o.ApplicationCredentialSecret
		a.ApplicationCredentialID, a.ApplicationCredentialName = idFirst(o.ApplicationCredentialID, o.ApplicationCredentialName)
		if a.ApplicationCredentialID != "" {
			return a
		}
	} else {
		a.Password = o.Password
		a.Scope.ProjectID, a.Scope.ProjectName = idFirst(o.ProjectID, o.ProjectName)
		if a.Scope.ProjectName != "" {
			a.Scope.DomainID, a.Scope.DomainName = idFirst(o.ProjectDomainID, o.ProjectDomainName)
		}
	}
	a.UserID, a.Username = idFirst(o.UserID, o.Username)
	if a.Username != "" {
		a.DomainID, a.DomainName = idFirst(o.UserDomainID, o.UserDomainName)
	}
	return a
}

func idFirst(id, name string) (string, string) {
	if id != "" {
		return id, ""
	}
	return "", name
}
