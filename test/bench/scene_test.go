package bench

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/keystone"
	"github.com/valence-rsd/valence/test/stack"
)

// scene is a service with one node, as a cloud without authentication and,
// where a real Keystone can be run, as one with it.
type scene struct {
	dir      string
	service  string
	keystone bool
}

func newScene(b *testing.B) *scene {
	b.Helper()
	back := stack.New(b)
	back.AddPod("pod", podsim.Options{})
	s := &scene{dir: b.TempDir(), service: back.URL}
	text := fmt.Sprintf("clouds:\n  rsd:\n    auth_type: none\n    auth:\n      endpoint: %s\n", back.URL)
	if _, err := os.Stat("/usr/bin/keystone-manage"); err == nil {
		s.keystone = true
		text += s.signedIn(b)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "clouds.yaml"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	resp, err := http.Post(back.URL+"/v1/nodes", "application/json", strings.NewReader(`{"name": "web-1"}`))
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("composing a node: %v, %v", resp, err)
	}
	_ = resp.Body.Close()
	return s
}

// signedIn puts the service into Keystone's catalog and gives the cloud.
func (s *scene) signedIn(b *testing.B) string {
	b.Helper()
	server := keystone.Shared(b)
	admin := server.Admin(b)
	user, region := admin.NewUser("member"), admin.NewRegion()
	admin.AddService("rack-scale", region, map[string]string{"public": s.service})
	return fmt.Sprintf("  keystone:\n    region_name: %s\n    auth:\n      auth_url: %s/v3\n      username: %s\n      password: %s\n"+
		"      project_name: %s\n      user_domain_name: Default\n      project_domain_name: Default\n",
		region, server.URL, user.Name, user.Password, user.Project)
}

func (s *scene) env(cloud string) []string {
	return []string{
		"PATH=/usr/bin:/bin", "HOME=" + s.dir, "XDG_CACHE_HOME=" + s.dir,
		"OS_CLIENT_CONFIG_FILE=" + filepath.Join(s.dir, "clouds.yaml"), "OS_CLOUD=" + cloud,
	}
}

// BenchmarkWarm measures what a command costs in a session that is kept warm,
// on top of the service's own answer: a batch of many lines against one of a
// few, and the same requests without a shell.
func BenchmarkWarm(b *testing.B) {
	s := newScene(b)
	const few, many = 10, 310
	for range b.N {
		s.batch(b, few) // fills caches
		shell := (s.batch(b, many) - s.batch(b, few)) / (many - few)
		bare := s.bare(b, many-few)
		fmt.Printf("\na warm command takes %.2f ms, the service's answer %.2f ms, the shell adds %.2f ms (aim: at most 3)\n",
			ms(shell), ms(bare), ms(shell-bare))
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// batch runs so many lines in one shell.
func (s *scene) batch(b *testing.B, lines int) time.Duration {
	b.Helper()
	cmd := exec.Command(bin+"valence", "--batch", "-")
	cmd.Env = s.env("rsd")
	cmd.Stdin = strings.NewReader(strings.Repeat("node list -f json\n", lines))
	began := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return time.Since(began)
}

// bare makes the same requests without a shell and gives the time of one.
func (s *scene) bare(b *testing.B, requests int) time.Duration {
	b.Helper()
	began := time.Now()
	for range requests {
		resp, err := http.Get(s.service + "/v1/nodes")
		if err != nil {
			b.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	return time.Since(began) / time.Duration(requests)
}
