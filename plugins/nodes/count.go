package main

import (
	"fmt"
	"strconv"
)

// count is how many nodes to compose; zero where it is not given.
type count int

// UnmarshalText reads a number from 1 on.
func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is not a number of nodes: expected 1 or more", text)
	}
	*c = count(n)
	return nil
}
