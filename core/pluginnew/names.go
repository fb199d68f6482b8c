package pluginnew

import (
	"regexp"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

var (
	nameShape   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	moduleShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`)
)

func (p Plugin) check() error {
	const shape = "it takes lower-case letters and digits, and single hyphens between them, and begins with a letter"
	switch {
	case !nameShape.MatchString(p.Family):
		return fault.New(fault.Usage, "a plugin cannot be named %q", p.Family).WithHint("%s", shape)
	case !nameShape.MatchString(p.Noun):
		return fault.New(fault.Usage, "--noun cannot be %q", p.Noun).WithHint("%s", shape)
	case !moduleShape.MatchString(p.Module):
		return fault.New(fault.Usage, "--module cannot be %q", p.Module).
			WithHint("it takes a module path, such as example.org/%s", p.Binary())
	}
	return nil
}

// singular takes the s of a plural away. It knows no more of English than that;
// the words it would spoil are left as they are.
func singular(word string) string {
	for _, end := range []string{"ss", "us", "is"} {
		if strings.HasSuffix(word, end) {
			return word
		}
	}
	if len(word) < 2 {
		return word
	}
	return strings.TrimSuffix(word, "s")
}

// capital gives a word of nameShape a capital letter.
func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
