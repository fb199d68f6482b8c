package pluginhost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Receipt is the record of a plugin that was installed. The plugin runs only
// as long as its content stays what the receipt says.
type Receipt struct {
	Path     string    `json:"path"`
	Family   string    `json:"family"`
	Version  string    `json:"version"`
	SHA256   string    `json:"sha256"` // lower-case hex
	identity           // the file's, when it was installed
	Source   string    `json:"source"` // where it came from, without secrets
	At       time.Time `json:"installed_at"`
	seen     identity  // the file's, when the guard last let it pass
}

// receiptsFile is the form of the file.
type receiptsFile struct {
	Plugins []Receipt `json:"plugins"`
}

// UserDir is the folder into which the user's own plugins are installed; empty
// when there is neither a data folder nor a home.
func UserDir(getenv func(string) string) string {
	data := getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // as the XDG specification has it
		if getenv("HOME") == "" {
			return ""
		}
		data = filepath.Join(getenv("HOME"), ".local", "share")
	}
	return filepath.Join(data, "valence", "plugins")
}

// ReceiptsFile is where the receipts of a plugin folder are kept: beside it.
func ReceiptsFile(dir string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(dir), "plugin-receipts.json")
}

// NewReceipt is the receipt of a plugin whose file stands at its place and has
// the given checksum.
func NewReceipt(p Plugin, sum, source string) (Receipt, error) {
	info, err := os.Stat(p.Path)
	if err != nil {
		return Receipt{}, fmt.Errorf("recording a plugin: %w", err)
	}
	return Receipt{
		Path: p.Path, Family: p.Manifest.Family, Version: p.Manifest.Version, SHA256: sum,
		identity: identify(info), Source: source, At: time.Now().UTC().Truncate(time.Second),
	}, nil
}

// ReadReceipts reads a file of receipts. One that does not exist has none.
func ReadReceipts(path string) ([]Receipt, error) {
	data, err := os.ReadFile(path)
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the record of installed plugins: %w", err)
	}
	receipts, err := parseReceipts(data)
	if err != nil {
		return nil, fmt.Errorf("the record of installed plugins, %s, is broken: %w", path, err)
	}
	return receipts, nil
}

func parseReceipts(data []byte) ([]Receipt, error) {
	var file receiptsFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	for i, r := range file.Plugins {
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("plugins[%d]: %w", i, err)
		}
	}
	return file.Plugins, nil
}

// check keeps a receipt from naming a file that is no plugin.
func (r Receipt) check() error {
	sum, err := hex.DecodeString(r.SHA256)
	switch {
	case !filepath.IsAbs(r.Path) || filepath.Clean(r.Path) != r.Path:
		return fmt.Errorf("path %q is not absolute and plain", r.Path)
	case r.Family == "" || filepath.Base(r.Path) != prefix+r.Family:
		return fmt.Errorf("path %q is not that of the family %q", r.Path, r.Family)
	case err != nil || len(sum) != sha256.Size || strings.ToLower(r.SHA256) != r.SHA256:
		return errors.New("sha256 is not 64 hexadecimal digits in lower case")
	}
	return nil
}

// UpdateReceipts replaces the receipts by what change makes of them, in one
// step that no other UpdateReceipts comes between. Its folder must exist.
func UpdateReceipts(path string, change func([]Receipt) []Receipt) error {
	unlock, err := lock(path + ".lock")
	if err != nil {
		return fmt.Errorf("locking the record of installed plugins: %w", err)
	}
	defer unlock()
	receipts, err := ReadReceipts(path)
	if err != nil {
		return err
	}
	receipts = change(receipts)
	slices.SortFunc(receipts, func(a, b Receipt) int { return strings.Compare(a.Path, b.Path) })
	data, err := json.MarshalIndent(receiptsFile{receipts}, "", "  ")
	if err != nil {
		return err
	}
	if err := replaceFile(path, data, true); err != nil {
		return fmt.Errorf("writing the record of installed plugins: %w", err)
	}
	return nil
}

// Checksum is the SHA-256 of a file, in lower-case hex.
func Checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
