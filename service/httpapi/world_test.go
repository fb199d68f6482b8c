package httpapi_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/service/app"
	"github.com/valence-rsd/valence/test/stack"
)

const (
	podUser     = "svc-valence"
	podPassword = "s3cret-Pa55-of-the-pod"
)

// world is a whole service with everything real behind it, and one pod, which
// is not registered yet.
type world struct {
	base string
	pod  *podsim.Server
	log  *logBuffer
}

// startWorld starts both; whatever the test does, no secret may be in the log
// when it ends.
func startWorld(t *testing.T, o podsim.Options) world {
	t.Helper()
	o.Username, o.Password = podUser, podPassword
	pod, err := podsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pod.Close() })

	log := &logBuffer{}
	service, err := app.New(t.Context(), app.Options{
		Config: stack.Config(t),
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	service.Start(t.Context())
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := service.Stop(ctx); err != nil {
			t.Errorf("stopping: %v", err)
		}
		searchSecrets(t, "the log", log.String())
	})
	return world{"http://" + service.Addr().String(), pod, log}
}

// searchSecrets fails the test where text has the pod's password, in any form
// that it takes on its way.
func searchSecrets(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{
		podPassword,
		base64.StdEncoding.EncodeToString([]byte(podPassword)),
		base64.StdEncoding.EncodeToString([]byte(podUser + ":" + podPassword)),
	} {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%s has the password: …%s…", where, text[max(0, i-80):i])
		}
	}
}

// podManagerBody registers the pod of w under a name.
func (w world) podManagerBody(name string) string {
	return fmt.Sprintf(`{"name":%q,"url":%q,"driver":"redfishv1","authentication":[`+
		`{"type":"basic","auth_items":{"username":%q,"password":%q}}]}`, name, w.pod.URL, podUser, podPassword)
}

// register registers the pod and gives the UUID of its pod manager.
func (w world) register(t *testing.T) string {
	t.Helper()
	got := call(t, "POST", w.base+"/v1/pod_managers", w.podManagerBody("row4-podm")).object(t, 200)
	if got["status"] != "Online" {
		t.Fatalf("the pod manager is not online: %v", got)
	}
	return got["uuid"].(string)
}
