package httpapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/valence-rsd/valence/service"
)

// tellAge says in the headers of a list of hardware how old it is, which is the
// age of its oldest part, and what is the matter with its parts: half an
// inventory is better than none, and an old one too, as long as nobody takes it
// for what it is not.
func tellAge(w http.ResponseWriter, parts []service.Part, read bool) {
	var oldest time.Time
	var missing, stale []string
	for _, p := range parts {
		if !p.ReadAt.IsZero() && (oldest.IsZero() || p.ReadAt.Before(oldest)) {
			oldest = p.ReadAt
		}
		switch {
		case p.Err == nil:
		case p.ReadAt.IsZero():
			missing = append(missing, partText(p))
		default:
			stale = append(stale, partText(p))
		}
	}
	h := w.Header()
	if h.Set(inventoryHeader, "kept"); read {
		h.Set(inventoryHeader, "read")
	}
	if !oldest.IsZero() {
		h.Set("Age", strconv.Itoa(max(0, int(time.Since(oldest).Seconds()))))
		h.Set("Last-Modified", oldest.UTC().Format(http.TimeFormat))
	}
	setList(h, incompleteHeader, missing)
	setList(h, staleHeader, stale)
}

// setList puts texts into one header, if there are any.
func setList(h http.Header, name string, texts []string) {
	if len(texts) > 0 {
		h.Set(name, headerText(strings.Join(texts, "; ")))
	}
}

// partText says what is the matter with a part.
func partText(p service.Part) string {
	text := p.Name
	if !p.ReadAt.IsZero() {
		text += " as it was at " + inventoryTime(p.ReadAt)
	}
	return text + ": " + problemOf(p.Err).detail
}

// inventoryTime is when something was read, in the form of RFC 3339.
func inventoryTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// orUnread is inventoryTime, or null where nobody has read it yet.
func orUnread(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := inventoryTime(t)
	return &text
}
