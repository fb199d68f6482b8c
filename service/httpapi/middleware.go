package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"strings"
	"time"
)

// middleware is what every request goes through, routes or not: it gets a
// record, and the line in the access log is written whatever happens inside.
func (a *api) middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &record{id: requestID(r)}
		began := time.Now()
		defer func() {
			a.metrics.observe(rec, time.Since(began))
			a.logAccess(r, rec, began)
		}()
		w.Header().Set(requestIDHeader, rec.id)
		a.guard(recorder{w, rec}, r.WithContext(context.WithValue(r.Context(), recordKey{}, rec)), next)
	})
}

// guard turns a panic into a 500, and where an answer is under way already
// into a cut connection.
func (a *api) guard(w http.ResponseWriter, r *http.Request, next http.Handler) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	most := a.settings.Load().MaxBody
	if r.ContentLength > most {
		fail(w, r, errTooLarge(most))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	next.ServeHTTP(w, r)
}

// logAccess writes the one line that each request leaves. The query, headers
// and bodies stay out of it.
func (a *api) logAccess(r *http.Request, rec *record, began time.Time) {
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("path", loggedPath(r.URL.Path)),
		slog.Int("status", rec.status),
		slog.Duration("duration", time.Since(began)),
		slog.String("request_id", rec.id),
	}
	if rec.user != "" {
		attrs = append(attrs, slog.String("user", rec.user))
	}
	level := slog.LevelInfo
	if rec.err != nil {
		attrs = append(attrs, slog.Any("error", rec.err))
		if rec.status >= http.StatusInternalServerError && !hungUp(r, rec.err) {
			level = slog.LevelError
		}
	}
	a.logger.LogAttrs(r.Context(), level, "request", attrs...)
}

// hungUp says whether the request failed because its caller went away.
func hungUp(r *http.Request, err error) bool {
	return r.Context().Err() != nil && errors.Is(err, context.Canceled)
}

// dispatch hands the request to its operation. A trailing slash makes no
// difference (contract 2.0); other paths that the mux would redirect from are
// nowhere.
func (a *api) dispatch(w http.ResponseWriter, r *http.Request) {
	r = withoutSlash(r)
	var allowed []string
	if escaped := r.URL.EscapedPath(); path.Clean("/"+escaped) == escaped {
		if _, pattern := a.mux.Handler(r); pattern != "" {
			a.mux.ServeHTTP(w, r)
			return
		}
		allowed = a.allowed(r)
	}
	if len(allowed) == 0 {
		fail(w, r, &problem{http.StatusNotFound, "Not Found", "there is nothing at this path"})
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	fail(w, r, &problem{http.StatusMethodNotAllowed, "Method Not Allowed",
		"this path does not take this method; it takes " + strings.Join(allowed, ", ")})
}

// allowed gives the methods that the path of r takes.
func (a *api) allowed(r *http.Request) []string {
	var methods []string
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete,
	} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := a.mux.Handler(probe); pattern != "" {
			methods = append(methods, method)
		}
	}
	return methods
}

// withoutSlash takes trailing slashes off the path, the root's excepted. One
// that is written as %2F stays: it is part of a name.
func withoutSlash(r *http.Request) *http.Request {
	escaped := r.URL.EscapedPath()
	kept := cmp.Or(strings.TrimRight(escaped, "/"), "/")
	if kept == escaped {
		return r
	}
	plain, err := url.PathUnescape(kept)
	if err != nil { // which a path that has been parsed cannot bring about
		return r
	}
	trimmed, target := *r, *r.URL
	target.Path, target.RawPath = plain, kept
	trimmed.URL = &target
	return &trimmed
}
