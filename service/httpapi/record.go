package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// requestIDHeader carries the request id, both ways.
const requestIDHeader = "X-Openstack-Request-Id"

// record is what is known of one request: written while it is served, logged
// when it is done.
type record struct {
	id        string
	operation string // the id of the operation that serves it; empty where nothing does
	user      string
	err       error
	status    int // of the answer; 0 until it is under way
}

type recordKey struct{}

// recordOf gives the record of the request that ctx belongs to. Every request
// that reaches this package has one.
func recordOf(ctx context.Context) *record {
	return ctx.Value(recordKey{}).(*record)
}

// requestID takes the caller's request id where it is one, so that one id can
// be followed through several services, and otherwise makes one.
func requestID(r *http.Request) string {
	given := r.Header.Get(requestIDHeader)
	if id, ok := strings.CutPrefix(given, "req-"); ok && isUUID(id) {
		return given
	}
	return "req-" + uuid.NewString()
}

// isUUID says whether s is a UUID in the form that Valence writes: 36
// characters, without braces or a prefix, in either case.
func isUUID(s string) bool {
	return len(s) == 36 && uuid.Validate(s) == nil
}

// recorder notes the status of an answer in its record.
type recorder struct {
	http.ResponseWriter
	rec *record
}

func (w recorder) WriteHeader(status int) {
	if w.rec.status == 0 {
		w.rec.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w recorder) Write(p []byte) (int, error) {
	if w.rec.status == 0 {
		w.rec.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (w recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
