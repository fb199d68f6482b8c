package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangedAndReloaded(t *testing.T) {
	t.Parallel()
	before := mustLoad(t, from(t, "[api]\nbind_port = 1\nmax_limit = 2\n[etcd]\npassword = a\nendpoints = http://h:1\nusername = u"))
	after := mustLoad(t, from(t, "\n[api]\nbind_port = 3\nmax_limit = 4\n[cors]\nallowed_origin = http://a\n[etcd]\npassword = b\nendpoints = http://h:1\nusername = u"))
	reloadable, restart := Changed(before, after)
	if diff := cmp.Diff([]string{"[api] max_limit", "[cors] allowed_origin"}, reloadable); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"[api] bind_port", "[etcd] password"}, restart); diff != "" {
		t.Error(diff)
	}

	now := Reloaded(before, after)
	if now.API.BindPort != 1 || now.API.MaxLimit != 4 || now.Etcd.Password != "a" || now.CORS.AllowedOrigin[0] != "http://a" {
		t.Errorf("%+v", now)
	}
	if before.API.MaxLimit != 2 || now.origins["api.max_limit"].line != 4 || now.origins["api.bind_port"].line != 2 {
		t.Errorf("%v", now.origins)
	}
	reloadable, restart = Changed(now, after)
	if len(reloadable) > 0 || len(restart) != 2 {
		t.Errorf("%v %v", reloadable, restart)
	}
}
