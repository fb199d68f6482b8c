package test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/keystone"
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
	back.AddPodAs(admin.Token, "simulated-pod", podsim.Options{})
	file := filepath.Join(home, ".config", "openstack", "clouds.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(signInCloud(server.URL, region, user)), 0o600); err != nil {
		t.Fatal(err)
	}
	return append(installed(t, home), "OS_CLOUD=rsd")
}
