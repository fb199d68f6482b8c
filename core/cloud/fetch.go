package cloud

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// profileAge is how long a fetched profile is used.
const profileAge = 24 * time.Hour

func (res *resolver) cached(source string) ([]byte, error) {
	path := res.cacheFile(source)
	if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) < profileAge && !res.NoCache {
		if data, err := os.ReadFile(path); err == nil {
			return data, nil
		}
	}
	get := res.Fetch
	if get == nil {
		get = fetch
	}
	data, err := get(source)
	if err != nil {
		return nil, err
	}
	if path != "" && !res.NoCache {
		// A cache that cannot be written costs a request, no more.
		_ = writeFile(path, data)
	}
	return data, nil
}

func (r Request) cacheFile(source string) string {
	folder := r.cacheDir()
	if folder == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(source))
	return filepath.Join(folder, "valence", "profiles", hex.EncodeToString(sum[:8])+".json")
}

// cacheDir is the person's folder for what can be made again, or "".
func (r Request) cacheDir() string {
	if dir := r.getenv("XDG_CACHE_HOME"); dir != "" {
		return dir
	}
	if home := r.getenv("HOME"); home != "" {
		return filepath.Join(home, ".cache")
	}
	return ""
}

// writeFile replaces a file as a whole, so that nobody reads half of it.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".profile-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// mostProfile is the size of a profile that is read at most.
const mostProfile = 1 << 20

func fetch(source string) ([]byte, error) {
	client := &http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get(source)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, mostProfile))
}
