package config

import "time"

// Keystone is the section [keystone_authtoken].
type Keystone struct {
	WWWAuthenticateURI          string        `name:"www_authenticate_uri" alias:"keystone_authtoken.auth_uri" check:"url" help:"Public URL of Keystone, told to callers without a token."`
	AuthURL                     string        `name:"auth_url" check:"url" help:"URL of Keystone for the service itself."`
	AuthType                    string        `name:"auth_type" default:"password" enum:"password,v3password,v3applicationcredential" alias:"keystone_authtoken.auth_plugin" help:"How the service signs in."`
	Username                    string        `name:"username" alias:"keystone_authtoken.user_name" help:"User of the service."`
	Password                    Secret        `name:"password" help:"Its password."`
	UserDomainName              string        `name:"user_domain_name" help:"Domain of the user, by name."`
	UserDomainID                string        `name:"user_domain_id" help:"Domain of the user, by id."`
	ProjectName                 string        `name:"project_name" alias:"keystone_authtoken.tenant_name" help:"Project of the service, by name."`
	ProjectID                   string        `name:"project_id" alias:"keystone_authtoken.tenant_id" help:"Project of the service, by id."`
	ProjectDomainName           string        `name:"project_domain_name" help:"Domain of the project, by name."`
	ProjectDomainID             string        `name:"project_domain_id" help:"Domain of the project, by id."`
	ApplicationCredentialID     string        `name:"application_credential_id" help:"Application credential, by id."`
	ApplicationCredentialName   string        `name:"application_credential_name" help:"Application credential, by name; needs the user."`
	ApplicationCredentialSecret Secret        `name:"application_credential_secret" help:"Secret of the application credential."`
	RegionName                  string        `name:"region_name" help:"Region of Keystone."`
	Interface                   string        `name:"interface" default:"internal" enum:"internal,public,admin" help:"Which of Keystone's endpoints to use."`
	CAFile                      string        `name:"cafile" help:"Signers of Keystone's certificate, PEM; empty: those of the system."`
	CertFile                    string        `name:"certfile" help:"Certificate to show to Keystone, PEM."`
	KeyFile                     string        `name:"keyfile" help:"Its key, PEM."`
	Insecure                    bool          `name:"insecure" default:"false" help:"Do not verify Keystone's certificate."`
	TokenCacheTime              time.Duration `name:"token_cache_time" default:"300s" help:"How long what Keystone said of a token is believed, at most; 0: not at all."`
	HTTPConnectTimeout          time.Duration `name:"http_connect_timeout" default:"30s" min:"1" help:"How long a request to Keystone may take."`
	HTTPRequestMaxRetries       int           `name:"http_request_max_retries" default:"3" min:"0" max:"100" help:"How often a request to Keystone is tried again."`
	AdminRoles                  []string      `name:"admin_roles" default:"admin" help:"Roles that own pod managers and see everything."`
	MemberRoles                 []string      `name:"member_roles" default:"member" help:"Roles that compose and power nodes of their project."`
	ReaderRoles                 []string      `name:"reader_roles" default:"reader" help:"Roles that read."`
}

// Ironic is the section [ironic_client].
type Ironic struct {
	Endpoint          string        `name:"endpoint" check:"url" help:"URL of Ironic; empty: what Keystone's catalog says."`
	AuthURL           string        `name:"auth_url" check:"url" help:"URL of Keystone; empty: Ironic asks nobody who he is."`
	Username          string        `name:"username" help:"User to sign in as."`
	Password          Secret        `name:"password" help:"Its password."`
	UserDomainName    string        `name:"user_domain_name" help:"Domain of the user, by name."`
	UserDomainID      string        `name:"user_domain_id" help:"Domain of the user, by id."`
	Project           string        `name:"project" help:"Project to sign in to, by name."`
	ProjectDomainName string        `name:"project_domain_name" help:"Domain of the project, by name."`
	ProjectDomainID   string        `name:"project_domain_id" help:"Domain of the project, by id."`
	RegionName        string        `name:"region_name" help:"Region of Ironic."`
	CACert            string        `name:"os_cacert" help:"Signers of the certificates, PEM; empty: those of the system."`
	Cert              string        `name:"os_cert" help:"Certificate to show, PEM."`
	Key               string        `name:"os_key" help:"Its key, PEM."`
	Insecure          bool          `name:"insecure" default:"false" help:"Do not verify certificates."`
	Timeout           time.Duration `name:"timeout" default:"60s" min:"1" help:"How long a request to Ironic may take."`
}

// Pods is the section [podm].
type Pods struct {
	EnablePeriodicSync bool          `name:"enable_periodic_sync" default:"true" help:"Keep what is known of the systems, chassis and devices in step with the pods; without it they are read when somebody asks."`
	SyncInterval       time.Duration `name:"sync_interval" default:"60s" min:"1" reload:"yes" help:"How often a pod is read for that; one that tells of its changes by events five times less often, one that fails up to eight times."`
	InventoryMaxAge    time.Duration `name:"inventory_max_age" default:"0" reload:"yes" help:"How old something may be that a list shows without trying to read it again first; 0: ten times sync_interval."`
	EventDestination   string        `name:"event_destination" check:"url" help:"URL under which the pods reach this service, such as https://valence.example:8181; empty: they are not asked for events."`
	VerifyCA           bool          `name:"verify_ca" default:"true" help:"Verify the certificates of pod managers that bring no authorities of their own."`
	ProbeInterval      time.Duration `name:"probe_interval" default:"60s" min:"1" reload:"yes" help:"How often pod managers are asked whether they are there."`
	RequestTimeout     time.Duration `name:"request_timeout" default:"30s" min:"1" help:"How long one request to a pod may take."`
	SlowTimeout        time.Duration `name:"slow_timeout" default:"10m" min:"1" help:"How long a request may take that works on hardware, such as allocating and deleting."`
	MaxConnections     int           `name:"max_connections" default:"64" min:"1" help:"Most connections to one pod at once; a pod that composes before it answers holds one for each node."`
	Placement          string        `name:"placement" default:"pack" enum:"pack,spread" help:"How machines are placed where that is up to this service, by the driver composition: pack takes the smallest blocks that fit, spread prefers the chassis with the fewest in use."`
}
