package test

import (
	"strings"
	"testing"
)

// TestDoctorWithKeystone: the doctor signs in at a real Keystone, finds the service
// in its catalog, and says why it cannot with a wrong password.
func TestDoctorWithKeystone(t *testing.T) {
	t.Parallel()
	s := newSignedIn(t)
	out := s.run(0, "doctor", "--jq", `.[] | select(.check | test("keystone|sign-in|catalog|access|pod manager ")) | .check + ": " + .state + ": " + .found`)
	for _, want := range []string{
		"keystone: ok: " + s.identity.URL + "/v3 has the Identity API v3", "keystone clock: ok: ", "sign-in: ok: as " + s.user.Name + " in project ",
		"with the roles member", "catalog: ok: rack-scale is at " + s.service.URL, "access: ok: ", "pod manager pod: ok: Online",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	out = s.run(1, "doctor", "--os-password", "wrong", "--jq", `.[] | .check + ": " + .state`)
	for _, want := range []string{"keystone: ok\n", "sign-in: failed\n", "catalog: skipped\n", "access: skipped\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
