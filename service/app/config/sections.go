package config

import (
	"log/slog"
	"time"
)

// Config is a whole configuration. Its tags are the table of options:
//
//	section  the section of the file, on a section
//	name     the option
//	default  as it would stand in the file
//	help     what it does, for people
//	enum     the values that are allowed, with commas
//	min, max bounds of a number; of a time in seconds
//	check    what a text must be, see checks
//	alias    former names, each section.name, with commas
//	flag     the flag that sets it, if there is one
//	env      the environment variable, where it has not the usual name
//	reload   yes: it takes effect without a restart
//	obsolete a value with this text in it means something of the past: ignored
type Config struct {
	Default     Default     `section:"DEFAULT" help:"The service as a whole."`
	API         API         `section:"api" help:"The REST API."`
	SSL         SSL         `section:"ssl" help:"TLS of the API, where [api] enable_ssl_api says so."`
	CORS        CORS        `section:"cors" help:"Which web pages may use the API from a browser."`
	Etcd        Etcd        `section:"etcd" help:"The store: embedded in the process, or an external cluster."`
	Keystone    Keystone    `section:"keystone_authtoken" help:"Keystone, where auth_strategy says so. The options are those of keystonemiddleware."`
	Ironic      Ironic      `section:"ironic_client" help:"Ironic, with which nodes are registered."`
	Pods        Pods        `section:"podm" help:"The pod managers."`
	Compose     Compose     `section:"compose" help:"The composing of machines."`
	Credentials Credentials `section:"credential" help:"The credentials of the pod managers."`

	origins map[string]Origin // by option; those that are not at their default
}

// The strategies of [DEFAULT] auth_strategy.
const (
	NoAuth       = "noauth"
	KeystoneAuth = "keystone"
)

// Default is the section [DEFAULT].
type Default struct {
	AuthStrategy string     `name:"auth_strategy" default:"noauth" enum:"keystone,noauth" flag:"auth-strategy" help:"Who is let in: keystone asks Keystone, noauth nobody."`
	Debug        bool       `name:"debug" default:"false" alias:"api.debug" flag:"debug" reload:"yes" help:"Log at level debug."`
	LogLevel     slog.Level `name:"log_level" default:"info" alias:"api.log_level" flag:"log-level" reload:"yes" help:"What to log: debug, info, warning or error, and what is worse."`
	LogFile      string     `name:"log_file" alias:"api.log_file" flag:"log-file" reload:"yes" help:"File to log to, opened anew on SIGHUP; empty: standard error."`
	LogFormat    string     `name:"log_format" default:"text" enum:"text,json" flag:"log-format" obsolete:"%(" help:"How to log."`
}

// API is the section [api].
type API struct {
	BindHost          string        `name:"bind_host" default:"127.0.0.1" check:"host" flag:"bind-host" help:"Address to listen on."`
	BindPort          int           `name:"bind_port" default:"8181" min:"0" max:"65535" flag:"bind-port" help:"Port to listen on; 0 takes a free one."`
	AllowRemoteNoauth bool          `name:"allow_remote_noauth" default:"false" flag:"allow-remote-noauth" help:"Listen where other machines can reach the service, although it asks nobody who he is."`
	PublicEndpoint    string        `name:"public_endpoint" check:"url" reload:"yes" help:"URL under which callers reach the service, for the links in its answers; empty: what the request says."`
	EnableSSL         bool          `name:"enable_ssl_api" default:"false" help:"Serve HTTPS, with the files of [ssl]."`
	Timeout           time.Duration `name:"timeout" default:"1000s" min:"1" reload:"yes" help:"How long the work of one request may take."`
	RequestTimeout    time.Duration `name:"request_timeout" default:"30s" min:"1" help:"How long a caller may take to send a request."`
	DrainTimeout      time.Duration `name:"drain_timeout" default:"2m" min:"1" reload:"yes" help:"How long a stopping service lets requests and work finish."`
	MaxLimit          int           `name:"max_limit" default:"1000" min:"1" reload:"yes" help:"Most items in one page of a list."`
	MaxBody           int64         `name:"max_body" default:"1048576" min:"1024" reload:"yes" help:"Largest body of a request, in bytes."`
	MaxHeader         int           `name:"max_header" default:"65536" min:"4096" max:"16777216" help:"Largest header of a request, in bytes."`
	MaxConcurrency    int           `name:"max_concurrency" default:"1000" min:"1" reload:"yes" help:"Most requests worked on at once; more are asked to come back later."`
	MaxConnections    int           `name:"max_connections" default:"4096" min:"1" help:"Most connections at once; more have to wait."`
}

