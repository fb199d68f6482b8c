// Package seal makes secrets unreadable for whoever sees the store: it
// implements service.Sealer with keys out of a private folder.
//
// It knows keys and files. It must not know what is sealed, where that is
// kept, or when keys are changed.
package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/valence-rsd/valence/service"
)

var _ service.Sealer = (*Keys)(nil)

// format starts every sealed text. Another way of sealing gets another one, so
// that old texts stay readable.
const format = "v1"

// Keys seals and opens with the keys of one folder. Its methods may be called
// from many goroutines.
type Keys struct {
	dir  string
	ring atomic.Pointer[ring]
}

// ring is the keys as they were read once.
type ring struct {
	newest *key
	byID   map[string]*key
}

// Open reads the keys in dir. A folder or file that is open to others than its
// owner, or that belongs to neither this user nor root, is an error; so is a
// folder without keys, which Setup makes.
func Open(dir string) (*Keys, error) {
	k := &Keys{dir: dir}
	if err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// Reload reads the keys again, after Rotate for example. When it fails, the
// keys stay as they were.
func (k *Keys) Reload() error {
	r, err := readRing(k.dir)
	if err != nil {
		return fmt.Errorf("reading the keys in %s: %w", k.dir, err)
	}
	k.ring.Store(r)
	return nil
}

// Seal implements service.Sealer. The text is made of letters, digits, "-",
// "_" and ":".
func (k *Keys) Seal(plain, purpose string) (string, error) {
	newest := k.ring.Load().newest
	sealed := newest.aead.Seal(nil, nil, []byte(plain), context(newest.id, purpose))
	return strings.Join([]string{format, newest.id, base64.RawURLEncoding.EncodeToString(sealed)}, ":"), nil
}

// Open implements service.Sealer.
func (k *Keys) Open(sealed, purpose string) (plain string, newest bool, err error) {
	id, body, err := split(sealed)
	if err != nil {
		return "", false, err
	}
	ring := k.ring.Load()
	with := ring.byID[id]
	if with == nil {
		return "", false, fmt.Errorf("the sealed text needs key %s, which is not in %s", id, k.dir)
	}
	opened, err := with.aead.Open(nil, nil, body, context(id, purpose))
	if err != nil {
		return "", false, fmt.Errorf("the sealed text was changed, or sealed for something else than %q", purpose)
	}
	return string(opened), with == ring.newest, nil
}

// split takes a sealed text apart. The id is one that a key may have.
func split(sealed string) (id string, body []byte, err error) {
	parts := strings.Split(sealed, ":")
	if len(parts) != 3 || parts[0] != format {
		return "", nil, fmt.Errorf("not a sealed text: it should be %s:KEY:TEXT", format)
	}
	if !keyID(parts[1]) {
		return "", nil, errors.New("not a sealed text: the id of its key is malformed")
	}
	body, err = base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return "", nil, errors.New("not a sealed text: it is not base64")
	}
	return parts[1], body, nil
}

// context is what a sealed text is bound to beside its key.
func context(id, purpose string) []byte { return []byte(format + ":" + id + ":" + purpose) }
