// Command member runs one member of an etcd cluster for tests, until it is
// killed. See package etcdcluster, which starts it.
package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"

	"go.etcd.io/etcd/client/pkg/v3/transport"
	"go.etcd.io/etcd/server/v3/embed"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "member:", err)
		os.Exit(1)
	}
}

func run() error {
	cfg := embed.NewConfig()
	flag.StringVar(&cfg.Name, "name", "", "name of the member")
	flag.StringVar(&cfg.Dir, "dir", "", "data folder")
	flag.StringVar(&cfg.InitialCluster, "cluster", "", "NAME=PEER-URL of all members, with commas")
	client := flag.String("client", "", "URL for clients")
	peer := flag.String("peer", "", "URL for the other members")
	ca := flag.String("ca", "", "CA that clients must have a certificate of; empty: no TLS")
	cert := flag.String("cert", "", "certificate of the member")
	key := flag.String("key", "", "key of the certificate")
	flag.Int64Var(&cfg.QuotaBackendBytes, "quota", 0, "how many bytes may be stored; 0: etcd's default")
	flag.Parse()

	clientURL, err := url.Parse(*client)
	if err != nil {
		return err
	}
	peerURL, err := url.Parse(*peer)
	if err != nil {
		return err
	}
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls = []url.URL{*clientURL}, []url.URL{*clientURL}
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls = []url.URL{*peerURL}, []url.URL{*peerURL}
	if *ca != "" {
		cfg.ClientTLSInfo = transport.TLSInfo{TrustedCAFile: *ca, CertFile: *cert, KeyFile: *key, ClientCertAuth: true}
	}
	cfg.LogLevel = "error"
	cfg.BcryptCost = 4       // every stream of a client signs in, and the machine has better to do in tests
	cfg.UnsafeNoFsync = true // a killed process loses nothing that it has written; only a dead machine does
	server, err := embed.StartEtcd(cfg)
	if err != nil {
		return err
	}
	return <-server.Err()
}
