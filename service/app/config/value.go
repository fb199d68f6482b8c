package config

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parse turns the text of o into its value. An error says what the text is and
// what was expected. Only the text of options that cannot hold a secret is
// quoted; of anything else the shape is told.
func (o Option) parse(text string) (any, error) {
	value, err := o.convert(text)
	if err != nil {
		return nil, fmt.Errorf("%s is %s; expected %s", o, o.shape(text), o.expects())
	}
	return value, nil
}

// errNot is an answer, not a message: parse words it.
var errNot = errors.New("not what was expected")

func (o Option) convert(text string) (any, error) {
	plain := strings.ToLower(strings.TrimSpace(text))
	switch reflect.Zero(o.kind).Interface().(type) {
	case bool:
		return parseBool(plain)
	case int:
		n, err := o.parseInt(plain)
		return int(n), err
	case int64:
		return o.parseInt(plain)
	case time.Duration:
		return o.parseDuration(plain)
	case slog.Level:
		return parseLevel(plain)
	case []string:
		items := words(text)
		return items, o.checkAll(items)
	case Secret:
		return Secret(text), nil
	}
	if text == "" && o.Default == "" { // not set, in so many words
		return text, nil
	}
	return text, o.checkAll([]string{text})
}

// parseBool takes the words that oslo.config takes.
func parseBool(text string) (bool, error) {
	switch text {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return false, errNot
}

func (o Option) parseInt(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < o.min || o.max > 0 && n > o.max || o.kind.Kind() == reflect.Int && n > math.MaxInt {
		return 0, errNot
	}
	return n, nil
}

// parseDuration takes a number of seconds, as oslo.config does, or one with a
// unit.
func (o Option) parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = time.ParseDuration(text + "s")
	}
	if err != nil || d < time.Duration(o.min)*time.Second {
		return 0, errNot
	}
	return d, nil
}

// parseLevel knows Python's names for the levels, too.
func parseLevel(text string) (slog.Level, error) {
	switch text {
	case "warning":
		return slog.LevelWarn, nil
	case "critical", "fatal":
		return slog.LevelError, nil
	}
	var level slog.Level
	if level.UnmarshalText([]byte(text)) != nil {
		return 0, errNot
	}
	return level, nil
}

func (o Option) checkAll(items []string) error {
	for _, item := range items {
		if len(o.Enum) > 0 && !slices.Contains(o.Enum, item) || o.check != "" && !checks()[o.check].ok(item) {
			return errNot
		}
	}
	return nil
}

// expects says which values o takes.
func (o Option) expects() string {
	switch reflect.Zero(o.kind).Interface().(type) {
	case bool:
		return "true or false"
	case int, int64:
		return "a whole number" + o.bounds()
	case time.Duration:
		return "a time in seconds or with a unit, such as 90, 1.5s or 5m" + o.bounds()
	case slog.Level:
		return "debug, info, warning or error"
	case []string:
		return "a list with commas" + o.eachOf()
	}
	switch {
	case len(o.Enum) > 0:
		return strings.Join(o.Enum, " or ")
	case o.check != "":
		return checks()[o.check].expected
	}
	return "text"
}

func (o Option) eachOf() string {
	if o.check == "" {
		return ""
	}
	return ", each " + checks()[o.check].expected
}

func (o Option) bounds() string {
	if o.max > 0 {
		return fmt.Sprintf(", from %d to %d", o.min, o.max)
	}
	return fmt.Sprintf(", at least %d", o.min)
}

// shape is a text as it may be shown in an error.
func (o Option) shape(text string) string {
	const enough = 30
	switch {
	case text == "":
		return "empty"
	case o.check == "" && !o.Secret && len(text) <= enough: // a number, a word
		return strconv.Quote(text)
	}
	return fmt.Sprintf("a text of %d characters", len([]rune(text)))
}

// format is a value as it would stand in the file, unless it is secret.
func format(v reflect.Value) string {
	switch v := v.Interface().(type) {
	case []string:
		return strings.Join(v, ", ")
	case slog.Level:
		return strings.ToLower(v.String())
	default:
		return fmt.Sprint(v)
	}
}
