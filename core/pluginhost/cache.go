package pluginhost

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/valence-rsd/valence/internal/wire"
)

// problemLifetime is how long a plugin that failed to describe itself is left
// alone. The failure may have been the machine's and not the plugin's, and one
// that hangs must not cost its time-out on every command.
const problemLifetime = 5 * time.Minute

// cache is what is known of the plugins that were described. It is best
// effort: a cache that cannot be read or written costs time only.
type cache struct {
	Protocol int               `json:"protocol"`
	Entries  map[string]*entry `json:"entries"` // by path
	Hashes   map[string]hash   `json:"hashes"`  // of installed files that have moved, by path
}

// hash is a file's checksum, as long as the file stays the same.
type hash struct {
	identity
	SHA256 string `json:"sha256"`
}

// entry is one plugin, as long as its file stays the same.
type entry struct {
	identity
	Spoken   int           `json:"spoken"` // version of the protocol that was agreed on
	Manifest wire.Manifest `json:"manifest"`
	Problem  string        `json:"problem,omitempty"` // instead of a manifest
	At       time.Time     `json:"at"`                // when it was described
}

func readCache(path string) *cache {
	c := &cache{}
	if data, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(data, c)
	}
	if c.Protocol != wire.Protocol || c.Entries == nil || c.Hashes == nil {
		return &cache{Protocol: wire.Protocol, Entries: map[string]*entry{}, Hashes: map[string]hash{}}
	}
	return c
}

// get gives the entry of a file that has not changed since, or nil.
func (c *cache) get(f file) *entry {
	e := c.Entries[f.path]
	switch {
	case e == nil || e.identity != identify(f.info):
		return nil
	case e.Problem != "" && time.Since(e.At) > problemLifetime:
		return nil
	}
	return e
}

// write replaces the cache file in one step, so that shells that run at the
// same time read one or the other whole.
func (c *cache) write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return replaceFile(path, data, false)
}
