package pluginhost

import (
	"bytes"
	"context"
	"os"
	"sync"
)

// pool keeps started plugins that have ended a command in order, for the next
// one. Each runs one command at a time.
type pool struct {
	mu   sync.Mutex
	warm bool // else nothing is kept
	idle map[string]*running
}

// KeepWarm keeps plugins alive between commands until Close. A plugin that
// failed, ended or whose file was replaced is started anew.
func (h *Host) KeepWarm() {
	h.pool.mu.Lock()
	defer h.pool.mu.Unlock()
	h.pool.warm = true
	h.pool.idle = map[string]*running{}
}

// Close ends the plugins that were kept, and keeps none from then on.
func (h *Host) Close() {
	h.pool.mu.Lock()
	idle := h.pool.idle
	h.pool.warm, h.pool.idle = false, nil
	h.pool.mu.Unlock()
	var all sync.WaitGroup
	for _, r := range idle {
		all.Go(r.stop)
	}
	all.Wait()
}

// take gives a plugin that is ready for a command: a kept one or a new one.
func (h *Host) take(ctx context.Context, p Plugin) (*running, error) {
	now := identity{}
	if info, err := os.Stat(p.Path); err == nil { // what is wrong, start will tell
		now = identify(info)
	}
	if r := h.pool.remove(p.Path); r != nil {
		if !r.client.Exited() && r.identity == now {
			r.cried.forget()
			return r, nil
		}
		r.stop()
	}
	r, err := h.start(ctx, p.Path, p.Manifest.Family)
	if err == nil {
		r.identity = now
	}
	return r, err
}

func (p *pool) remove(path string) *running {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.idle[path]
	delete(p.idle, path)
	return r
}

// give takes a plugin back. Only one that is in order is kept, and only one of
// each.
func (h *Host) give(path string, r *running, inOrder bool) {
	h.pool.mu.Lock()
	keep := h.pool.warm && inOrder && h.pool.idle[path] == nil
	if keep {
		h.pool.idle[path] = r
	}
	h.pool.mu.Unlock()
	if !keep {
		r.stop()
	}
}

// forget drops what was kept, so that the words of one command are not taken
// for those of the next.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = bytes.Buffer{}
}
