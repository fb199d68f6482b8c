package pluginhost

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/valence-rsd/valence/internal/wire"
)

// Catalog is what the shell can do through plugins.
type Catalog struct {
	Plugins  []Plugin // each noun belongs to exactly one
	Shadowed []Shadow
	Problems []Problem
}

// Plugin finds the usable plugin of a family; nil if there is none.
func (c *Catalog) Plugin(family string) *Plugin {
	for i := range c.Plugins {
		if c.Plugins[i].Manifest.Family == family {
			return &c.Plugins[i]
		}
	}
	return nil
}

// Catalog finds all plugins. Manifests come from the cache where the file is
// still the same; the other plugins are described at once, in parallel.
// Checksums are not computed unless an installed file has moved.
func (h *Host) Catalog(ctx context.Context) *Catalog {
	known := readCache(h.CacheFile)
	guard := newGuard(h.Receipts, known)
	found := find(h.Dirs, guard.refuse)
	fresh := h.describeNew(ctx, found.files, known)
	cat := &Catalog{Problems: found.problems, Shadowed: found.shadowed}
	claims := claims{}
	for _, noun := range h.Reserved {
		claims[noun] = "the shell itself"
	}
	for _, f := range found.files {
		e := known.Entries[f.path]
		if e.Problem != "" {
			cat.Problems = append(cat.Problems, Problem{f.path, f.family, e.Problem})
			continue
		}
		p := Plugin{Path: f.path, Protocol: e.Spoken, Manifest: e.Manifest, Receipt: guard.receipts[f.path]}
		cat.Problems = append(cat.Problems, claims.settle(&p)...)
		cat.Plugins = append(cat.Plugins, p)
	}
	if (fresh || guard.hashed) && h.CacheFile != "" && ctx.Err() == nil {
		_ = known.write(h.CacheFile)
	}
	return cat
}

// describeNew puts an entry into the cache for each file that has none, and
// says whether there were any.
func (h *Host) describeNew(ctx context.Context, files []file, known *cache) bool {
	unknown := slices.DeleteFunc(slices.Clone(files), func(f file) bool { return known.get(f) != nil })
	entries := make([]*entry, len(unknown))
	var wg sync.WaitGroup
	for i, f := range unknown {
		wg.Go(func() { entries[i] = h.describe(ctx, f) })
	}
	wg.Wait()
	for i, f := range unknown {
		known.Entries[f.path] = entries[i]
	}
	return len(unknown) > 0
}

func (h *Host) describe(ctx context.Context, f file) *entry {
	e := &entry{identity: identify(f.info), At: time.Now()}
	p, err := h.askManifest(ctx, f)
	if err != nil {
		e.Problem = strings.TrimPrefix(err.Error(), "plugin "+f.family+" ")
	}
	e.Manifest, e.Spoken = p.Manifest, p.Protocol
	return e
}

// claims says who has which noun.
type claims map[string]string

// settle gives the plugin the nouns that are free and takes the others from
// its manifest.
func (c claims) settle(p *Plugin) (problems []Problem) {
	var kept []wire.Command
	for _, noun := range p.Manifest.Commands {
		owner, taken := c[noun.Name]
		if !taken {
			c[noun.Name] = p.Path
			kept = append(kept, noun)
			continue
		}
		p.Taken = append(p.Taken, noun)
		problems = append(problems, Problem{p.Path, p.Manifest.Family,
			fmt.Sprintf("its command %q is taken by %s", noun.Name, owner)})
	}
	p.Manifest.Commands = kept
	return problems
}
