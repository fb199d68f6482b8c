package keystone

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

// guardedService is a service behind keystonemiddleware, which is how services
// of OpenStack check tokens. It answers with the name of the user.
const guardedService = `
import sys, wsgiref.simple_server
from keystonemiddleware import auth_token
def app(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [environ['HTTP_X_USER_NAME'].encode()]
url, password, service_type = sys.argv[1:]
conf = {'auth_type': 'password', 'auth_url': url, 'www_authenticate_uri': url, 'username': 'admin', 'password': password,
        'project_name': 'admin', 'user_domain_id': 'default', 'project_domain_id': 'default', 'service_type': service_type}
class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass
server = wsgiref.simple_server.make_server('127.0.0.1', 0, auth_token.AuthProtocol(app, conf), handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
`

// Guarded starts a service of a type behind the real keystonemiddleware, until
// the test ends, and gives its URL.
func (s *Server) Guarded(t testing.TB, serviceType string) string {
	t.Helper()
	out, in := io.Pipe()
	stop, err := guardedTo(in, alongside, []string{python, "-c", guardedService, s.URL, AdminPassword, serviceType})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = out.Close()
		stop()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the service behind keystonemiddleware did not start: %v", err)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(line)
}
