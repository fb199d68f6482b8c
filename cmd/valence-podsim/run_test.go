package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	small := filepath.Join(t.TempDir(), "pod.yaml")
	if err := os.WriteFile(small, []byte("racks: [{drawers: [{sleds: [{count: 3, kind: large}]}]}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(t.TempDir(), "bundle.json")
	if err := os.WriteFile(bundle, []byte(`{"/redfish/v1": {}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	busy := filepath.Join(t.TempDir(), "no", "such", "folder", "address")
	for _, tt := range []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"help", []string{"--help"}, 0, "--assemble-delay", ""},
		{"help wins", []string{"--help", "--racks", "0"}, 0, "--assemble-delay", ""},
		{"version", []string{"--version"}, 0, "valence-podsim ", ""},
		{"topology", []string{"--print-topology", "--racks", "3"}, 0, "└── rack Rack3", ""},
		{"pools", []string{"--print-topology", "--nvme-pool", "100"}, 0, "NVMeOverFabrics: 100 GiB", ""},
		{"only one pool", []string{"--print-topology", "--nvme-pool", "0"}, 0, "storage service 1  iSCSI: 16384 GiB", ""},
		{"devices", []string{"--print-topology", "--pooled-drives", "9", "--fpgas", "0"}, 0, "9 drives, 0 FPGAs", ""},
		{"no devices", []string{"--print-topology", "--pooled-drives", "0", "--fpgas", "0"}, 0, "└── drawer Rack1-Storage2", ""},
		{"too many devices", []string{"--pooled-drives", "99999999"}, 2, "", "expected at most 100000"},
		{"less than none", []string{"--fpgas=-1"}, 2, "", "--fpgas is -1, expected 0 or more"},
		{"unknown dialect", []string{"--dialect", "3.0"}, 2, "", `dialect is "3.0", expected one of`},
		{"unknown reset type", []string{"--reset-types", "On,Kick"}, 2, "", `reset type is "Kick"`},
		{"negative erase delay", []string{"--erase-delay=-1s"}, 2, "", "erase delay is -1s"},
		{"bad fault", []string{"--fault", "/a status=1"}, 2, "", `--fault: fault "/a status=1": status is 1, expected 400 to 599`},
		{"half a certificate", []string{"--cert", "c.pem"}, 2, "", "--cert and --key go together"},
		{"no such certificate", []string{"--cert", "/no/c.pem", "--key", "/no/k.pem"}, 2, "", "--cert and --key: open /no/c.pem"},
		{"two authorities", []string{"--cert", "c", "--key", "k", "--ca-file", "a"}, 2, "", "expected no --cert"},
		{"topology file", []string{"--print-topology", "--topology", small}, 0, "sled Rack1-Drawer1-Sled3", ""},
		{"a bundle for RSD", []string{"--topology", bundle}, 2, "", "bundle: the dialect is 2.3, expected dmtf"},
		{"no pod in a bundle", []string{"--topology", bundle, "--dialect", "dmtf"}, 2, "", "bundle: expected a document"},
		{"no topology file", []string{"--topology", "/no/pod.yaml"}, 2, "", "--topology /no/pod.yaml: no such file"},
		{"unknown flag", []string{"--rack"}, 2, "", "unknown flag --rack"},
		{"argument", []string{"pod"}, 2, "", "unexpected argument pod"},
		{"no number", []string{"--racks", "many"}, 2, "", `--racks`},
		{"zero", []string{"--drawers", "0"}, 2, "", "--drawers is 0, expected 1 or more"},
		{"too large", []string{"--systems", "99999999"}, 2, "", "systems per sled is 99999999"},
		{"no duration", []string{"--latency", "3"}, 2, "", "--latency"},
		{"negative duration", []string{"--assemble-delay=-1s"}, 2, "", "assemble delay is -1s"},
		{"no address", []string{"--listen", "localhost"}, 2, "", `--listen is "localhost", expected HOST:PORT`},
		{"empty password", []string{"--password="}, 2, "", "must not be empty"},
		{"name with a colon", []string{"--username", "a:b"}, 2, "", "colon"},
		{"no such address", []string{"--listen", "127.0.0.1:99999"}, 1, "", "listening on 127.0.0.1:99999"},
		{"no such folder", []string{"--listen", "127.0.0.1:0", "--address-file", busy}, 1, "", "writing the address file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), tt.args, &stdout, &stderr)
			if code != tt.code || !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
			}
			if tt.stderr != "" && strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("want one line on stderr, got %q", stderr.String())
			}
			if tt.stderr == "" && stderr.Len() > 0 {
				t.Errorf("stderr %q", stderr.String())
			}
		})
	}
}

// TestServes starts the program on a free port, asks it something, and ends it as a signal would.
func TestServes(t *testing.T) {
	t.Setenv("PODSIM_PASSWORD", "from-the-environment")
	folder := t.TempDir()
	file := filepath.Join(folder, "address")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stderr bytes.Buffer
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"--listen", "127.0.0.1:0", "--racks", "1", "--address-file", file}, &bytes.Buffer{}, &stderr)
	}()

	url := waitForFile(t, file)
	for password, want := range map[string]int{"from-the-environment": 200, "admin": 401} {
		req, err := http.NewRequest("GET", url+"/redfish/v1/Systems", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("admin", password)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("status %d with password %q, want %d", resp.StatusCode, password, want)
		}
	}
	cancel()
	select {
	case code := <-done:
		if want := "valence-podsim: a pod of 4 systems listens on " + url + "\n"; code != 0 || stderr.String() != want {
			t.Errorf("code %d, stderr %q, want 0 and %q", code, stderr.String(), want)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("still running five seconds after it was told to stop")
	}
	if _, err := http.Get(url); err == nil {
		t.Error("something still listens")
	}
	if files, _ := os.ReadDir(folder); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
}

// TestServesTLS uses the file that --ca-file wrote to trust the pod.
func TestServesTLS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	address, authority := filepath.Join(folder, "address"), filepath.Join(folder, "ca.pem")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() {
		done <- run(ctx, []string{"--listen", "127.0.0.1:0", "--ca-file", authority, "--address-file", address},
			&bytes.Buffer{}, &bytes.Buffer{})
	}()
	url := waitForFile(t, address)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(waitForFile(t, authority))) {
		t.Fatal("no certificate in the file")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	resp, err := (&http.Client{Transport: transport}).Get(url + "/redfish/v1")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
	transport.CloseIdleConnections()
	cancel()
	if code := <-done; code != 0 {
		t.Errorf("code %d", code)
	}
}

func waitForFile(t *testing.T, path string) string {
	t.Helper()
	for range 500 {
		if data, err := os.ReadFile(path); err == nil {
			return strings.TrimSpace(string(data))
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no address file after five seconds")
	return ""
}
