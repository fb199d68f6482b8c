package cloud

import (
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// Request is what the command line and the process say about the cloud.
type Request struct {
	// Options are what was given on the command line, by Option.Dest: "cloud",
	// "username", "region_name", "endpoint_override". Empty ones count as not
	// given. A key may begin with os_; that form wins (rule 44).
	Options          map[string]string
	Insecure, Verify bool // --insecure, --verify

	// Getenv gives a variable. Environ is the whole environment as os.Environ
	// gives it; without it only variables that an Option names make up the
	// cloud "envvars" (rules 21, 22).
	Getenv  func(string) string
	Environ []string

	Dir     string // the current directory; empty is the process's own
	NoCache bool   // neither read nor write fetched profiles

	// Prompt asks the person, without showing what is typed when secret is set.
	// It is nil where nobody can answer.
	Prompt func(text string, secret bool) (string, error)
	// Fetch gets a profile that is a URL; nil is an HTTP GET with a time-out of
	// ten seconds. It is only called when VALENCE_ALLOW_PROFILE_URL=1.
	Fetch func(url string) ([]byte, error)
}

func (r Request) getenv(name string) string {
	if r.Getenv != nil {
		return r.Getenv(name)
	}
	value := ""
	for _, entry := range r.Environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// options are Options under their plain names.
func (r Request) options() (map[string]string, error) {
	out := make(map[string]string, len(r.Options))
	spelt := map[string]string{}
	for key, value := range r.Options {
		dest := underscored(key)
		if before, twice := spelt[dest]; twice && value != "" && r.Options[before] != "" {
			return nil, fault.New(fault.Usage, "the option --%s is given twice, once with - and once with _", strings.ReplaceAll(dest, "_", "-"))
		}
		spelt[dest] = key
		plain, hasPrefix := strings.CutPrefix(dest, "os_")
		if _, ok := out[plain]; value != "" && (hasPrefix || !ok) {
			out[plain] = value
		}
	}
	return out, nil
}

func underscored(s string) string { return strings.ReplaceAll(s, "-", "_") }
