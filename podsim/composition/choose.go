package composition

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxSteps bounds the search for blocks: a request for which no set was found by then is answered as if there were none.
const maxSteps = 50_000

// choice is what blocks are to be chosen for.
type choice struct {
	wishes      []wish
	blocks      []string // that the client names, and that are in the set
	zones       []string
	affinity    any // Id of the zone that the client wants; nil for any
	limits      object
	reservation string
	anyone      bool // as if nothing were reserved
	onlyMine    bool // only what is reserved for this request
}

// choose finds whole blocks for the wishes, all in one zone: the smallest that do. The caller holds the mutex.
func (p *Pod) choose(c choice) ([]string, error) {
	if err := p.checkAnnotations(&c); err != nil {
		return nil, err
	}
	if c.reservation != "" {
		mine := c
		mine.onlyMine = true
		if blocks := p.search(mine); blocks != nil {
			return blocks, nil
		}
	}
	if blocks := p.search(c); blocks != nil {
		return blocks, nil
	}
	open := c
	open.anyone = true
	for _, uri := range p.search(open) {
		if by := p.reservedBy(uri); by != "" && by != c.reservation {
			return nil, refuse(matchReserved, by)
		}
	}
	return nil, p.missing(c)
}

// checkAnnotations refuses what the service does not allow, and narrows the zones down to the one that is wanted.
func (p *Pod) checkAnnotations(c *choice) error {
	service := p.tree.view(p.places.service)
	for _, w := range c.wishes {
		if w.over && !trueAt(service, "AllowOverprovisioning") {
			return refuse(propertyUnknown, overKey)
		}
	}
	if c.affinity == nil {
		return nil
	}
	if !trueAt(service, "AllowZoneAffinity") {
		return refuse(propertyUnknown, "@Redfish.ZoneAffinity")
	}
	c.zones = slices.DeleteFunc(slices.Clone(c.zones), func(zone string) bool {
		return textAt(p.tree.view(zone), "Id") != c.affinity
	})
	if len(c.zones) == 0 {
		return refuse(wrongValue, fmt.Sprint(c.affinity), "@Redfish.ZoneAffinity")
	}
	return nil
}

// search tries one zone after the other; nil when none has what is wished for.
func (p *Pod) search(c choice) []string {
	for _, zone := range c.zones {
		s := p.newSearch(c, zone)
		if s.next(0) {
			return s.taken
		}
	}
	return nil
}

// candidate is a free block with what it could contribute.
type candidate struct {
	uri    string
	types  []string
	parts  []part
	bound  bool // to a physical system
	weight float64
	like   string // two candidates of which this is the same can stand for one another
}

// searcher looks for a set of candidates, with going back.
type searcher struct {
	choice
	candidates []candidate
	left       []int // of each wish
	types      map[string]int
	bound      bool
	taken      []string
	steps      int
}

func (p *Pod) newSearch(c choice, zone string) *searcher {
	s := &searcher{choice: c, types: p.countTypes(c.blocks), taken: slices.Clone(c.blocks)}
	for _, w := range c.wishes {
		s.left = append(s.left, w.count)
	}
	s.bound = slices.ContainsFunc(c.blocks, func(uri string) bool { return p.anchors[uri] != "" })
	for _, uri := range urisAt(p.tree.view(zone), "Links", "ResourceBlocks") {
		if one, ok := p.candidate(uri, c); ok {
			s.candidates = append(s.candidates, one)
		}
	}
	slices.SortStableFunc(s.candidates, func(a, b candidate) int { return cmp.Compare(a.weight, b.weight) })
	return s
}

// candidate looks at a block; false when it cannot be chosen, or has nothing to contribute.
func (p *Pod) candidate(uri string, c choice) (candidate, bool) {
	block := p.tree.view(uri)
	if block == nil || slices.Contains(c.blocks, uri) || !usable(block) {
		return candidate{}, false
	}
	by := p.reservedBy(uri)
	mine := by != "" && by == c.reservation
	if !mine && (c.onlyMine || !c.anyone && (by != "" || trueAt(block, "CompositionStatus", "Reserved"))) {
		return candidate{}, false
	}
	one := candidate{uri: uri, types: textsAt(block, "ResourceBlockType"), parts: p.partsOf(uri, block), bound: p.anchors[uri] != ""}
	could := make([]int, len(c.wishes))
	useful := false
	classes := map[string]int{}
	for _, part := range one.parts {
		classes[part.class]++
		one.weight += size(part)
		for i, w := range c.wishes {
			if w.fits(part) {
				could[i]++
				useful = true
			}
		}
	}
	one.like = fmt.Sprint(could, classes, one.types, one.bound)
	return one, useful
}

