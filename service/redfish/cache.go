package redfish

import (
	"container/list"
	"net/http"
	"sync"
)

// maxCached bounds the bodies that a client remembers. The documents of 10,000
// systems have about that many bytes.
const maxCached = 64 << 20

// cache remembers documents that came with an ETag, the most recently used of
// them, so that the service need not send again what has not changed (RFC 9110,
// section 13.1.2).
type cache struct {
	mu     sync.Mutex
	max    int // bytes
	size   int
	byLink map[string]*list.Element
	order  *list.List // of cached, the most recently used first
}

type cached struct {
	link, etag string
	body       []byte // never written to
}

func newCache(bytes int) *cache {
	return &cache{max: bytes, byLink: map[string]*list.Element{}, order: list.New()}
}

func (c *cache) get(link string) (cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, known := c.byLink[link]
	if !known {
		return cached{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cached), true
}

func (c *cache) put(d cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(c.byLink[d.link])
	c.byLink[d.link] = c.order.PushFront(d)
	for c.size += len(d.body); c.size > c.max; {
		c.drop(c.order.Back())
	}
}

func (c *cache) forget(link string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(c.byLink[link])
}

// drop forgets a document, if there is one. The caller holds the lock.
func (c *cache) drop(e *list.Element) {
	if e == nil {
		return
	}
	d := c.order.Remove(e).(cached)
	delete(c.byLink, d.link)
	c.size -= len(d.body)
}

// remember keeps the document of an answer, or none of it where it has no ETag.
func (c *cache) remember(link string, a Answer) {
	if tag := a.Header.Get("ETag"); tag != "" {
		c.put(cached{link: link, etag: tag, body: a.Body})
		return
	}
	c.forget(link)
}

// unchanged says whether the answer to a conditional request is that nothing
// has changed.
func unchanged(r Request, a Answer) bool {
	return r.IfNoneMatch != "" && a.Status == http.StatusNotModified
}
