package pluginhost

import (
	"fmt"
	"os"
	"path/filepath"
)

// guard refuses installed plugins whose content is no longer what was
// installed. A plugin without a receipt passes: it stands in a folder that only
// root or the user can write to, put there by a package manager, a build or the
// user, and the guard has nothing to hold against it.
type guard struct {
	receipts map[string]*Receipt // by path
	folder   string              // where plugins are installed
	broken   error               // why the receipts cannot be told
	known    *cache
	hashed   bool // a file was, so the cache has changed
}

func newGuard(receiptsFile string, known *cache) *guard {
	g := &guard{known: known, folder: filepath.Join(filepath.Dir(receiptsFile), "plugins"), receipts: map[string]*Receipt{}}
	list, err := ReadReceipts(receiptsFile)
	g.broken = err
	for i := range list {
		g.receipts[list[i].Path] = &list[i]
	}
	return g
}

// refuse says why a file must not run; empty if it may.
func (g *guard) refuse(f file) string {
	if g.broken != nil && filepath.Dir(f.path) == g.folder {
		return g.broken.Error()
	}
	r := g.receipts[f.path]
	if r == nil {
		return ""
	}
	r.seen = identify(f.info)
	if r.seen == r.identity {
		return ""
	}
	sum, err := g.checksum(f)
	if err != nil {
		return "it cannot be read: " + err.Error()
	}
	return r.compare(sum)
}

func (r *Receipt) compare(sum string) string {
	if sum == r.SHA256 {
		return ""
	}
	return fmt.Sprintf("its content has changed since it was installed: install it again, or run valence plugin remove %s", r.Family)
}

// changed says why an installed plugin must not run that was in order when the
// catalogue was made, which in an interactive shell may be long ago. What is
// wrong with a file that is gone, its start will tell.
func (p Plugin) changed() string {
	if p.Receipt == nil {
		return ""
	}
	info, err := os.Stat(p.Path)
	if err != nil || identify(info) == p.Receipt.seen {
		return ""
	}
	sum, err := Checksum(p.Path)
	if err != nil {
		return ""
	}
	return p.Receipt.compare(sum)
}

// checksum hashes a file that has moved since it was installed, once: a file
// that was touched or restored must not be hashed on every command.
func (g *guard) checksum(f file) (string, error) {
	now := identify(f.info)
	if h, ok := g.known.Hashes[f.path]; ok && h.identity == now {
		return h.SHA256, nil
	}
	sum, err := Checksum(f.path)
	if err == nil {
		g.known.Hashes[f.path] = hash{now, sum}
		g.hashed = true
	}
	return sum, err
}
