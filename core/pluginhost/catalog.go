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
	Problems []Problem
}

// Catalog finds all plugins. Manifests come from the cache where the file is
// still the same; the other plugins are described at once, in parallel.
func (h *Host) Catalog(ctx context.Context) *Catalog {
	files, problems := find(h.Dirs)
	known := readCache(h.CacheFile)
	fresh := h.describeNew(ctx, files, known)
	cat := &Catalog{Problems: problems}
	claims := claims{}
	for _, noun := range h.Reserved {
		claims[noun] = "the shell itself"
	}
	for _, f := range files {
		e := known.Entries[f.path]
		if e.Problem != "" {
			cat.Problems = append(cat.Problems, Problem{f.path, f.family, e.Problem})
			continue
		}
		p := Plugin{Path: f.path, Manifest: e.Manifest}
		cat.Problems = append(cat.Problems, claims.settle(&p, f)...)
		cat.Plugins = append(cat.Plugins, p)
	}
	if fresh && h.CacheFile != "" && ctx.Err() == nil {
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
	m, err := h.askManifest(ctx, f)
	if err != nil {
		e.Problem = strings.TrimPrefix(err.Error(), "plugin "+f.family+" ")
	}
	e.Manifest = m
	return e
}

// claims says who has which noun.
type claims map[string]string

// settle gives the plugin the nouns that are free and takes the others from
// its manifest.
func (c claims) settle(p *Plugin, f file) (problems []Problem) {
	kept := slices.DeleteFunc(slices.Clone(p.Manifest.Commands), func(noun wire.Command) bool {
		owner, taken := c[noun.Name]
		if taken {
			problems = append(problems, Problem{f.path, f.family,
				fmt.Sprintf("its command %q is taken by %s", noun.Name, owner)})
		} else {
			c[noun.Name] = p.Path
		}
		return taken
	})
	p.Manifest.Commands = kept
	return problems
}
