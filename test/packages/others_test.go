package packages

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/valence-rsd/valence/test/debian"
	"github.com/valence-rsd/valence/test/ironic"
	"github.com/valence-rsd/valence/test/keystone"
)

// Others' services, as the pages of the operator's guide suppose them.

// keystone has a real Keystone at https://keystone.example:5000, and root's
// cloud of its administrator. The client openstack is this machine's.
func (h *host) keystone() {
	h.t.Helper()
	server := keystone.Shared(h.t)
	h.certificate("keystone.example")
	h.script(`cp /srv/ca.pem /usr/local/share/ca-certificates/example.crt; update-ca-certificates`)
	pair, err := tls.LoadX509KeyPair(h.Path("/srv/keystone.example.pem"), h.Path("/srv/keystone.example.key"))
	if err != nil {
		h.t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	h.forward(tls.NewListener(h.listen("127.0.0.1:5000"), config), server.URL)
	const public = "https://keystone.example:5000/v3"
	admin := server.Admin(h.t)
	for _, e := range admin.Call("GET", "/v3/endpoints", nil)["endpoints"].([]any) {
		admin.Call("PATCH", "/v3/endpoints/"+e.(keystone.Object)["id"].(string), keystone.Object{"endpoint": keystone.Object{"url": public}})
	}
	h.cloud("admin", fmt.Sprintf(`{region_name: %s, auth: {auth_url: %q, username: admin, password: %q,
  project_name: admin, user_domain_name: Default, project_domain_name: Default}}`, keystone.Region, public, keystone.AdminPassword))
	h.borrowOpenstack()
}

// cloud writes root's clouds.yaml.
func (h *host) cloud(name, text string) {
	h.t.Helper()
	dir := h.Path("/root/.config/openstack")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "clouds.yaml"), []byte("clouds:\n "+name+": "+text+"\n"), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// borrowOpenstack lets the host see this machine's client, which would take long
// to install. It is of the same release.
func (h *host) borrowOpenstack() {
	h.t.Helper()
	debian.Needs(h.t, "openstack")
	const modules = "/usr/lib/python3/dist-packages"
	for _, argv := range [][]string{
		{"mount", "--bind", modules, h.Path(modules)},
		{"cp", "/usr/bin/openstack", h.Path("/usr/bin/openstack")},
	} {
		if out, err := h.Host(h.t.Context(), argv...).CombinedOutput(); err != nil {
			h.t.Fatalf("%v: %v\n%s", argv, err, out)
		}
	}
}

// ironic has a real Ironic at http://ironic.example:6385.
func (h *host) ironic() {
	h.t.Helper()
	h.forward(h.listen("127.0.0.1:6385"), ironic.Shared(h.t).URL)
}

// etcd has a cluster of Debian's etcd, whose members have addresses of their
// own, with the certificate of its authority where the service may read it.
func (h *host) etcd() {
	h.t.Helper()
	dir := h.t.TempDir()
	download := exec.CommandContext(h.t.Context(), "apt-get", "download", "etcd-server", "etcd-client")
	download.Dir = dir
	if out, err := download.CombinedOutput(); err != nil {
		h.t.Fatalf("%v: %v\n%s", download.Args, err, out)
	}
	packages, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, file := range packages {
		run(h.t, "dpkg-deb", "--extract", file, h.Path("/opt"))
	}
	h.certificate("etcd-1.example", "etcd-2.example", "etcd-3.example", "127.0.0.1", "127.0.0.2", "127.0.0.3")
	h.script(`mv /opt/usr/bin/etcd* /usr/bin/
install -d -m 750 -g valence /etc/valence/tls; install -m 640 -g valence /srv/ca.pem /etc/valence/tls/etcd-ca.pem
for i in 1 2 3; do
	echo "127.0.0.$i etcd-$i.example" >> /etc/hosts
	etcd --name m$i --data-dir /srv/m$i --cert-file /srv/etcd-1.example.pem --key-file /srv/etcd-1.example.key \
		--listen-client-urls https://127.0.0.$i:2379 --advertise-client-urls https://etcd-$i.example:2379 \
		--listen-peer-urls http://127.0.0.$i:2380 --initial-advertise-peer-urls http://127.0.0.$i:2380 \
		--initial-cluster m1=http://127.0.0.1:2380,m2=http://127.0.0.2:2380,m3=http://127.0.0.3:2380 >/srv/m$i.log 2>&1 &
done
export ETCDCTL_API=3 ETCDCTL_CACERT=/srv/ca.pem
until etcdctl --endpoints https://etcd-1.example:2379 get / >/dev/null 2>&1; do sleep 0.2; done`)
}

// certificate makes an authority, and a certificate for a host of several names,
// called after the first.
func (h *host) certificate(names ...string) {
	h.t.Helper()
	const script = `cd /srv
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc"
openssl req -x509 $curve -days 30 -subj '/CN=Example CA' -keyout ca.key -out ca.pem
first=$1 alt=
for name; do
	case $name in *[a-z]*) kind=DNS ;; *) kind=IP ;; esac
	alt=$alt,$kind:$name
done
openssl req $curve -subj /CN=$first -addext subjectAltName=${alt#,} -keyout $first.key -out $first.csr
openssl x509 -req -in $first.csr -copy_extensions copy -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out $first.pem`
	h.Run("root", append([]string{"sh", "-e", "-c", script, "sh"}, names...)...)
}

// listen listens in the host's network.
func (h *host) listen(address string) net.Listener {
	h.t.Helper()
	within := h.Host(h.t.Context(), "sleep", "infinity")
	if err := within.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = within.Wait() }) // the context has ended
	network := fmt.Sprintf("/proc/%d/ns/net", within.Process.Pid)
	here, err := os.Readlink("/proc/self/ns/net")
	for there := here; err == nil && there == here; time.Sleep(10 * time.Millisecond) {
		there, err = os.Readlink(network) // until it has entered
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return listenIn(h.t, network, address)
}

// listenIn listens in another network. Only the thread that does goes there, and
// it comes back: were it to end, so would what it had started.
func listenIn(t *testing.T, network, address string) (l net.Listener) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	open := func(name string) *os.File {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	here, there := open("/proc/thread-self/ns/net"), open(network)
	defer here.Close()
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", address)
	if err := errors.Join(err, unix.Setns(int(here.Fd()), unix.CLONE_NEWNET)); err != nil {
		t.Fatal(err)
	}
	return l
}

// forward passes on to a service of this machine what comes in from the host's
// network.
func (h *host) forward(l net.Listener, to string) {
	h.t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		h.t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }}
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // until it is closed
	h.t.Cleanup(func() { _ = server.Close() })
}
