package cloud

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// scalar reads a plain YAML scalar as PyYAML does, which is YAML 1.1: yes and
// off are truth values, 012 is ten, 1:30 is ninety, and 1e3 is text. People's
// files depend on it, and on a password's not changing.
func scalar(text string) any {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	}
	if strings.IndexByte("+-.0123456789", text[0]) < 0 {
		return text
	}
	if v, ok := pyInt(text); ok {
		return v
	}
	if v, ok := pyFloat(text); ok {
		return v
	}
	return text
}

// pyInt is a whole number. One that fits no int is given as its digits, which
// is what it becomes in the end anyhow.
func pyInt(text string) (any, bool) {
	sign, digits := splitSign(text)
	digits = strings.ReplaceAll(digits, "_", "")
	base := 10
	switch {
	case strings.HasPrefix(digits, "0b"):
		base, digits = 2, digits[2:]
	case strings.HasPrefix(digits, "0x"):
		base, digits = 16, digits[2:]
	case strings.Contains(digits, ":"):
		return sexagesimal(sign, digits)
	case len(digits) > 1 && digits[0] == '0':
		base, digits = 8, digits[1:]
	}
	if digits == "" || strings.IndexByte("+-", digits[0]) >= 0 || text[len(text)-len(strings.TrimLeft(text, "+-")):][0] == '_' {
		return nil, false
	}
	n, ok := new(big.Int).SetString(sign+digits, base)
	if !ok {
		return nil, false
	}
	if n.IsInt64() {
		return int(n.Int64()), true
	}
	return n.String(), true
}

func sexagesimal(sign, digits string) (any, bool) {
	total := 0
	for i, part := range strings.Split(digits, ":") {
		n, err := strconv.ParseUint(part, 10, 31)
		first := i == 0
		if err != nil || first && part[0] == '0' || !first && (n > 59 || len(part) > 2) || total > math.MaxInt64/60-60 {
			return nil, false
		}
		total = total*60 + int(n)
	}
	if sign == "-" {
		total = -total
	}
	return total, true
}

// pyFloat is a number with a point in it: without one PyYAML sees text, and an
// exponent must have a sign.
func pyFloat(text string) (any, bool) {
	sign, digits := splitSign(text)
	switch digits {
	case ".inf", ".Inf", ".INF":
		if sign == "-" {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	case ".nan", ".NaN", ".NAN":
		return math.NaN(), sign == ""
	}
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(digits), "e")
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	switch {
	case !hasPoint, whole+fraction == "", strings.HasPrefix(whole, "_"), whole == "" && sign != "":
		return nil, false
	case hasExponent && (len(exponent) < 2 || strings.IndexByte("+-", exponent[0]) < 0):
		return nil, false
	case strings.Trim(whole+fraction, "0123456789_") != "":
		return nil, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(sign+digits, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	return f, true
}

func splitSign(text string) (sign, rest string) {
	if text[0] == '+' || text[0] == '-' {
		return strings.TrimPrefix(text[:1], "+"), text[1:]
	}
	return "", text
}

// pyString is a scalar as Python's str writes it: True, 1.8, 1e+16. Null and
// collections have no such text here.
func pyString(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		if v {
			return "True", true
		}
		return "False", true
	case int:
		return strconv.Itoa(v), true
	case float64:
		return pyFloatText(v), true
	}
	return "", false
}

func pyFloatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	if size := math.Abs(f); f != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// isTrue is openstacksdk's idea of a truth value: true, or the word in any case
// (rule 46).
func isTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	}
	return false
}
