package access

import (
	"container/list"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/valence-rsd/valence/service"
)

// key stands for a token where tokens are remembered, so that nothing keeps the
// token itself.
type key [sha256.Size]byte

func keyOf(token string) key { return sha256.Sum256([]byte(token)) }

// cache remembers callers by the keys of their tokens, each until a moment of
// its own. When it is full the one that was used longest ago makes room.
type cache struct {
	size int

	mu      sync.Mutex
	entries map[key]*list.Element
	order   *list.List // of *entry; the one used last is in front
}

type entry struct {
	key    key
	caller service.Caller
	until  time.Time
}

func newCache(size int) *cache {
	return &cache{size: size, entries: map[key]*list.Element{}, order: list.New()}
}

func (c *cache) get(k key) (service.Caller, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[k]
	if !ok {
		return service.Caller{}, false
	}
	e := element.Value.(*entry)
	if !time.Now().Before(e.until) {
		c.remove(element)
		return service.Caller{}, false
	}
	c.order.MoveToFront(element)
	return e.caller, true
}

func (c *cache) put(k key, caller service.Caller, until time.Time) {
	if !time.Now().Before(until) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.entries[k]; ok {
		c.remove(old)
	}
	c.entries[k] = c.order.PushFront(&entry{k, caller, until})
	if c.order.Len() > c.size {
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(element *list.Element) {
	delete(c.entries, c.order.Remove(element).(*entry).key)
}
