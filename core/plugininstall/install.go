package plugininstall

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

// Host is what is needed of pluginhost.Host.
type Host interface {
	Catalog(ctx context.Context) *pluginhost.Catalog
	Describe(ctx context.Context, path string) (pluginhost.Plugin, error)
}

// Installer installs into one folder.
type Installer struct {
	Folder   string   // where plugins go; made with mode 0700 when it is missing
	Reserved []string // nouns of the core, which no plugin may take
	Host     Host
}

func (i *Installer) receipts() string { return pluginhost.ReceiptsFile(i.Folder) }

// Install installs the plugins of a source: the path of a file, a folder or an
// archive (.tar.gz, .tgz, .zip), or a URL. The checksum, such as sha256:2cf2…,
// is that of the file or archive; it may be empty except for a URL. Either all
// plugins of the source can be used and are installed, or none is.
//
// An error is a *fault.Error: Usage for a source or checksum that makes no
// sense, NotFound for a source that is not there, PluginFault for a plugin that
// cannot be used, Conflict for one whose command another has.
func (i *Installer) Install(ctx context.Context, source, checksum string) ([]pluginhost.Receipt, error) {
	want, err := parseChecksum(checksum)
	if err != nil {
		return nil, err
	}
	if i.Folder == "" {
		return nil, fault.New(fault.Failed, "there is no place to install to: neither XDG_DATA_HOME nor HOME is set")
	}
	stage, err := newStage(i.Folder)
	if err != nil {
		return nil, err
	}
	defer stage.remove()
	label, err := stage.fill(ctx, source, want)
	if err != nil {
		return nil, err
	}
	plugins, err := i.describe(ctx, stage.files)
	if err != nil {
		return nil, err
	}
	if err := i.clash(ctx, plugins); err != nil {
		return nil, err
	}
	return i.commit(stage.files, plugins, label)
}

// describe starts each plugin once.
func (i *Installer) describe(ctx context.Context, files []staged) ([]pluginhost.Plugin, error) {
	plugins := make([]pluginhost.Plugin, len(files))
	for n, f := range files {
		p, err := i.Host.Describe(ctx, f.path)
		if err != nil {
			e := *fault.Of(err)
			e.Message = "nothing was installed: " + e.Message
			return nil, &e
		}
		plugins[n] = p
	}
	return plugins, nil
}

// clash refuses a plugin with a noun that is taken. What an older plugin of the
// same family has is its own.
func (i *Installer) clash(ctx context.Context, plugins []pluginhost.Plugin) error {
	owners := map[string]string{}
	replaced := func(p pluginhost.Plugin) bool {
		return slices.ContainsFunc(plugins, func(q pluginhost.Plugin) bool { return q.Manifest.Family == p.Manifest.Family })
	}
	for _, p := range i.Host.Catalog(ctx).Plugins {
		for _, noun := range p.Manifest.Commands {
			if !replaced(p) {
				owners[noun.Name] = fmt.Sprintf("the plugin %s (%s)", p.Manifest.Family, p.Path)
			}
		}
	}
	for _, noun := range i.Reserved {
		owners[noun] = "the shell itself"
	}
	for _, p := range plugins {
		for _, noun := range p.Manifest.Commands {
			if owner, taken := owners[noun.Name]; taken {
				return fault.New(fault.Conflict, "nothing was installed: the command %q of the plugin %s is taken by %s",
					noun.Name, p.Manifest.Family, owner)
			}
			owners[noun.Name] = "the plugin " + p.Manifest.Family + " of the same source"
		}
	}
	return nil
}

// commit renames the files into place and records them. Should a rename fail,
// those before it are installed and recorded.
func (i *Installer) commit(files []staged, plugins []pluginhost.Plugin, label string) ([]pluginhost.Receipt, error) {
	var done []pluginhost.Receipt
	var failed error
	for n, f := range files {
		p := plugins[n]
		p.Path = filepath.Join(i.Folder, filepath.Base(f.path))
		if failed = os.Rename(f.path, p.Path); failed != nil {
			failed = fmt.Errorf("installing %s: %w", p.Manifest.Family, failed)
			break
		}
		r, err := pluginhost.NewReceipt(p, f.sum, label)
		if err != nil {
			failed = err
			break
		}
		done = append(done, r)
	}
	return done, errors.Join(failed, i.record(done))
}

// record puts receipts in the place of those for the same files.
func (i *Installer) record(fresh []pluginhost.Receipt) error {
	return pluginhost.UpdateReceipts(i.receipts(), func(all []pluginhost.Receipt) []pluginhost.Receipt {
		all = slices.DeleteFunc(all, func(old pluginhost.Receipt) bool {
			return slices.ContainsFunc(fresh, func(r pluginhost.Receipt) bool { return r.Path == old.Path })
		})
		return append(all, fresh...)
	})
}
