package app

import (
	"net"

	"github.com/valence-rsd/valence/service/access"
	"github.com/valence-rsd/valence/service/app/config"
	"github.com/valence-rsd/valence/service/httpapi"
)

// guard refuses an address where those who may reach it may not be let in.
func (a *App) guard(o Options, addr net.Addr) error {
	if o.Config.Default.AuthStrategy != config.NoAuth {
		return nil
	}
	return access.CheckNoAuth(addr, o.Config.API.AllowRemoteNoauth)
}

// openAccess makes what says who is calling.
func (a *App) openAccess(o Options) (httpapi.Access, error) {
	if o.Config.Default.AuthStrategy == config.NoAuth {
		return access.NoAuth{}, nil
	}
	k := o.Config.Keystone
	keystone, err := access.NewKeystone(access.KeystoneOptions{
		AuthURL:                     k.AuthURL,
		WWWAuthenticateURI:          k.WWWAuthenticateURI,
		AuthType:                    k.AuthType,
		Username:                    k.Username,
		UserDomainName:              k.UserDomainName,
		UserDomainID:                k.UserDomainID,
		Password:                    string(k.Password),
		ProjectName:                 k.ProjectName,
		ProjectID:                   k.ProjectID,
		ProjectDomainName:           k.ProjectDomainName,
		ProjectDomainID:             k.ProjectDomainID,
		ApplicationCredentialID:     k.ApplicationCredentialID,
		ApplicationCredentialName:   k.ApplicationCredentialName,
		ApplicationCredentialSecret: string(k.ApplicationCredentialSecret),
		Region:                      k.RegionName,
		Interface:                   k.Interface,
		CAFile:                      k.CAFile,
		CertFile:                    k.CertFile,
		KeyFile:                     k.KeyFile,
		Insecure:                    k.Insecure,
		CacheTTL:                    orOff(k.TokenCacheTime),
		HTTPTimeout:                 k.HTTPConnectTimeout,
		Retries:                     orOff(k.HTTPRequestMaxRetries),
		AdminRoles:                  k.AdminRoles,
		MemberRoles:                 k.MemberRoles,
		ReaderRoles:                 k.ReaderRoles,
		Logger:                      o.part("keystone"),
	})
	if err != nil {
		return nil, err
	}
	a.acquired.add("connections to Keystone", keystone.Close)
	return keystone, nil
}

// orOff puts a zero of the configuration, which means none, into the way that
// the parts say it, where zero is their default.
func orOff[T ~int | ~int64](v T) T {
	if v == 0 {
		return -1
	}
	return v
}