// SSL is the section [ssl].
type SSL struct {
	CertFile string `name:"cert_file" reload:"yes" help:"Certificate of the service and those of its signers, PEM."`
	KeyFile  string `name:"key_file" reload:"yes" help:"Its key, PEM."`
	CAFile   string `name:"ca_file" reload:"yes" help:"Signers of the callers' certificates, PEM; when set, callers without one are refused."`
}

// CORS is the section [cors].
type CORS struct {
	AllowedOrigin    []string `name:"allowed_origin" check:"origin" reload:"yes" help:"Origins of the pages, such as https://portal.example; * allows all."`
	AllowCredentials bool     `name:"allow_credentials" default:"false" reload:"yes" help:"Let pages send what the browser knows, such as cookies."`
}

// Etcd is the section [etcd]. Endpoints says which store it is: none mean the
// embedded one. Host, if set, has become one of them.
type Etcd struct {
	DataDir             string        `name:"data_dir" default:"/var/lib/valence" flag:"data-dir" env:"VALENCE_API_DATA_DIR" help:"Where the embedded store lives."`
	Endpoints           []string      `name:"endpoints" check:"endpoint" help:"URLs of the members of an external cluster; none: the embedded store."`
	Host                string        `name:"host" check:"host" help:"External etcd of one address, reached over http; endpoints say more."`
	Port                int           `name:"port" default:"2379" min:"1" max:"65535" help:"Port of that host."`
	CAFile              string        `name:"ca_file" help:"Signers of the cluster's certificates, PEM; empty: those of the system."`
	CertFile            string        `name:"cert_file" help:"Certificate to show to the cluster, PEM."`
	KeyFile             string        `name:"key_file" help:"Its key, PEM."`
	Username            string        `name:"username" help:"User of the cluster."`
	Password            Secret        `name:"password" help:"Its password."`
	Prefix              string        `name:"prefix" default:"/valence/v1" check:"prefix" help:"Start of every key, so that others may use the same cluster."`
	Timeout             time.Duration `name:"timeout" default:"10s" min:"1" help:"How long a request to etcd is tried, an election of its leader included."`
	HoldTTL             time.Duration `name:"hold_ttl" default:"10s" min:"2" help:"How long the nodes of a process that died stay held by it; whole seconds."`
	CompactionRetention time.Duration `name:"compaction_retention" default:"1h" min:"60" help:"How long the embedded store keeps its past."`
	Quota               int64         `name:"quota" default:"2147483648" min:"16777216" max:"8589934592" help:"Largest size of the embedded store, in bytes."`
}

// Compose is the section [compose].
type Compose struct {
	LostAnswerWindow time.Duration `name:"lost_answer_window" default:"60s" flag:"lost-answer-window" env:"VALENCE_API_LOST_ANSWER_WINDOW" help:"How long after a lost answer a machine may still turn up on the pod; 0 takes the default."`
	AssembleTimeout  time.Duration `name:"assemble_timeout" default:"30m" min:"1" help:"How long a pod may take to assemble a machine."`
	PollInterval     time.Duration `name:"poll_interval" default:"100ms" help:"First pause between two looks at a machine; they become longer. 0 takes the default."`
}

// Credentials is the section [credential].
type Credentials struct {
	KeyRepository string `name:"key_repository" default:"$etcd.data_dir/credential-keys" help:"Folder of the keys that the credentials of pod managers are encrypted with."`
}
