package rsd

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/valence-rsd/valence/service"
)

// The values of documents. Others write them: none of these types is ever
// angry about what it is made from, because encoding/json would stop there and
// lose the rest of the document. What has the wrong type is left empty.

// link is a link to another document.
type link struct {
	ID string `json:"@odata.id"`
}

// links is a list of links, without those that lead nowhere. It is nil where
// the document has no such list, and some write a list of one as one link.
type links []link

// UnmarshalJSON reads a list or a single link.
func (l *links) UnmarshalJSON(b []byte) error {
	*l = nil
	var raw []json.RawMessage // copies: what is decoded into would overwrite b
	if json.Unmarshal(b, &raw) == nil && raw != nil {
		*l = links{}
	} else {
		raw = []json.RawMessage{b}
	}
	for _, r := range raw {
		var one link
		if json.Unmarshal(r, &one) == nil && one.ID != "" {
			*l = append(*l, one)
		}
	}
	return nil
}

// number is a count that may also be written as 2400.0 or "2400".
type number struct{ value *int }

// UnmarshalJSON leaves the number empty where there is none.
func (n *number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f >= 0 && f <= math.MaxInt32 {
		v := int(f)
		n.value = &v
	}
	return nil
}

// size is a number of bytes.
type size struct{ value *int64 }

// UnmarshalJSON leaves the size empty where there is none. A whole number
// keeps all its digits.
func (s *size) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		var f float64
		if f, err = strconv.ParseFloat(text, 64); err == nil && !(f >= 0 && f < 1<<63) {
			return nil
		}
		n = int64(f)
	}
	if err == nil && n >= 0 {
		s.value = &n
	}
	return nil
}

// decimal is an amount that need not be whole.
type decimal struct{ value *float64 }

// UnmarshalJSON leaves the amount empty where there is none.
func (d *decimal) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f >= 0 && !math.IsInf(f, 1) {
		d.value = &f
	}
	return nil
}

// flag is true, false or unknown.
type flag struct{ value *bool }

// UnmarshalJSON leaves the flag unknown where there is none.
func (f *flag) UnmarshalJSON(b []byte) error {
	var v *bool
	if json.Unmarshal(b, &v) == nil {
		f.value = v
	}
	return nil
}

type status struct {
	State  string
	Health string
}

// action is something that can be done with what a document describes.
type action struct {
	Target  string              `json:"target"`
	Redfish []service.ResetType `json:"ResetType@Redfish.AllowableValues"`
	DMTF    []service.ResetType `json:"ResetType@DMTF.AllowableValues"`
}

// resetTypes are what the action takes; none where the pod did not say.
func (a action) resetTypes() []service.ResetType {
	if len(a.Redfish) > 0 {
		return a.Redfish
	}
	return a.DMTF
}

// decode reads a document leniently: a property of the wrong type is left as
// it was. Only what is not a JSON object at all is an error.
func decode[T any](body []byte) (T, error) {
	var doc T
	err := json.Unmarshal(body, &doc)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		err = nil
	}
	if err == nil && bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
		err = errors.New("it is null")
	}
	if err != nil {
		return doc, &service.Error{Code: service.PodFailed, Message: "its answer is not a JSON object", Err: err}
	}
	return doc, nil
}
