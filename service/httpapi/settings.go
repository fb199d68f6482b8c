package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"github.com/rs/cors"

	"github.com/valence-rsd/valence/service"
)

// Settings may be changed while requests are served. Zero values take the
// defaults that are named here.
type Settings struct {
	MaxBody        int64         // bytes of a request body; 1 MiB
	MaxLimit       int           // most elements of one page; 1000
	MaxConcurrency int           // requests served at once; 1000
	Timeout        time.Duration // how long a caller waits for work, which goes on afterwards; 1000 s
	// PublicEndpoint is what links in answers begin with, without a slash at
	// its end. Empty: how the request came.
	PublicEndpoint string
	// AllowedOrigins are the web pages whose scripts may call the API (CORS);
	// none by default, and "*" for any.
	AllowedOrigins   []string
	AllowCredentials bool // scripts may send what the browser knows of the caller
}

// settings are Settings with what is made of them.
type settings struct {
	Settings
	cors *cors.Cors // nil where no origin is allowed
}

// Apply makes requests that come from now on use s.
func (h *Handler) Apply(s Settings) {
	s.MaxBody = or(s.MaxBody, 1<<20)
	s.MaxLimit = or(s.MaxLimit, 1000)
	s.MaxConcurrency = or(s.MaxConcurrency, 1000)
	s.Timeout = or(s.Timeout, 1000*time.Second)
	made := &settings{Settings: s}
	if len(s.AllowedOrigins) > 0 {
		made.cors = cors.New(cors.Options{
			AllowedOrigins:   s.AllowedOrigins,
			AllowCredentials: s.AllowCredentials,
			AllowedMethods:   []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete},
			AllowedHeaders: []string{
				"X-Auth-Token", "Content-Type", "If-Match", idempotencyKeyHeader, preferHeader, requestIDHeader,
			},
			ExposedHeaders: []string{requestIDHeader, "Link", "Location", "ETag", incompleteHeader},
		})
	}
	h.api.settings.Store(made)
}

// bounded serves no more requests at once than the settings allow, and none
// for longer. What is beyond that is refused at once: a queue would only make
// everybody wait.
func (h *Handler) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := int64(h.api.settings.Load().MaxConcurrency)
		defer h.inFlight.Add(-1)
		if h.inFlight.Add(1) > most && r.URL.Path != healthPath {
			w.Header().Set("Retry-After", "1")
			fail(w, r, service.Errorf(service.Unavailable, "the service is working on %d requests, as many as it takes at once", most))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// shared lets scripts of other origins in where that is wanted. A page that is
// not wanted changes nothing, even where it counts as the service's own: whoever
// owns a name can have it lead to this host. Browsers name the origin of all
// requests but GET and HEAD (Fetch standard, section 3.2), and no other program
// does.
func (a *api) shared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := a.settings.Load().cors
		if r.Header.Get("Origin") != "" && changes(r.Method) && (c == nil || !c.OriginAllowed(r)) {
			fail(w, r, service.Errorf(service.Forbidden, "web pages may change nothing here, but for those that [cors] allowed_origin names"))
			return
		}
		if c != nil {
			c.ServeHTTP(w, r, next.ServeHTTP)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// changes tells whether a method may change something (RFC 9110, section 9.2.1).
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// baseURL is how the caller reaches the service, for links in documents.
func (a *api) baseURL(r *http.Request) string {
	if public := a.settings.Load().PublicEndpoint; public != "" {
		return public
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, r.Host)
}

func or[T comparable](v, byDefault T) T {
	var zero T
	if v == zero {
		return byDefault
	}
	return v
}
