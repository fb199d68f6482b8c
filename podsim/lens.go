package podsim

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
)

// lens answers by next, without what has vanished: it is not there itself, and nothing links it. While nothing has
// vanished it does nothing.
func (s *Simulator) lens(w http.ResponseWriter, r *http.Request, next http.Handler) {
	absent := s.absent.all()
	switch {
	case len(absent) == 0:
		next.ServeHTTP(w, r)
	case hides(absent, r.URL.Path):
		s.writeError(w, r, refuse(unknownEndpoint))
	default:
		kept := &recorder{header: http.Header{}, status: http.StatusOK}
		// An ETag would be that of the document with all its links.
		r.Header.Del("If-None-Match")
		next.ServeHTTP(kept, r)
		maps.Copy(w.Header(), kept.header)
		w.Header().Del("Content-Length")
		w.Header().Del("ETag")
		w.WriteHeader(kept.status)
		// The client may have gone; there is nobody left to tell.
		_, _ = w.Write(withoutLinks(kept.body.Bytes(), absent))
	}
}

// withoutLinks takes the links to absent resources out of the lists of a document, and corrects the counts.
func withoutLinks(body []byte, absent []string) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // a capacity in bytes may not fit a float64
	var object map[string]any
	if decoder.Decode(&object) != nil {
		return body
	}
	if !prune(object, absent) {
		return body
	}
	var pruned bytes.Buffer
	encoder := json.NewEncoder(&pruned)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(object) != nil {
		return body
	}
	return pruned.Bytes()
}

// prune tells whether it changed anything.
func prune(object map[string]any, absent []string) bool {
	changed := false
	for name, value := range object {
		switch v := value.(type) {
		case map[string]any:
			changed = prune(v, absent) || changed
		case []any:
			left, fewer := pruneList(v, absent)
			if !fewer {
				continue
			}
			object[name] = left
			if count := strings.TrimSuffix(name, "@odata.count") + "@odata.count"; object[count] != nil {
				object[count] = len(left)
			}
			changed = true
		}
	}
	return changed
}

// pruneList tells whether anything in the list changed.
func pruneList(list []any, absent []string) ([]any, bool) {
	left, changed := []any{}, false
	for _, entry := range list {
		object, ok := entry.(map[string]any)
		if uri, _ := object["@odata.id"].(string); ok && hides(absent, uri) {
			changed = true
			continue
		}
		if ok {
			changed = prune(object, absent) || changed
		}
		left = append(left, entry)
	}
	return left, changed
}
