package httpapi

import (
	"bytes"
	"net/http"
	"sync"

	"github.com/valence-rsd/valence/service"
)

const (
	// cachedLists bounds how many answers are kept, and cachedBytes how long
	// one may be: lists that everybody asks for are short.
	cachedLists = 256
	cachedBytes = 64 << 10
)

// listCache keeps the bytes of short lists for as long as nothing of their
// kind has changed.
type listCache struct {
	mu    sync.RWMutex
	lists map[listKey]cachedList
}

// listKey is everything that an answer depends on.
type listKey struct {
	kind    service.Kind
	query   string
	project string
	all     bool
}

type cachedList struct {
	version int64
	body    []byte
}

// serve answers with a list out of the cache, or lets make write it and keeps
// what that writes. kinds are the kinds that the list depends on, first that of
// its elements.
func (c *listCache) serve(a *api, w http.ResponseWriter, r *http.Request, kinds []service.Kind, produce func(http.ResponseWriter) error) error {
	var version int64 // of all of them together: each grows only
	for _, kind := range kinds {
		v, err := a.store.Version(r.Context(), kind)
		if err != nil {
			return err
		}
		version += v
	}
	caller := service.CallerOf(r.Context())
	key := listKey{kinds[0], r.URL.RawQuery, caller.ProjectID, caller.SeesAll()}
	if body, ok := c.get(key, version); ok {
		return send(w, http.StatusOK, body)
	}
	// The list is at least as new as the version, so that an answer is never
	// kept for a version that it is older than.
	copied := &copier{ResponseWriter: w}
	if err := produce(copied); err != nil {
		return err
	}
	if !copied.overflow {
		c.put(key, cachedList{version, copied.copy.Bytes()})
	}
	return nil
}

func (c *listCache) get(key listKey, version int64) ([]byte, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found, ok := c.lists[key]
	return found.body, ok && found.version == version
}

func (c *listCache) put(key listKey, made cachedList) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, replaced := c.lists[key]; !replaced && len(c.lists) >= cachedLists || c.lists == nil {
		c.lists = map[listKey]cachedList{} // whoever asks again brings theirs back
	}
	c.lists[key] = made
}

// copier keeps what passes through it, unless that becomes too long.
type copier struct {
	http.ResponseWriter
	copy     bytes.Buffer
	overflow bool
}

func (c *copier) Write(p []byte) (int, error) {
	if c.copy.Len()+len(p) > cachedBytes {
		c.overflow = true
		c.copy = bytes.Buffer{}
	}
	if !c.overflow {
		c.copy.Write(p)
	}
	return c.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *copier) Unwrap() http.ResponseWriter { return c.ResponseWriter }
