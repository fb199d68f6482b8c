package pluginhost

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// Family is the family for which a file is named, or empty if the name is not
// that of a plugin. The family of a plugin that can be installed is made of
// small letters, digits and hyphens.
func Family(name string) string {
	family, ok := strings.CutPrefix(filepath.Base(name), prefix)
	plain := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' }
	if !ok || strings.Trim(family, "-") != family || strings.TrimFunc(family, plain) != "" {
		return ""
	}
	return family
}

// Describe starts the plugin at path, which need not be in the search path, and
// gives it with all its nouns. The same trust is asked of it as of any other;
// an error says in one sentence why it cannot be used.
func (h *Host) Describe(ctx context.Context, path string) (Plugin, error) {
	f := file{path: path, family: strings.TrimPrefix(filepath.Base(path), prefix)}
	if reason := f.trust(); reason != "" {
		return Plugin{}, fault.New(fault.PluginFault, "plugin %s cannot be used: %s", f.family, reason)
	}
	return h.askManifest(ctx, f)
}

// askManifest starts a plugin for its manifest.
func (h *Host) askManifest(ctx context.Context, f file) (Plugin, error) {
	r, err := h.start(ctx, f.path, f.family)
	if err != nil {
		return Plugin{}, err
	}
	defer r.stop()
	ctx, cancel := context.WithTimeout(ctx, h.StartTimeout)
	defer cancel()
	answer, err := r.plugin.Describe(ctx, &wire.DescribeRequest{})
	if err != nil {
		r.kill()
		return Plugin{}, r.fault("cannot describe itself: %s%s", grpcText(err), r.lastWords())
	}
	p := Plugin{Path: f.path, Protocol: r.client.NegotiatedVersion()}
	if err := json.Unmarshal(answer.Manifest, &p.Manifest); err != nil {
		return Plugin{}, r.fault("sent a manifest that is not valid: %v", err)
	}
	if p.Manifest.Family != f.family {
		return Plugin{}, r.fault("says that it is %q, but its file is named %s%s", p.Manifest.Family, prefix, f.family)
	}
	return p, nil
}
