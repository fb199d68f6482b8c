package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const notCached = "nothing is cached, because of --no-cache or because there is no home"

// lookAtTokens looks at the folder of the tokens.
func (v *visit) lookAtTokens(context.Context) Finding {
	if v.Tokens == "" {
		return skipped(notCached)
	}
	if f, sound := folder(v.Tokens); !sound {
		return f
	}
	entries, err := os.ReadDir(v.Tokens)
	if err != nil {
		return warning(err.Error(), "chmod u+rwx "+v.Tokens+", or chown it to you")
	}
	count := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") {
			continue // being written by somebody
		}
		if f, sound := cacheFile(filepath.Join(v.Tokens, e.Name())); !sound {
			return f
		}
		count++
	}
	return ok(fmt.Sprintf("%s has %d of them", v.Tokens, count))
}

// lookAtManifests looks at the file of the manifests.
func (v *visit) lookAtManifests(context.Context) Finding {
	if v.Manifests == "" {
		return skipped(notCached)
	}
	if f, sound := folder(filepath.Dir(v.Manifests)); !sound {
		return f
	}
	if f, sound := cacheFile(v.Manifests); !sound {
		return f
	}
	return ok(v.Manifests)
}

// folder looks at the folder of a cache. The finding is for one that is not sound,
// or not there yet.
func folder(path string) (Finding, bool) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ok("there is none yet: " + path), false
	case err != nil:
		return warning(err.Error(), "nothing is cached in it; make it readable for you"), false
	case !info.IsDir():
		return warning(path+" is not a folder, so nothing is cached", "remove it, valence makes the folder when it is needed"), false
	case othersMay(info, 0o7):
		return warning(fmt.Sprintf("others may use %s (mode %04o)", path, info.Mode().Perm()), "chmod 700 "+path), false
	}
	f, err := os.CreateTemp(path, "doctor.*.new")
	if err != nil {
		return warning(path+" cannot be written to, so nothing is cached", "chmod u+rwx "+path+", or chown it to you"), false
	}
	_ = f.Close()
	os.Remove(f.Name())
	return Finding{}, true
}

// cacheFile looks at a file of a cache.
func cacheFile(path string) (Finding, bool) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ok("there is none yet: " + path), false
	}
	if err == nil && othersMay(info, 0o7) {
		return warning(fmt.Sprintf("others may use %s (mode %04o)", path, info.Mode().Perm()), "chmod 600 "+path), false
	}
	data, err := os.ReadFile(path)
	switch {
	case err != nil:
		return warning(err.Error(), "remove it, it is made anew"), false
	case !json.Valid(data):
		return warning(path+" is broken: it is not JSON", "remove it, it is made anew"), false
	}
	return Finding{}, true
}
