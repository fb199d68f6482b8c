package ironic

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/valence-rsd/valence/test/keystone"
)

// The programs, by the paths of Debian's packages, which have Debian's own
// python3 written in.
const (
	api       = "/usr/bin/ironic-api"
	conductor = "/usr/bin/ironic-conductor"
	dbsync    = "/usr/bin/ironic-dbsync"
)

// home is the folder of all servers.
type home struct {
	dir    string
	remove func() // never called: the end of the binary does it
}

// shared makes the folder, once for a test binary.
var shared = sync.OnceValues(func() (*home, error) {
	dir, err := os.MkdirTemp("", "valence-ironic-")
	if err != nil {
		return nil, err
	}
	remove, err := keep(dir)
	return &home{dir, remove}, err
})

// configuration is that of both programs. The folder is %[1]s, the ports of the
// API and of JSON-RPC are %[2]s and %[3]s, the API's way to know its callers is
// %[4]s. A locked node is waited for no longer than needed to see that it is:
// whoever calls has to try again.
const configuration = `[DEFAULT]
auth_strategy = %[4]s
http_basic_auth_user_file = %[1]s/htpasswd
rpc_transport = json-rpc
host = 127.0.0.1
state_path = %[1]s
log_file = %[1]s/ironic.log
enabled_hardware_types = fake-hardware,redfish
enabled_boot_interfaces = fake,redfish-virtual-media
enabled_deploy_interfaces = fake,direct
enabled_management_interfaces = fake,redfish,noop
enabled_power_interfaces = fake,redfish
enabled_network_interfaces = noop
enabled_inspect_interfaces = no-inspect,redfish
enabled_raid_interfaces = no-raid,fake
enabled_vendor_interfaces = no-vendor,redfish
[database]
connection = sqlite:///%[1]s/ironic.db?timeout=30
[api]
host_ip = 127.0.0.1
port = %[2]s
api_workers = 1
[json_rpc]
auth_strategy = noauth
host_ip = 127.0.0.1
port = %[3]s
[conductor]
node_locked_retry_attempts = 1
node_locked_retry_interval = 1
[dhcp]
dhcp_provider = none
[pxe]
tftp_root = %[1]s/tftp
[deploy]
http_root = %[1]s/http
`

// tokens lets an Ironic ask a Keystone about its callers, each time anew.
const tokens = `[keystone_authtoken]
auth_type = password
auth_url = %[1]s/v3
www_authenticate_uri = %[1]s/v3
username = admin
password = %[2]s
project_name = admin
user_domain_id = default
project_domain_id = default
service_type = baremetal
token_cache_time = -1
`

// htpasswd knows Username, with Password hashed by bcrypt at its lowest cost.
const htpasswd = Username + ":$2y$04$69ybuwzgCoi0RfPgyADM7OPUS05iSS2Fx3uST3SezRcufr9Xt3pqe\n"

// prepare fills the folder of one server: its configuration, which it gives the
// path of, and an empty database.
func (o Options) prepare(dir, address string) (file string, err error) {
	rpc, err := freeAddress()
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf(configuration, dir, port(address), port(rpc), o.strategy())
	if o.Keystone != nil {
		text += fmt.Sprintf(tokens, o.Keystone.URL, keystone.AdminPassword)
	}
	file = filepath.Join(dir, "ironic.conf")
	if err := errors.Join(
		os.MkdirAll(filepath.Join(dir, "tftp"), 0o700),
		os.MkdirAll(filepath.Join(dir, "http"), 0o700),
		os.WriteFile(filepath.Join(dir, "htpasswd"), []byte(htpasswd), 0o600),
		os.WriteFile(file, []byte(text), 0o600),
	); err != nil {
		return "", err
	}
	if out, err := exec.Command(dbsync, "--config-file", file, "create_schema").CombinedOutput(); err != nil {
		return "", fmt.Errorf("making the database: %w\n%s", err, out)
	}
	return file, nil
}

// need skips a test where Ironic is not installed.
func need(t testing.TB) {
	t.Helper()
	for _, file := range []string{api, conductor, dbsync, "/usr/bin/setsid"} {
		if _, err := os.Stat(file); err != nil {
			t.Skipf("no Ironic here (%v): scripts/needs-ironic.sh installs it", err)
		}
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

func port(address string) string { return address[strings.LastIndex(address, ":")+1:] }
