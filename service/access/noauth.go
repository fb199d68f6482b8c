package access

import (
	"net"
	"net/http"

	"github.com/valence-rsd/valence/service"
)

// NoAuth asks nobody who he is.
type NoAuth struct{}

// Caller lets everybody in as an administrator without a project.
func (NoAuth) Caller(*http.Request) (service.Caller, error) {
	return service.Caller{Role: service.Admin}, nil
}

// Challenge is empty: there is no way to sign in.
func (NoAuth) Challenge() string { return "" }

// CheckNoAuth refuses to let NoAuth serve on an address that other machines can
// reach, unless allowRemote says that this is meant. addr is the address that
// a listener has, so that a host name has been resolved already.
func CheckNoAuth(addr net.Addr, allowRemote bool) error {
	if tcp, ok := addr.(*net.TCPAddr); allowRemote || ok && tcp.IP.IsLoopback() {
		return nil
	}
	return service.Errorf(service.Invalid,
		"without authentication the service listens on loopback only, and %s is not: "+
			"anybody who can reach it could take the hardware; allow that explicitly if it is meant", addr)
}
