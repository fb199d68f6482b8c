package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// keyBytes is the length of a key: AES-256.
const keyBytes = 32

// idBytes is how much of a key's digest is its id. Keys are told apart by what
// they are and not by their number, which means another key on another machine
// whose folder was not copied.
const idBytes = 6

// key is one key, ready for use.
type key struct {
	id   string
	aead cipher.AEAD
}

func newKey(secret []byte) (*key, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(append([]byte("valence key id:"), secret...))
	return &key{id: hex.EncodeToString(digest[:idBytes]), aead: aead}, nil
}

// keyID says whether id has the form of a key's id.
func keyID(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == idBytes && strings.ToLower(id) == id
}

func readRing(dir string) (*ring, error) {
	numbers, err := keyNumbers(dir)
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return nil, errors.New("there is no key")
	}
	r := &ring{byID: map[string]*key{}}
	for _, n := range numbers {
		k, err := readKey(keyFile(dir, n))
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", n, err)
		}
		r.byID[k.id], r.newest = k, k
	}
	return r, nil
}

func keyFile(dir string, number int) string { return filepath.Join(dir, strconv.Itoa(number)) }

// keyNumbers lists the keys of a folder, the newest last, after a look at who
// may look into it. A file whose name is not a number is none of ours.
func keyNumbers(dir string) ([]int, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errors.New("it is not a folder")
	}
	if err := private(info); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err == nil && n >= 0 && strconv.Itoa(n) == e.Name() {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// readKey reads one file: the key in base64.
func readKey(file string) (*key, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	if err := private(info); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != keyBytes {
		return nil, fmt.Errorf("it should be %d bytes in base64", keyBytes)
	}
	return newKey(secret)
}

// private is an error where others than root and this user can get at a file.
func private(info fs.FileInfo) error {
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return fmt.Errorf("%s has mode %04o and is open to others: take that away with chmod go-rwx", info.Name(), info.Mode().Perm())
	}
	if uid := owner(info); uid != 0 && uid != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, and not to user %d or root", info.Name(), uid, os.Geteuid())
	}
	return nil
}

// writeKey makes a new key with a number that must be free. The file is whole
// as soon as it has its name.
func writeKey(dir string, number int) error {
	secret := make([]byte, keyBytes)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".new-") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(base64.StdEncoding.EncodeToString(secret) + "\n")
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), keyFile(dir, number)); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes what was created in or removed from a folder durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
