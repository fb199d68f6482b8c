package etcd

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/test/etcdcluster"
)

// access is how to reach a cluster.
func access(c *etcdcluster.Cluster) ClusterConfig {
	return ClusterConfig{
		Endpoints: c.Endpoints, CAFile: c.CAFile, CertFile: c.CertFile, KeyFile: c.KeyFile,
		Username: c.Username, Password: c.Password,
	}
}

func TestDialRefusesSettings(t *testing.T) {
	t.Parallel()
	one := []string{"https://etcd-1:2379"}
	pem := filepath.Join(t.TempDir(), "empty.pem")
	must(t, os.WriteFile(pem, nil, 0o600))
	tests := []struct {
		name string
		cfg  ClusterConfig
		want string
	}{
		{"no endpoint", ClusterConfig{}, "endpoints"},
		{"no scheme", ClusterConfig{Endpoints: []string{"etcd-1:2379"}}, "endpoints"},
		{"a user", ClusterConfig{Endpoints: []string{"https://u:hunter2@etcd-1:2379"}}, "endpoints"},
		{"two schemes", ClusterConfig{Endpoints: []string{"https://a:1", "http://b:1"}}, "some are http"},
		{"certificates over http", ClusterConfig{Endpoints: []string{"http://a:1"}, CAFile: pem}, "should be https"},
		{"no key", ClusterConfig{Endpoints: one, CertFile: pem}, "together"},
		{"no password", ClusterConfig{Endpoints: one, Username: "u"}, "together"},
		{"no user", ClusterConfig{Endpoints: one, Password: "hunter2"}, "together"},
		{"missing CA", ClusterConfig{Endpoints: one, CAFile: pem + "x"}, "no such file"},
		{"empty CA", ClusterConfig{Endpoints: one, CAFile: pem}, "there is none"},
		{"empty certificate", ClusterConfig{Endpoints: one, CertFile: pem, KeyFile: pem}, "client certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Dial(t.Context(), tt.cfg)
			if service.CodeOf(err) != service.Invalid || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("Dial: %v, want %q", err, tt.want)
			}
		})
	}
}

func TestDialNobody(t *testing.T) {
	t.Parallel()
	mute, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	must(t, err)
	defer mute.Close()
	for _, address := range []string{mute.Addr().String(), "127.0.0.1:1"} {
		for _, user := range []string{"", "u"} {
			begin := time.Now()
			_, err := Dial(t.Context(), ClusterConfig{Endpoints: []string{"http://" + address}, DialTimeout: 500 * time.Millisecond, Username: user, Password: user})
			if service.CodeOf(err) != service.Unavailable {
				t.Errorf("%s: %v", address, err)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("%s: it took %s", address, took)
			}
		}
	}
}

func TestDialChecksWhoIsThere(t *testing.T) {
	t.Parallel()
	c := etcdcluster.Start(t, etcdcluster.Options{Members: 1, TLS: true, Auth: true})
	other := etcdcluster.Start(t, etcdcluster.Options{Members: 1, TLS: true})
	tests := []struct {
		name  string
		spoil func(*ClusterConfig)
	}{
		{"another authority", func(cfg *ClusterConfig) { cfg.CAFile = other.CAFile }},
		{"the system's authorities", func(cfg *ClusterConfig) { cfg.CAFile = "" }},
		{"no certificate", func(cfg *ClusterConfig) { cfg.CertFile, cfg.KeyFile = "", "" }},
		{"another's certificate", func(cfg *ClusterConfig) { cfg.CertFile, cfg.KeyFile = other.CertFile, other.KeyFile }},
		{"a wrong password", func(cfg *ClusterConfig) { cfg.Password = "hunter2" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := access(c)
			cfg.DialTimeout = 2 * time.Second
			tt.spoil(&cfg)
			_, err := Dial(context.WithoutCancel(t.Context()), cfg)
			if service.CodeOf(err) != service.Unavailable || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("Dial: %v", err)
			}
		})
	}
}

// TestNoPermission is about a cluster that takes the client, but not what it
// asks for.
func TestNoPermission(t *testing.T) {
	t.Parallel()
	c := etcdcluster.Start(t, etcdcluster.Options{Members: 1, Auth: true})
	denied := func(what string, err error) {
		t.Helper()
		if service.CodeOf(err) != service.Unavailable || !strings.Contains(err.Error(), "credentials") {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := Open(t.Context(), Config{Client: dialled(t, c), Sealer: sealer(t), Prefix: "/elsewhere"})
	denied("keys that are not the user's", err)
	c.Username, c.Password = "", ""
	_, err = Dial(t.Context(), access(c))
	denied("no user", err)
}

// TestRenewedCertificates is about files that change under a running service.
func TestRenewedCertificates(t *testing.T) {
	t.Parallel()
	c := etcdcluster.Start(t, etcdcluster.Options{Members: 1, TLS: true})
	cfg, dir := access(c), t.TempDir()
	copied := map[string]string{}
	for _, f := range []*string{&cfg.CAFile, &cfg.CertFile, &cfg.KeyFile} {
		text, err := os.ReadFile(*f)
		must(t, err)
		*f = filepath.Join(dir, filepath.Base(*f))
		copied[*f] = string(text)
		must(t, os.WriteFile(*f, text, 0o600))
	}
	client, err := Dial(t.Context(), cfg)
	must(t, err)
	defer client.Close()
	other := etcdcluster.Start(t, etcdcluster.Options{Members: 1, TLS: true})
	for file := range copied { // as if the files were for other members now
		text, err := os.ReadFile(filepath.Join(filepath.Dir(other.CAFile), filepath.Base(file)))
		must(t, err)
		must(t, os.WriteFile(file, text, 0o600))
	}
	works := func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Get(ctx, "/")
		return err == nil
	}
	if !works() {
		t.Error("a connection that stands was given up")
	}
	c.Kill(0)
	c.Restart(0)
	c.Ready()
	if works() {
		t.Error("a new connection was made with the old certificates")
	}
	for file, text := range copied {
		must(t, os.WriteFile(file, []byte(text), 0o600))
	}
	eventually(t, "a connection with renewed certificates", works)
}

// TestClusterFull is about the alarm of an external cluster.
func TestClusterFull(t *testing.T) {
	t.Parallel()
	c := etcdcluster.Start(t, etcdcluster.Options{Members: 1, QuotaBytes: 4 << 20, Auth: true})
	client, err := Dial(t.Context(), access(c))
	must(t, err)
	t.Cleanup(func() { client.Close() })
	s := opened(t, Config{Client: client, Shared: true})
	for range 100 {
		f := newFlavor("")
		f.Description = strings.Repeat("x", 256<<10)
		if err = s.CreateFlavor(t.Context(), f); err != nil {
			break
		}
	}
	if service.CodeOf(err) != service.Unavailable || !strings.Contains(fmt.Sprint(err), "full") {
		t.Errorf("writing to a full cluster: %v", err)
	}
}
