package main

import (
	"fmt"
	"strconv"

	"github.com/valence-rsd/valence/sdk/plugin"
	"github.com/valence-rsd/valence/sdk/valence"
)

// contents are what a flavor asks for, as flags. What is nil was not given.
type contents struct {
	Cores          *count   `help:"Processor cores that a node needs at least; 0 for any." placeholder:"N"`
	ProcessorModel *string  `help:"Processor model that a node needs; an empty one for any." placeholder:"MODEL"`
	Memory         *memory  `help:"Memory that a node needs at least: MiB, or with a unit such as 64G; 0 for any." placeholder:"SIZE"`
	MemoryType     *string  `help:"Memory type that a node needs, such as DDR4; an empty one for any." placeholder:"TYPE"`
	Device         []string `help:"Type of a pooled device that a node needs, such as SSD. Given once for each device." placeholder:"TYPE" sep:"none" xor:"device"`
}

// or adds what was not given from elsewhere.
func (c *contents) or(other contents) {
	fill(&c.Cores, other.Cores)
	fill(&c.ProcessorModel, other.ProcessorModel)
	fill(&c.Memory, other.Memory)
	fill(&c.MemoryType, other.MemoryType)
	if c.Device == nil {
		c.Device = other.Device
	}
}

func fill[T any](given **T, other *T) {
	if *given == nil {
		*given = other
	}
}

// given says whether there is anything.
func (c *contents) given() bool {
	return c.Cores != nil || c.ProcessorModel != nil || c.Memory != nil || c.MemoryType != nil || c.Device != nil
}

// apply changes properties as far as something was given.
func (c *contents) apply(p *valence.Properties) {
	put(&p.Processor.TotalCores, (*int)(c.Cores))
	put(&p.Processor.Model, c.ProcessorModel)
	put(&p.Memory.CapacityMiB, (*int)(c.Memory))
	put(&p.Memory.Type, c.MemoryType)
	if c.Device != nil {
		p.PCIDevice.Type = c.Device
	}
}

func put[T any](field, given *T) {
	if given != nil {
		*field = *given
	}
}

// most is the largest number that the service takes: nine digits.
const most = 999_999_999

// count is a number of cores.
type count int

// UnmarshalText reads a count.
func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil || n > most {
		return fmt.Errorf("%q is not a number of cores: expected a whole number, such as 8", text)
	}
	*c = count(n)
	return nil
}

// memory is an amount of memory in MiB.
type memory int

// UnmarshalText reads an amount of memory; without a unit it is in MiB.
func (m *memory) UnmarshalText(text []byte) error {
	size, err := plugin.ParseSize(string(text), plugin.MiB)
	if err != nil {
		return err
	}
	if size%plugin.MiB != 0 || size/plugin.MiB > most {
		return fmt.Errorf("%q is not an amount of memory: expected whole MiB, at most %d of them", text, most)
	}
	*m = memory(size / plugin.MiB)
	return nil
}
