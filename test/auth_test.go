package test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/keystone"
	"github.com/valence-rsd/valence/test/stack"
)

// counter passes requests on to a server and remembers them.
type counter struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
}

func newCounter(t *testing.T, target string) *counter {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	proxy := httputil.NewSingleHostReverseProxy(u)
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.requests = append(c.requests, r.Method+" "+r.URL.Path)
		c.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(c.Close)
	return c
}

// taken gives the requests since the last time.
func (c *counter) taken() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	requests := c.requests
	c.requests = nil
	return requests
}

// signedIn is a user of a real Keystone before a real service.
type signedIn struct {
	*testing.T
	identity, service *counter
	user              keystone.User
	home              string
	region            string
}

func newSignedIn(t *testing.T) *signedIn {
	t.Helper()
	server := keystone.Shared(t)
	admin := server.Admin(t)
	s := &signedIn{T: t, identity: newCounter(t, server.URL), home: t.TempDir(), user: admin.NewUser("member"), region: admin.NewRegion()}
	back := stack.New(t)
	back.AddPod("pod", podsim.Options{})
	s.service = newCounter(t, back.URL)
	admin.AddService("rack-scale", s.region, map[string]string{"public": s.service.URL})
	text := signInCloud(s.identity.URL, s.region, s.user)
	if err := os.WriteFile(filepath.Join(s.home, "clouds.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// signInCloud is a clouds.yaml with the cloud rsd, in which a user signs in.
func signInCloud(keystoneURL, region string, user keystone.User) string {
	return fmt.Sprintf("clouds:\n  rsd:\n    region_name: %s\n    auth:\n      auth_url: %s/v3\n      username: %s\n      password: %s\n"+
		"      project_name: %s\n      user_domain_name: Default\n      project_domain_name: Default\n",
		region, keystoneURL, user.Name, user.Password, user.Project)
}

// command prepares a run of a shell.
func (s *signedIn) command(binary string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.Context(), binary, args...)
	cmd.Dir = s.home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.home, "XDG_CACHE_HOME=" + filepath.Join(s.home, "cache"),
		"OS_CLIENT_CONFIG_FILE=" + filepath.Join(s.home, "clouds.yaml"), "OS_CLOUD=rsd",
	}
	return cmd
}

// run runs a command that must end with the status, and gives all it printed.
func (s *signedIn) run(status int, args ...string) string {
	s.Helper()
	cmd := s.command(filepath.Join(binaries, "valence"), args...)
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != status {
		s.Errorf("valence %s ended with %d, want %d:\n%s", strings.Join(args, " "), got, status, out)
	}
	return string(out)
}

// TestRequestsOfACommand: a command with a token in the cache makes one
// request, one without at most three more.
func TestRequestsOfACommand(t *testing.T) {
	t.Parallel()
	s := newSignedIn(t)
	s.run(0, "node", "list")
	cold := append(s.identity.taken(), s.service.taken()...)
	if len(cold) > 4 || !slices.Contains(cold, "GET /v1/nodes") {
		t.Errorf("cold: %v", cold)
	}
	s.run(0, "node", "list")
	if warm := append(s.identity.taken(), s.service.taken()...); !slices.Equal(warm, []string{"GET /v1/nodes"}) {
		t.Errorf("warm: %v", warm)
	}
	s.run(0, "--no-cache", "node", "list")
	if uncached := s.identity.taken(); len(uncached) == 0 {
		t.Error("--no-cache used the cache")
	}
}

// TestSecretsAreNowhere looks through everything that the shell writes for the
// password and the tokens; only the token cache may hold a token.
func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	s := newSignedIn(t)
	token := strings.TrimSpace(s.run(0, "token", "issue", "-c", "id", "-f", "value"))
	if len(token) < 30 {
		t.Fatalf("token issue gave %q", token)
	}
	var said strings.Builder
	for _, line := range [][]string{
		{"node", "list", "--debug"}, {"node", "create", "--debug", "--log-file", "log"}, {"catalog", "list", "--debug"},
		{"configuration", "show", "--origin"}, {"node", "list", "--timing", "-v"}, {"-f", "json", "catalog", "list"},
	} {
		said.WriteString(s.run(0, line...))
	}
	said.WriteString(s.run(4, "node", "show", "nope", "--debug"))
	said.WriteString(s.run(3, "--os-password", "wrong-"+s.user.Password, "--no-cache", "node", "list", "--debug"))
	said.WriteString(s.run(1, "--os-auth-url", "http://127.0.0.1:1/v3", "--no-cache", "node", "list", "--debug"))
	s.run(0, "token", "revoke", token)
	s.run(0, "node", "list") // with a new token, invisibly
	found := map[string]string{"what was printed": said.String()}
	if err := filepath.WalkDir(s.home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "/cache/valence/tokens/") || d.Name() == "clouds.yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		found[path] = string(data)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(found) < 3 {
		t.Errorf("searched only %d places", len(found))
	}
	for place, text := range found {
		for what, secret := range map[string]string{"password": s.user.Password, "token": token} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s stands in %s", what, place)
			}
		}
	}
	s.checkModes()
}

// checkModes: what is in the token cache is for the user alone.
func (s *signedIn) checkModes() {
	s.Helper()
	files, err := filepath.Glob(filepath.Join(s.home, "cache", "valence", "tokens", "*"))
	if err != nil || len(files) == 0 {
		s.Fatalf("no token is cached (%v)", err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			s.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
}

// TestManyShells starts two hundred shells at once with a cold cache. They are
// built without the race detector, which would need more memory than there is.
func TestManyShells(t *testing.T) {
	t.Parallel()
	s := newSignedIn(t)
	plain := filepath.Join(t.TempDir(), "valence")
	if out, err := exec.Command("go", "build", "-o", plain, "../cmd/valence").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			cmd := s.command(plain, "catalog", "list", "-f", "json")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil || ctx.Err() != nil || !bytes.Contains(out, []byte("rack-scale")) || stderr.Len() > 0 {
				t.Errorf("%v: %s%s", err, out, stderr.Bytes())
			}
		})
	}
	wg.Wait()
	files, err := filepath.Glob(filepath.Join(s.home, "cache", "valence", "tokens", "*.json"))
	if err != nil || len(files) != 1 {
		t.Errorf("left in the cache: %v, %v", files, err)
	}
	s.identity.taken()
	s.run(0, "catalog", "list")
	if asked := s.identity.taken(); len(asked) != 0 {
		t.Errorf("the cache that is left is not used: %v", asked)
	}
}
