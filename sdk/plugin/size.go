package plugin

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Size is an amount of memory or storage in bytes.
type Size int64

// The units of sizes, which are binary as memory is.
const (
	MiB Size = 1 << 20
	GiB Size = 1 << 30
	TiB Size = 1 << 40
)

var (
	sizePattern = regexp.MustCompile(`^([0-9]+)([MGT]?)(I?B)?$`)
	sizeUnits   = map[string]Size{"M": MiB, "G": GiB, "T": TiB}
)

// ParseSize reads a size as people type it: 64G, 64GB and 64GiB are the same,
// in either case. A number alone counts in unit.
func ParseSize(text string, unit Size) (Size, error) {
	m := sizePattern.FindStringSubmatch(strings.ToUpper(text))
	if m == nil || m[2] == "" && m[3] != "" {
		return 0, fmt.Errorf("%q is not a size: expected a number, alone or with a unit such as 512MiB, 64G or 2T", text)
	}
	if m[2] != "" {
		unit = sizeUnits[m[2]]
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n > math.MaxInt64/int64(unit) {
		return 0, fmt.Errorf("%q is too large a size", text)
	}
	return Size(n) * unit, nil
}
