// Package etcdcluster runs a real etcd cluster for tests: each member is a
// process of its own, so that it can be killed as a machine's fault would.
//
// It knows etcd and processes, and nothing of Valence.
package etcdcluster

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// Options says what cluster to start.
type Options struct {
	Members int  // default: 3
	TLS     bool // clients need a certificate
	// Auth makes users: requests need Username and Password, which may read
	// and write every key that begins with Prefix.
	Auth bool
	// QuotaBytes is how much may be stored. Default: etcd's.
	QuotaBytes int64
}

// Prefix is where the keys of Username begin.
const Prefix = "/valence/"

// Cluster is a cluster that ends with its test, or with the test's process.
type Cluster struct {
	Endpoints                 []string // one per member
	CAFile, CertFile, KeyFile string   // for clients; only with Options.TLS
	Username, Password        string   // only with Options.Auth

	t       testing.TB
	dir     string
	host    string // the address of the members
	program string
	members []*member
	tls     *files
}

// Start starts a cluster and waits until every member answers.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	c := &Cluster{t: t, dir: t.TempDir(), host: loopback()}
	c.program = filepath.Join(c.dir, "member")
	build := exec.Command("go", "build", "-o", c.program, "github.com/valence-rsd/valence/test/etcdcluster/member")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building an etcd member: %v\n%s", err, out)
	}
	if o.TLS {
		c.tls = writeCertificates(t, c.dir, c.host)
		c.CAFile, c.CertFile, c.KeyFile = c.tls.ca, c.tls.clientCert, c.tls.clientKey
	}
	c.plan(o)
	t.Cleanup(func() {
		for i := range c.members {
			c.Kill(i)
		}
	})
	for i := range c.members {
		c.start(i)
	}
	c.Ready()
	if o.Auth {
		c.enableAuth()
	}
	return c
}

// plan decides on the names and addresses of the members.
func (c *Cluster) plan(o Options) {
	count := o.Members
	if count == 0 {
		count = 3
	}
	scheme := "http"
	if o.TLS {
		scheme = "https"
	}
	ports := freePorts(c.t, c.host, 2*count)
	var cluster []string
	for i := range count {
		m := &member{
			name:   fmt.Sprint("m", i),
			client: fmt.Sprintf("%s://%s:%d", scheme, c.host, ports[2*i]),
			peer:   fmt.Sprintf("http://%s:%d", c.host, ports[2*i+1]),
			quota:  o.QuotaBytes,
		}
		c.members = append(c.members, m)
		c.Endpoints = append(c.Endpoints, m.client)
		cluster = append(cluster, m.name+"="+m.peer)
	}
	for _, m := range c.members {
		m.cluster = strings.Join(cluster, ",")
	}
}

// Kill kills a member with SIGKILL and waits until it is dead. A dead one
// stays dead.
func (c *Cluster) Kill(i int) {
	c.t.Helper()
	c.members[i].kill()
}

// Restart starts a member again that was killed, with what it had stored. It
// does not wait until the member answers.
func (c *Cluster) Restart(i int) {
	c.t.Helper()
	c.start(i)
}

// Ready waits until every member answers.
func (c *Cluster) Ready() {
	c.t.Helper()
	for i := range c.members {
		c.answering(i)
	}
}

func (c *Cluster) answering(i int) {
	c.t.Helper()
	client := c.client([]string{c.Endpoints[i]})
	defer func() { _ = client.Close() }()
	until := time.Now().Add(30 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_, err := client.Get(ctx, Prefix)
		cancel()
		switch {
		case err == nil:
			return
		case c.members[i].dead():
			c.t.Fatalf("etcd member %d ended:\n%s", i, c.members[i].log.String())
		case time.Now().After(until):
			c.t.Fatalf("etcd member %d does not answer: %v\n%s", i, err, c.members[i].log.String())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Leader says which member leads.
func (c *Cluster) Leader() int {
	c.t.Helper()
	client := c.client(c.Endpoints)
	defer func() { _ = client.Close() }()
	until := time.Now().Add(30 * time.Second)
	for time.Now().Before(until) {
		for i, endpoint := range c.Endpoints {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			status, err := client.Status(ctx, endpoint)
			cancel()
			if err == nil && status.Leader != 0 && status.Leader == status.Header.MemberId {
				return i
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	c.t.Fatal("no member leads")
	return -1
}

// client is one of the harness's own.
func (c *Cluster) client(endpoints []string) *clientv3.Client {
	c.t.Helper()
	config := clientv3.Config{
		Endpoints: endpoints, Logger: zap.NewNop(), DialTimeout: 10 * time.Second,
		Username: c.Username, Password: c.Password,
	}
	if c.tls != nil {
		config.TLS = c.tls.config(c.t)
	}
	client, err := clientv3.New(config)
	if err != nil {
		c.t.Fatalf("connecting to the etcd cluster: %v", err)
	}
	return client
}

// enableAuth makes the users, and has etcd ask for them from now on.
func (c *Cluster) enableAuth() {
	c.t.Helper()
	client := c.client(c.Endpoints)
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	const user, password, rootPassword = "valence", "for-valence-only", "for-root-only"
	do := func(_ any, err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatalf("making the users of etcd: %v", err)
		}
	}
	do(client.UserAdd(ctx, "root", rootPassword))
	do(client.RoleAdd(ctx, "root"))
	do(client.UserGrantRole(ctx, "root", "root"))
	do(client.UserAdd(ctx, user, password))
	do(client.RoleAdd(ctx, user))
	do(client.RoleGrantPermission(ctx, user, Prefix, clientv3.GetPrefixRangeEnd(Prefix), clientv3.PermissionType(clientv3.PermReadWrite)))
	do(client.UserGrantRole(ctx, user, user))
	do(client.AuthEnable(ctx))
	c.Username, c.Password = user, password
}

// start starts the process of a member.
func (c *Cluster) start(i int) {
	c.t.Helper()
	m := c.members[i]
	args := []string{
		"--name", m.name, "--dir", filepath.Join(c.dir, m.name), "--cluster", m.cluster,
		"--client", m.client, "--peer", m.peer, "--quota", fmt.Sprint(m.quota),
	}
	if c.tls != nil {
		args = append(args, "--ca", c.tls.ca, "--cert", c.tls.serverCert, "--key", c.tls.serverKey)
	}
	m.log = &bytes.Buffer{}
	if err := m.start(c.program, args); err != nil {
		c.t.Fatalf("starting etcd member %d: %v", i, err)
	}
}
