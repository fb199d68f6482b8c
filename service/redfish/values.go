package redfish

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

// Link is a link to another document.
type Link struct {
	ID string `json:"@odata.id"`
}

// Links is a list of links, without those that lead nowhere. It is nil where
// the document has no such list, and some write a list of one as one link.
type Links []Link

// UnmarshalJSON reads a list or a single link.
func (l *Links) UnmarshalJSON(b []byte) error {
	*l = nil
	var raw []json.RawMessage // copies: what is decoded into would overwrite b
	if json.Unmarshal(b, &raw) == nil && raw != nil {
		*l = Links{}
	} else {
		raw = []json.RawMessage{b}
	}
	for _, r := range raw {
		var one Link
		if json.Unmarshal(r, &one) == nil && one.ID != "" {
			*l = append(*l, one)
		}
	}
	return nil
}

// Number is a count that may also be written as 2400.0 or "2400".
type Number struct{ Value *int }

// UnmarshalJSON leaves the number empty where there is none.
func (n *Number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f >= 0 && f <= math.MaxInt32 {
		v := int(f)
		n.Value = &v
	}
	return nil
}

// Size is a number of bytes.
type Size struct{ Value *int64 }

// UnmarshalJSON leaves the size empty where there is none. A whole number
// keeps all its digits.
func (s *Size) UnmarshalJSON(b []byte) error {
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
		s.Value = &n
	}
	return nil
}

// Decimal is an amount that need not be whole.
type Decimal struct{ Value *float64 }

// UnmarshalJSON leaves the amount empty where there is none.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && f >= 0 && !math.IsInf(f, 1) {
		d.Value = &f
	}
	return nil
}

// bytes is an amount of GiB in bytes, nil where that is more than there can be.
func (d Decimal) bytes() *int64 {
	if d.Value == nil || *d.Value >= 1<<33 {
		return nil
	}
	n := int64(*d.Value * (1 << 30))
	return &n
}

// Flag is true, false or unknown.
type Flag struct{ Value *bool }

// UnmarshalJSON leaves the flag unknown where there is none.
func (f *Flag) UnmarshalJSON(b []byte) error {
	var v *bool
	if json.Unmarshal(b, &v) == nil {
		f.Value = v
	}
	return nil
}

func (f Flag) is(v bool) bool { return f.Value != nil && *f.Value == v }

// Status is how something is.
type Status struct {
	State  string
	Health string
}

// Action is something that can be done with what a document describes.
type Action struct {
	Target  string              `json:"target"`
	Redfish []service.ResetType `json:"ResetType@Redfish.AllowableValues"`
	DMTF    []service.ResetType `json:"ResetType@DMTF.AllowableValues"`
}

// ResetTypes are what the action takes; none where the pod did not say.
func (a Action) ResetTypes() []service.ResetType {
	if len(a.Redfish) > 0 {
		return a.Redfish
	}
	return a.DMTF
}

// Decode reads a document leniently: a property of the wrong type is left as
// it was. Only what is not a JSON object at all is an error.
func Decode[T any](body []byte) (T, error) {
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
