package plugininstall

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

// State is how an installed plugin compares with its receipt.
type State string

// The states.
const (
	OK      State = "ok"
	Changed State = "changed" // the content is another
	Missing State = "missing" // the file is gone
)

// Installed gives the receipts of all plugins that were installed.
func (i *Installer) Installed() ([]pluginhost.Receipt, error) {
	all, err := pluginhost.ReadReceipts(i.receipts())
	if err != nil {
		return nil, fault.New(fault.Failed, "%v", err).
			WithHint("remove that file and install the plugins again")
	}
	return all, nil
}

// Find gives the receipt of one family. It is a fault.NotFound error when the
// family was not installed.
func (i *Installer) Find(family string) (pluginhost.Receipt, error) {
	all, err := i.Installed()
	if err != nil {
		return pluginhost.Receipt{}, err
	}
	at := slices.IndexFunc(all, func(r pluginhost.Receipt) bool { return r.Family == family && i.owns(r) })
	if at < 0 {
		return pluginhost.Receipt{}, fault.New(fault.NotFound, "no plugin %q was installed", family).
			WithHint("valence plugin list shows where each plugin is from")
	}
	return all[at], nil
}

// owns tells whether a receipt is for a file in the installer's folder.
func (i *Installer) owns(r pluginhost.Receipt) bool { return filepath.Dir(r.Path) == i.Folder }

// Remove removes an installed plugin and its receipt. One whose file is gone
// already is removed too; one that was not installed is a fault.NotFound error.
func (i *Installer) Remove(family string) (pluginhost.Receipt, error) {
	r, err := i.Find(family)
	if err != nil {
		return r, err
	}
	if err := os.Remove(r.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("removing the plugin %s: %w", family, err)
	}
	return r, pluginhost.UpdateReceipts(i.receipts(), func(all []pluginhost.Receipt) []pluginhost.Receipt {
		return slices.DeleteFunc(all, func(old pluginhost.Receipt) bool { return old.Path == r.Path })
	})
}

// Verify hashes the file of a receipt, whatever its size and times say, and
// gives what it found beside the checksum, which is empty for a missing file.
func Verify(r pluginhost.Receipt) (state State, sum string, err error) {
	sum, err = pluginhost.Checksum(r.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Missing, "", nil
	case err != nil:
		return "", "", fmt.Errorf("verifying the plugin %s: %w", r.Family, err)
	case sum != r.SHA256:
		return Changed, sum, nil
	}
	return OK, sum, nil
}
