package access_test

import (
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/access"
	"github.com/valence-rsd/valence/test/keystone"
)

// Each way to name the account signs it in.
func TestAccounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account = w.newUser("admin")
	token := w.userToken()
	credential := w.applicationCredential(w.account, keystone.Object{})
	for name, change := range map[string]func(*access.KeystoneOptions){
		"names":       func(*access.KeystoneOptions) {},
		"v3 in both":  func(o *access.KeystoneOptions) { o.AuthURL += "/v3/"; o.AuthType = "v3password" },
		"domain ids":  func(o *access.KeystoneOptions) { o.UserDomainID, o.ProjectDomainID = "default", "default" },
		"id and name": func(o *access.KeystoneOptions) { o.UserID, o.ProjectID = w.account.ID, w.account.ProjectID },
		"ids alone": func(o *access.KeystoneOptions) {
			o.UserID, o.ProjectID = w.account.ID, w.account.ProjectID
			o.Username, o.UserDomainName, o.ProjectName, o.ProjectDomainName = "", "", "", ""
		},
		"credential": func(o *access.KeystoneOptions) {
			*o = access.KeystoneOptions{AuthURL: o.AuthURL, AuthType: "v3applicationcredential", Logger: o.Logger,
				ApplicationCredentialID:     credential.ApplicationCredentialID,
				ApplicationCredentialSecret: credential.ApplicationCredentialSecret}
		},
		"credential's name": func(o *access.KeystoneOptions) {
			o.AuthType = "v3applicationcredential"
			o.ApplicationCredentialName = "ac-of-" + w.account.Name
			o.ApplicationCredentialSecret = credential.ApplicationCredentialSecret
		},
	} {
		o := w.options()
		change(&o)
		k := w.open(o)
		if caller, err := w.ask(k, token); err != nil || caller != w.member() {
			t.Errorf("%s: %+v, %v", name, caller, err)
		}
		if err := k.Check(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The catalog leads elsewhere than the options: to the counter.
func TestEndpointOfTheCatalog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	region := w.admin.NewRegion()
	w.admin.AddService("identity", region, map[string]string{
		"internal": w.counter.url + "/v3", "public": "http://127.0.0.1:1/",
	})
	token := w.userToken()
	for name, c := range map[string]struct {
		region, iface string
		asked         int
		fails         string
	}{
		"by default":     {"", "", 0, ""},
		"region alone":   {region, "", 1, ""},
		"both":           {region, "internal", 1, ""},
		"nobody there":   {region, "public", 0, cannotBeReached},
		"no such":        {region, "admin", 0, `"` + region + `"`},
		"region of many": {keystone.Region, "admin", 0, ""},
	} {
		o := w.options()
		o.AuthURL, o.Region, o.Interface, o.Retries = w.server.URL, c.region, c.iface, -1
		_, before := w.counter.counts()
		caller, err := w.ask(w.open(o), token)
		if _, asked := w.counter.counts(); asked-before != c.asked {
			t.Errorf("%s: the endpoint was asked %d times, want %d", name, asked-before, c.asked)
		}
		if c.fails == "" {
			if err != nil || caller != w.member() {
				t.Errorf("%s: %+v, %v", name, caller, err)
			}
		} else {
			w.fails(err, service.Unavailable, c.fails)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	const secret = "Secret-of-the-options"
	good := access.KeystoneOptions{
		AuthURL: "https://keystone.example:5000", Password: secret, ApplicationCredentialSecret: secret,
		Username: "valence", UserDomainName: "Default", ProjectName: "service", ProjectDomainName: "Default",
	}
	if _, err := access.NewKeystone(good); err != nil {
		t.Fatal(err)
	}
	const credential = "v3applicationcredential"
	for want, change := range map[string]func(*access.KeystoneOptions){
		"option auth_url is not the URL":                func(o *access.KeystoneOptions) { o.AuthURL = "" },
		"option auth_url is not the URL of":             func(o *access.KeystoneOptions) { o.AuthURL = "keystone:5000" },
		"option auth_url has a user":                    func(o *access.KeystoneOptions) { o.AuthURL = "http://u:" + secret + "@h" },
		"option www_authenticate_uri is not":            func(o *access.KeystoneOptions) { o.WWWAuthenticateURI = "ftp://h" },
		`option auth_type is "token"`:                   func(o *access.KeystoneOptions) { o.AuthType = "token" },
		"option username or user_id is empty":           func(o *access.KeystoneOptions) { o.Username = "" },
		"option user_domain_name or user_domain_id":     func(o *access.KeystoneOptions) { o.UserDomainName = "" },
		"option password is empty":                      func(o *access.KeystoneOptions) { o.Password = "" },
		"option project_name or project_id is empty":    func(o *access.KeystoneOptions) { o.ProjectName = "" },
		"option project_domain_name or project_domain_": func(o *access.KeystoneOptions) { o.ProjectDomainName = "" },
		"option application_credential_id or":           func(o *access.KeystoneOptions) { o.AuthType = credential },
		"option application_credential_secret is empty": func(o *access.KeystoneOptions) {
			o.AuthType, o.ApplicationCredentialID, o.ApplicationCredentialSecret = credential, "x", ""
		},
		"option username or user_id": func(o *access.KeystoneOptions) {
			o.AuthType, o.ApplicationCredentialName, o.Username = credential, "x", ""
		},
		`option interface is "secret"`:   func(o *access.KeystoneOptions) { o.Interface = "secret" },
		"options certfile and keyfile":   func(o *access.KeystoneOptions) { o.CertFile, o.KeyFile = "/none", "/none" },
		"only one of the options certf":  func(o *access.KeystoneOptions) { o.KeyFile = "/none" },
		"option cafile: open /none":      func(o *access.KeystoneOptions) { o.CAFile = "/none" },
		"has no certificate in it":       func(o *access.KeystoneOptions) { o.CAFile = "account_test.go" },
		"option http_connect_timeout is": func(o *access.KeystoneOptions) { o.HTTPTimeout = -1e9 },
	} {
		o := good
		change(&o)
		_, err := access.NewKeystone(o)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}
