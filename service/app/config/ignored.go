package config

// ignored is an option that files of others contain and that has no effect.
// Nobody reads its value.
type ignored struct {
	section, name string
	secret        bool
	why           string
}

const (
	notNeeded   = "this process serves all requests in parallel"
	proxyIsGone = "pod managers are registered with the API, and the proxy to one of them is gone"
	ownCache    = "answers of Keystone are cached in this process"
	notOffered  = "valence-api has nothing of the kind"
)

// ignoredOptions are the options of the original and of keystonemiddleware that
// mean nothing here.
func ignoredOptions() []ignored {
	all := []ignored{
		{section: "api", name: "workers", why: notNeeded},
		{section: "api", name: "api_paste_config", why: notOffered},
		{section: "ironic_client", name: "api_version", why: "the one that Ironic and valence-api both have is used"},
		{section: "podm", name: "url", why: proxyIsGone},
		{section: "podm", name: "username", why: proxyIsGone},
		{section: "podm", name: "password", secret: true, why: proxyIsGone},
		{section: "podm", name: "base_ext", why: proxyIsGone},
		{section: "keystone_authtoken", name: "memcache_secret_key", secret: true, why: ownCache},
	}
	for _, name := range []string{
		"cache", "memcached_servers", "memcache_servers", "memcache_security_strategy", "memcache_use_advanced_pool",
		"memcache_pool_dead_retry", "memcache_pool_maxsize", "memcache_pool_socket_timeout",
		"memcache_pool_unused_timeout", "memcache_pool_conn_get_timeout",
	} {
		all = append(all, ignored{section: "keystone_authtoken", name: name, why: ownCache})
	}
	for _, name := range []string{
		"auth_section", "auth_version", "default_domain_id", "default_domain_name", "delay_auth_decision",
		"domain_id", "domain_name", "enforce_token_bind", "include_service_catalog", "service_token_roles",
		"service_token_roles_required", "service_type", "system_scope", "trust_id", "user_id",
	} {
		all = append(all, ignored{section: "keystone_authtoken", name: name, why: notOffered})
	}
	return all
}
