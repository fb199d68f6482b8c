package ironic

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/valence-rsd/valence/service"
)

// maxText is how many bytes of another's words go into a message.
const maxText = 1000

// secrets are what nobody may be shown.
type secrets []string

// secretKey finds the keys of driver_info whose values are secret: Ironic's own
// are redfish_password, ipmi_hex_kg_key, snmp_community and the like.
var secretKey = regexp.MustCompile(`(?i)pass|secret|token|key|community|credential`)

// secrets are those in the document's driver_info, the caller's own included.
func (d document) secrets() secrets {
	var found secrets
	for key, value := range d["driver_info"].(map[string]any) {
		if text, ok := value.(string); ok && secretKey.MatchString(key) {
			found = append(found, text)
		}
	}
	return found
}

// scrub makes one line of what others wrote, without our secrets: Ironic quotes
// values that it refuses.
func (c *call) scrub(text string) string {
	hidden := slices.Clone(c.secrets)
	if c.client != nil {
		hidden = append(hidden, c.client.Token())
	}
	for _, secret := range hidden.written() {
		text = strings.ReplaceAll(text, secret, service.Mask)
	}
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return text
}

// written are the ways that secrets can be written: as they are, in JSON and in
// Python. The longest comes first, so that no secret that is the beginning of
// another leaves the other's end.
func (s secrets) written() []string {
	var all []string
	for _, secret := range s {
		quoted, _ := json.Marshal(secret) // it never fails for a string
		python := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(secret)
		all = append(all, secret, string(quoted[1:len(quoted)-1]), python)
	}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return all
}
