package shell

import (
	"slices"
	"strings"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/complete"
)

// cloudNames are the clouds of clouds.yaml, for completion. Options of the line
// may name another file.
func (s *shell) cloudNames(options []string) []complete.Word {
	said := map[string]string{}
	for _, key := range []string{"client_config_file", "client_secure_file"} {
		for _, option := range options {
			if value, ok := strings.CutPrefix(option, "--os-"+strings.ReplaceAll(key, "_", "-")+"="); ok {
				said[key] = value
			}
		}
	}
	clouds, _, err := cloud.All(s.cloudRequest(globals{said: said}))
	if err != nil {
		return nil
	}
	var words []complete.Word
	for _, c := range clouds {
		words = append(words, complete.Word{Text: c.Name, Help: c.File})
	}
	return slices.Compact(words) // a cloud of several regions comes once for each
}
