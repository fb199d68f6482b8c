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
	for key, variable := range map[string]string{"client_config_file": "OS_CLIENT_CONFIG_FILE", "client_secure_file": "OS_CLIENT_SECURE_FILE"} {
		said[key] = s.Getenv(variable)
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