// size makes parts comparable: a core counts as much as 4 GiB of memory, or of a drive a thousandth.
func size(one part) float64 {
	cores, _ := numberAt(one.body, "TotalCores")
	mib, _ := numberAt(one.body, "CapacityMiB")
	bytes, _ := numberAt(one.body, "CapacityBytes")
	return cores*4096 + mib + bytes/(1<<30) + 1
}

// next adds candidates from an index on until every wish is fulfilled.
func (s *searcher) next(from int) bool {
	if s.steps++; s.steps > maxSteps {
		return false
	}
	if !slices.ContainsFunc(s.left, func(n int) bool { return n > 0 }) {
		return checkLimits(s.limits, s.types) == nil
	}
	tried := map[string]bool{}
	for i := from; i < len(s.candidates); i++ {
		one := s.candidates[i]
		if tried[one.like] || one.bound && s.bound {
			continue
		}
		tried[one.like] = true
		before := slices.Clone(s.left)
		if !s.take(one) {
			s.left = before
			continue
		}
		if s.fit() && s.next(i+1) {
			return true
		}
		s.give(one, before)
	}
	return false
}

// take adds a candidate, whole; false when it contributes nothing, or more of something than was wished for.
func (s *searcher) take(one candidate) bool {
	useful := false
	for _, part := range one.parts {
		switch i := s.wisher(part); {
		case i >= 0:
			s.left[i]--
			useful = true
		case s.refuses(part):
			return false
		}
	}
	if !useful {
		return false
	}
	for _, kind := range one.types {
		s.types[kind]++
	}
	s.bound = s.bound || one.bound
	s.taken = append(s.taken, one.uri)
	return true
}

// give takes a candidate back.
func (s *searcher) give(one candidate, left []int) {
	for _, kind := range one.types {
		s.types[kind]--
	}
	if one.bound {
		s.bound = false
	}
	s.left = left
	s.taken = s.taken[:len(s.taken)-1]
}

// wisher is the wish that a part goes to: the first that still lacks one. Those that take nothing else come first.
func (s *searcher) wisher(one part) int {
	for _, over := range []bool{false, true} {
		for i, w := range s.wishes {
			if s.left[i] > 0 && w.over == over && w.fits(one) {
				return i
			}
		}
	}
	return -1
}

// refuses tells whether a part that goes to no wish is one too many: such parts were wished for, and no wish takes more.
func (s *searcher) refuses(one part) bool {
	wished := false
	for _, w := range s.wishes {
		if w.class == one.class {
			if w.over {
				return false
			}
			wished = true
		}
	}
	return wished
}

// fit tells whether no more blocks of a type are taken than may be.
func (s *searcher) fit() bool {
	for name := range s.limits {
		if kind, most := strings.CutPrefix(name, "Max"); most {
			if limit, _ := numberAt(s.limits, name); float64(s.types[kind]) > limit {
				return false
			}
		}
	}
	return true
}

// missing says what the zone that has most of it lacks; where each wish alone could be fulfilled, all of them are named.
func (p *Pod) missing(c choice) error {
	var fewest []string
	for _, zone := range c.zones {
		if lack := p.newSearch(c, zone).lacking(); fewest == nil || len(lack) < len(fewest) {
			fewest = lack
		}
	}
	if len(fewest) == 0 {
		for _, w := range c.wishes {
			fewest = append(fewest, w.label)
		}
	}
	var errs []error
	for _, label := range slices.Compact(fewest) {
		errs = append(errs, refuse(noResourceMatch, label))
	}
	return errors.Join(errs...)
}

func (s *searcher) lacking() []string {
	lack := []string{}
	for _, w := range s.wishes {
		n := 0
		for _, one := range s.candidates {
			for _, part := range one.parts {
				if w.fits(part) {
					n++
				}
			}
		}
		if n < w.count {
			lack = append(lack, w.label)
		}
	}
	return lack
}
