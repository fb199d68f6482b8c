package test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/keystone"
	"github.com/valence-rsd/valence/test/stack"
)

// member is the world of somebody with the role member in a cloud: a real
// Keystone, a service that lets nobody in without it and has a simulated pod, and
// in clouds.yaml the cloud rsd, which OS_CLOUD names.
func member(t *testing.T, home string) []string {
	t.Helper()
	server := keystone.Shared(t)
	admin := server.Admin(t)
	user, region := admin.NewUser("member"), admin.NewRegion()
	back := keystoned(t, server, admin)
	admin.AddService("rack-scale", region, map[string]string{"public": back.URL})
	registerPod(t, back, admin.Token)
	file := filepath.Join(home, ".config", "openstack", "clouds.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("clouds:\n  rsd:\n    region_name: %s\n    auth:\n      auth_url: %s/v3\n      username: %s\n      password: %s\n"+
		"      project_name: %s\n      user_domain_name: Default\n      project_domain_name: Default\n",
		region, server.URL, user.Name, user.Password, user.Project)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return append(installed(t, home), "OS_CLOUD=rsd")
}

// registerPod starts a simulated pod and registers it with a token.
func registerPod(t *testing.T, back *stack.Stack, token string) {
	t.Helper()
	pod := back.StartPod(podsim.Options{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, back.URL+"/v1/pod_managers",
		strings.NewReader(stack.Registration("simulated-pod", pod.URL, podsim.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Auth-Token": {token}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("registering the pod: %s", resp.Status)
	}
}
