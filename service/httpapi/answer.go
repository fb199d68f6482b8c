package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// confirmationWire is what a deletion answers (contract 3.4).
type confirmationWire struct {
	RequestID string `json:"request_id"`
	Code      string `json:"code"`
	Detail    string `json:"detail"`
}

// answer sends one JSON document.
func answer(w http.ResponseWriter, status int, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	return send(w, status, append(body, '\n'))
}

// send sends a document that is encoded already.
func send(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// confirm sends a confirmation document.
func confirm(w http.ResponseWriter, r *http.Request, code, detail string) error {
	return answer(w, http.StatusOK, confirmationWire{recordOf(r.Context()).id, code, detail})
}

// noContent sends 204, with the media type that the contract puts even there.
func noContent(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNoContent)
}

// listBuffer is how much of a list is gathered before it is sent. An error in
// a list shorter than that still becomes a proper document.
const listBuffer = 32 << 10

// list sends a JSON array, element by element as items gives them, so that a
// long list is never in memory as a whole.
func list[T any](w http.ResponseWriter, items iter.Seq2[T, error], encode encoder[T]) error {
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, listBuffer)
	separator := "["
	for item, err := range items {
		if err != nil {
			return err
		}
		body, err := encode(item)
		if err != nil {
			return fmt.Errorf("encoding an element of the list: %w", err)
		}
		// Errors of a bufio.Writer stick: asking after the second is enough.
		_, _ = out.WriteString(separator)
		if _, err := out.Write(body); err != nil {
			return fmt.Errorf("sending the list: %w", err)
		}
		separator = ","
	}
	if separator == "[" {
		_, _ = out.WriteString("[")
	}
	_, _ = out.WriteString("]\n")
	return out.Flush()
}

// only leaves out the items that keep refuses; errors always pass.
func only[T any](items iter.Seq2[T, error], keep func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range items {
			if (err != nil || keep(item)) && !yield(item, err) {
				return
			}
		}
	}
}

// timestamp is a time as the contract writes it (section 4).
func timestamp(t time.Time) string {
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
