package access_test

import (
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/access"
)

func TestNoAuthLetsEverybodyInAsAdministrator(t *testing.T) {
	t.Parallel()
	caller, err := access.NoAuth{}.Caller(httptest.NewRequest("GET", "/v1/nodes", nil))
	if err != nil || caller != (service.Caller{Role: service.Admin}) {
		t.Errorf("NoAuth gave %+v, %v", caller, err)
	}
	if challenge := (access.NoAuth{}).Challenge(); challenge != "" {
		t.Errorf("NoAuth challenges with %q", challenge)
	}
}

func TestCheckNoAuth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		listen      string
		allowRemote bool
		ok          bool
	}{
		{"127.0.0.1:0", false, true},
		{"127.8.8.8:0", false, true},
		{"0.0.0.0:0", false, false},
		{":0", false, false},
		{"0.0.0.0:0", true, true},
	} {
		listener, err := net.Listen("tcp", c.listen)
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		err = access.CheckNoAuth(listener.Addr(), c.allowRemote)
		if (err == nil) != c.ok {
			t.Errorf("%s, allowRemote %v: %v", c.listen, c.allowRemote, err)
		}
		if err != nil && !strings.Contains(err.Error(), listener.Addr().String()) {
			t.Errorf("the error does not name the address: %v", err)
		}
	}
}
