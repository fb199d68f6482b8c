package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/valence-rsd/valence/core/pluginhost"
)

// lookAtPlugins counts the plugins and has a finding for each that is not in
// order.
func (v *visit) lookAtPlugins(ctx context.Context) []Finding {
	c := v.Plugins(ctx)
	found := []Finding{v.countPlugins(c)}
	for _, p := range c.Problems {
		f := failed(p.Path+": "+p.Reason, "mend that, install the plugin again (valence plugin install), or remove the file")
		if used := c.Plugin(p.Family); used != nil && used.Path == p.Path {
			// It works, but for a command that another has.
			f = warning(p.Path+": "+p.Reason, "remove one of the two; valence plugin exec "+p.Family+" runs this one's")
		}
		f.Check = "plugin " + p.Family
		found = append(found, f)
	}
	for _, s := range c.Shadowed {
		f := warning(s.Path+" is not used, because "+s.By+" comes first", "remove one of the two, or change VALENCE_PLUGIN_PATH")
		f.Check = "plugin " + s.Family
		found = append(found, f)
	}
	return append(found, v.missingPlugins()...)
}

func (v *visit) countPlugins(c *pluginhost.Catalog) Finding {
	dirs := strings.Join(v.PluginDirs, ", ")
	if len(c.Plugins) == 0 {
		return failed("no plugin can be used of those in "+dirs, "install some with valence plugin install, or name their folder with VALENCE_PLUGIN_PATH")
	}
	return ok(fmt.Sprintf("%d in use, looked for in %s", len(c.Plugins), dirs))
}

// missingPlugins are those that were installed and whose file is gone.
func (v *visit) missingPlugins() []Finding {
	receipts, err := pluginhost.ReadReceipts(v.Receipts)
	if err != nil {
		f := failure(err, "remove "+v.Receipts+" and install the plugins again")
		f.Check = "plugin receipts"
		return []Finding{f}
	}
	var found []Finding
	for _, r := range receipts {
		if _, err := os.Stat(r.Path); errors.Is(err, fs.ErrNotExist) {
			f := failed("it was installed, but "+r.Path+" is gone", "install it again, or run valence plugin remove "+r.Family)
			f.Check = "plugin " + r.Family
			found = append(found, f)
		}
	}
	return found
}
