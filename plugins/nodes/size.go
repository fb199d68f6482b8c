package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// size is an amount of memory in MiB, as people type it. Units are binary, as
// memory is: 64G, 64GB and 64GiB are the same.
type size int

var sizePattern = regexp.MustCompile(`^([0-9]+)([MGT]?)(I?B)?$`)

// UnmarshalText reads a size; without a unit it is in MiB.
func (s *size) UnmarshalText(text []byte) error {
	m := sizePattern.FindStringSubmatch(strings.ToUpper(string(text)))
	if m == nil || (m[2] == "" && m[3] != "") {
		return fmt.Errorf("%q is not a size: expected MiB, or a number with a unit, such as 64G or 512MiB", text)
	}
	n, err := strconv.Atoi(m[1])
	factor := map[string]int{"": 1, "M": 1, "G": 1 << 10, "T": 1 << 20}[m[2]]
	if err != nil || n > math.MaxInt32/factor {
		return fmt.Errorf("%q is more memory than a node can have", text)
	}
	*s = size(n * factor)
	return nil
}
