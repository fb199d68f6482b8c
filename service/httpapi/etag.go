package httpapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/valence-rsd/valence/service"
)

const ifMatchHeader = "If-Match"

// etag identifies what a client may change of a record: it is another one after
// every change.
func etag(updatedAt time.Time) string {
	return `"` + strconv.FormatInt(updatedAt.UnixMicro(), 36) + `"`
}

// tag tells the caller the ETag of a record.
func tag(w http.ResponseWriter, updatedAt time.Time) { w.Header().Set("ETag", etag(updatedAt)) }

// unchanged says, within the change of a record, that somebody else has
// changed it since the caller read it (RFC 9110, 13.1.1). A caller who does not
// ask gets the change in any case.
func unchanged(r *http.Request, updatedAt time.Time) error {
	given := r.Header.Get(ifMatchHeader)
	if given == "" || given == "*" {
		return nil
	}
	for candidate := range strings.SplitSeq(given, ",") {
		if strings.TrimSpace(candidate) == etag(updatedAt) {
			return nil
		}
	}
	return service.Errorf(service.Stale, "it was changed since it was read; read it again, and repeat the change if it still makes sense")
}
