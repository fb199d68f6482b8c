package plugininstall

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
)

// checksumPrefix begins every checksum: the one kind there is.
const checksumPrefix = "sha256:"

// parseChecksum gives the hex digits of a checksum such as sha256:2cf2…, in
// small letters; none for an empty text.
func parseChecksum(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	digits, ok := strings.CutPrefix(text, checksumPrefix)
	sum, err := hex.DecodeString(digits)
	if !ok || err != nil || len(sum) != sha256.Size {
		return "", fault.New(fault.Usage, "the checksum %q is not sha256: and 64 hexadecimal digits", text).
			WithHint("sha256sum FILE prints the digits")
	}
	return strings.ToLower(digits), nil
}

// compare refuses content that is not what was asked for.
func compare(got, want, label string) error {
	if want == "" || got == want {
		return nil
	}
	return fault.New(fault.Failed, "nothing was installed: %s has the checksum %s%s, not %s%s",
		label, checksumPrefix, got, checksumPrefix, want)
}
