package faults

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Parse reads a rule as it stands on a command line: [METHOD] PATH [EFFECT] [KEY=VALUE]…, such as
//
//	POST /redfish/v1/Nodes/** status=503 count=2
//	/redfish/v1/Systems/* truncate probability=0.1 delay=200ms
//
// status=503 stands for the effect and its status.
func Parse(text string) (Rule, error) {
	var r Rule
	words := strings.Fields(text)
	if len(words) > 0 && !strings.HasPrefix(words[0], "/") {
		r.Method = strings.ToUpper(words[0])
		words = words[1:]
	}
	if len(words) == 0 {
		return r, fmt.Errorf("fault %q: path is missing, expected [METHOD] PATH [EFFECT] [KEY=VALUE]…", text)
	}
	r.Path = words[0]
	for _, word := range words[1:] {
		if err := r.set(word); err != nil {
			return r, fmt.Errorf("fault %q: %w", text, err)
		}
	}
	if err := r.Validate(); err != nil {
		return r, fmt.Errorf("fault %q: %w", text, err)
	}
	return r, nil
}

// set takes one word of a rule.
func (r *Rule) set(word string) error {
	key, value, isPair := strings.Cut(word, "=")
	var err error
	switch {
	case !isPair:
		r.Effect = Effect(word)
	case key == "status":
		r.Effect = Status
		r.Status, err = strconv.Atoi(value)
	case key == "count":
		r.Count, err = strconv.Atoi(value)
		if r.Count == 0 {
			err = errors.New("none")
		}
	case key == "probability":
		r.Probability, err = strconv.ParseFloat(value, 64)
		if r.Probability == 0 {
			err = errors.New("none")
		}
	case key == "delay":
		var d time.Duration
		d, err = time.ParseDuration(value)
		r.Delay = Duration(d)
	default:
		return fmt.Errorf("%s is not known, expected status, count, probability or delay", key)
	}
	if err != nil {
		return fmt.Errorf("%s is %q, expected %s", key, value, expected(key))
	}
	return nil
}

func expected(key string) string {
	return map[string]string{
		"status":      "a number from 400 to 599",
		"count":       "a number of 1 or more",
		"probability": "a number of more than 0 and at most 1",
		"delay":       "a duration such as 200ms",
	}[key]
}

// Decode reads a rule as JSON. It refuses fields that it does not know, and what follows the rule.
func Decode(body io.Reader) (Rule, error) {
	var r Rule
	dec := json.NewDecoder(body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return r, describe(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return r, errors.New("more than one JSON value, expected one rule")
	}
	if r.ID != "" {
		return r, errors.New("id is given by the pod, expected none")
	}
	return r, r.Validate()
}

// describe says what is wrong in the words of JSON instead of those of Go.
func describe(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the body is empty, expected a rule as a JSON object")
	case errors.As(err, &wrong) && wrong.Field != "":
		return fmt.Errorf("%s is a %s, expected a %s", wrong.Field, wrong.Value, plain(wrong.Type))
	case errors.As(err, &wrong):
		return fmt.Errorf("the body is of type %s, expected a JSON object", wrong.Value)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// plain is what a person calls a type.
func plain(t reflect.Type) string {
	if t.Kind() == reflect.String {
		return "text"
	}
	return "number"
}
