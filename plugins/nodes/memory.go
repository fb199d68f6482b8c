package main

import (
	"fmt"
	"math"

	"github.com/valence-rsd/valence/sdk/plugin"
)

// memory is an amount of memory in MiB.
type memory int

// UnmarshalText reads a size; without a unit it is in MiB.
func (m *memory) UnmarshalText(text []byte) error {
	size, err := plugin.ParseSize(string(text), plugin.MiB)
	if err == nil && size/plugin.MiB > math.MaxInt32 {
		err = fmt.Errorf("%q is more memory than a node can have", text)
	}
	*m = memory(size / plugin.MiB)
	return err
}
