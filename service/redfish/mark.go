package redfish

import "strings"

// The UUID of a node travels at the end of its machine's Description, as in
// "front end [valence:3f0e…]". Only the end counts: a user may write such a
// thing into a description, and must not come by somebody else's machine.
const (
	markStart = "[valence:"
	markEnd   = "]"
)

// AddMark puts a mark at the end of a description.
func AddMark(description, uuid string) string {
	if description != "" {
		description += " "
	}
	return description + markStart + uuid + markEnd
}

// SplitMark takes the mark off a description. The UUID is empty where there is
// no mark.
func SplitMark(marked string) (description, uuid string) {
	rest, ok := strings.CutSuffix(strings.TrimRight(marked, " "), markEnd)
	at := strings.LastIndex(rest, markStart)
	if !ok || at < 0 {
		return marked, ""
	}
	return strings.TrimSuffix(rest[:at], " "), rest[at+len(markStart):]
}
