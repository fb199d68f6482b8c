package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/app"
)

// snapshot backs a service up into a file.
func snapshot(t *testing.T, o app.Options) string {
	t.Helper()
	var whole bytes.Buffer
	if err := app.Snapshot(t.Context(), o, &whole); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "snapshot")
	if err := os.WriteFile(file, whole.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestBackup backs a service up while it runs and after it has stopped, brings
// it back in another folder, and finds everything there that was backed up. No
// password is in a backup.
func TestBackup(t *testing.T) {
	t.Parallel()
	const password = "A-Pod-Pass-in-no-backup"
	o := options(t)
	service, base := start(t, o)
	pod := startPod(t, podsim.Options{Password: password})
	body := strings.ReplaceAll(`{"name":"pod","url":"URL","authentication":[{"type":"basic","auth_items":{"username":"admin","password":"`+
		password+`"}}]}`, "URL", pod.URL)
	if status, text, err := post(base+"/v1/pod_managers", body); status != 200 || !strings.Contains(text, "Online") {
		t.Fatalf("registering: %d %s %v", status, text, err)
	}
	running := snapshot(t, o)
	if status, _, err := post(base+"/v1/flavors", `{"name":"late","properties":{}}`); status != 200 {
		t.Fatal(status, err)
	}
	if err := stop(service, time.Minute); err != nil {
		t.Fatal(err)
	}
	for file, flavors := range map[string]int{running: 0, snapshot(t, o): 1} {
		if text, _ := os.ReadFile(file); bytes.Contains(text, []byte(password)) {
			t.Error("the password of the pod is in the backup")
		}
		restored := options(t)
		restored.Config.Credentials.KeyRepository = o.Config.Credentials.KeyRepository
		if err := app.Restore(t.Context(), restored, file); err != nil {
			t.Fatal(err)
		}
		if err := app.Restore(t.Context(), restored, file); err == nil {
			t.Error("a store is written over")
		}
		_, base := start(t, restored)
		if _, text, _ := get(base + "/v1/flavors"); strings.Count(text, `"uuid"`) != flavors {
			t.Errorf("restored flavors: %s, want %d", text, flavors)
		}
		// The password is needed for this, and its key.
		if status, text, err := post(base+"/v1/nodes", `{"name":"web-1"}`); status != 200 {
			t.Errorf("composing: %d %s %v", status, text, err)
		}
	}
}

// TestKeysChange: a service that is told of a new key uses it, and the old one
// can go then.
func TestKeysChange(t *testing.T) {
	t.Parallel()
	o := options(t)
	service, base := start(t, o)
	register(t, base, startPod(t, podsim.Options{}))
	if err := app.RotateKeys(o); err != nil {
		t.Fatal(err)
	}
	if err := service.Reload(t.Context(), o.Config); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(o.Config.Credentials.KeyRepository, "0")); err != nil {
		t.Fatal(err)
	}
	if err := stop(service, time.Minute); err != nil {
		t.Fatal(err)
	}
	again, base := start(t, o)
	if status, text, err := post(base+"/v1/nodes", `{"name":"web-1"}`); status != 200 {
		t.Errorf("composing with the new key alone: %d %s %v", status, text, err)
	}
	if n, err := app.SealAnew(t.Context(), o); err == nil {
		t.Errorf("the store of a running service was opened, and %d passwords sealed", n)
	}
	if err := stop(again, time.Minute); err != nil {
		t.Fatal(err)
	}
	if n, err := app.SealAnew(t.Context(), o); n != 0 || err != nil {
		t.Errorf("%d passwords had to be sealed, %v", n, err)
	}
}

// TestKeysLost: a service whose keys are gone does not start, until it is told
// to forget what was sealed with them. Then a password that is given anew will
// do, and nothing else is lost.
func TestKeysLost(t *testing.T) {
	t.Parallel()
	o := options(t)
	service, base := start(t, o)
	pod := startPod(t, podsim.Options{})
	register(t, base, pod)
	if status, text, err := post(base+"/v1/nodes", `{"name":"web-1"}`); status != 200 {
		t.Fatalf("composing: %d %s %v", status, text, err)
	}
	if err := stop(service, time.Minute); err != nil {
		t.Fatal(err)
	}
	o.Config.Credentials.KeyRepository = filepath.Join(t.TempDir(), "other-keys")
	if _, err := app.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), "which is not in "+o.Config.Credentials.KeyRepository) {
		t.Fatalf("without the keys: %v", err)
	}
	for _, want := range []int{1, 0} {
		if n, err := app.ForgetPasswords(t.Context(), o); n != want || err != nil {
			t.Errorf("%d passwords forgotten, %v; want %d", n, err, want)
		}
	}
	_, base = start(t, o)
	if _, text, _ := get(base + "/v1/nodes"); !strings.Contains(text, `"web-1"`) {
		t.Errorf("the nodes are %s", text)
	}
	const given = `{"authentication":[{"type":"basic","auth_items":{"username":"admin","password":"admin"}}]}`
	if status, text, err := send("PATCH", base+"/v1/pod_managers/pod", given); status != 200 || !strings.Contains(text, `"Online"`) {
		t.Errorf("giving the password anew: %d %s %v", status, text, err)
	}
}
