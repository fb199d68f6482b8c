package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// plainRefusal is in what net/http itself answers to a request that it cannot
// read, and in nothing that comes from a handler of this package.
const plainRefusal = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"

// Listener lets requests that are no HTTP be answered with the error document
// as well: the Python client reads nothing else. net/http answers them before
// any handler is asked, in one write of plain text, which is replaced here.
// Under TLS those answers stay as they are, for they are encrypted by then.
func Listener(inner net.Listener, logger *slog.Logger) net.Listener {
	return refusingListener{inner, logger}
}

type refusingListener struct {
	net.Listener
	logger *slog.Logger
}

func (l refusingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return refusingConn{conn, l.logger}, nil
}

type refusingConn struct {
	net.Conn
	logger *slog.Logger
}

func (c refusingConn) Write(p []byte) (int, error) {
	status, reason := refusal(p)
	if status == 0 {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(c.document(status, reason)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// refusal gives the status and the reason of a refusal of net/http's own; 0 for
// anything else. What it calls a lack of the server's, such as an unknown
// encoding or version, is the request's fault here: nobody should try again.
func refusal(p []byte) (status int, reason string) {
	if bytes.HasPrefix(p, []byte("HTTP/1.1 417 ")) { // no handler here answers that
		return http.StatusExpectationFailed, "it has an expectation that is not known"
	}
	i := bytes.Index(p[:min(len(p), 256)], []byte(plainRefusal))
	if i < 0 {
		return 0, ""
	}
	status, err := strconv.Atoi(strings.Fields(string(p[:i]))[1])
	if err != nil || status >= http.StatusInternalServerError {
		status = http.StatusBadRequest
	}
	return status, "it is no HTTP: " + string(p[i+len(plainRefusal):])
}

// document makes the answer that stands for one in plain text.
func (c refusingConn) document(status int, reason string) []byte {
	id := "req-" + uuid.NewString()
	c.logger.Info("request", "status", status, "request_id", id, "error", reason)
	// Strings and numbers can be encoded.
	body, _ := json.Marshal(errorWire{
		RequestID: id, Status: status, Code: http.StatusText(status), Title: "Unreadable request",
		Detail: "the request is not well-formed HTTP, or one of its parts is too large",
	})
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s: %s\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), jsonType, len(body), requestIDHeader, id, body)
}
