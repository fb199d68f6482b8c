package faults

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
)

// maxRules bounds what is looked through for every request.
const maxRules = 1000

// Set holds the rules in force, in the order in which they came. It is safe for concurrent use.
type Set struct {
	closed chan struct{}

	mu      sync.Mutex
	stopped bool
	rules   []Rule
	last    int // ids are never given out again
	dice    *rand.Rand
}

// NewSet makes an empty set. The seed decides which requests a probability hits, as far as their order does not.
func NewSet(seed uint64) *Set {
	return &Set{closed: make(chan struct{}), dice: rand.New(rand.NewPCG(seed, 0))}
}

// Add puts a rule in force and returns it with its id.
func (s *Set) Add(r Rule) (Rule, error) {
	if err := r.Validate(); err != nil {
		return Rule{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules) >= maxRules {
		return Rule{}, fmt.Errorf("there are %d rules, expected at most %d", len(s.rules)+1, maxRules)
	}
	s.last++
	r.ID = strconv.Itoa(s.last)
	s.rules = append(s.rules, r)
	return r, nil
}

// Rules lists the rules in force. Those whose count is used up are gone.
func (s *Set) Rules() []Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Rule{}, s.rules...)
}

// Remove ends a rule; it returns false when there is none with that id.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.rules)
	s.rules = slices.DeleteFunc(s.rules, func(r Rule) bool { return r.ID == id })
	return len(s.rules) < before
}

// Clear ends all rules.
func (s *Set) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
}

// Close lets all delayed and hanging requests go.
func (s *Set) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.stopped = true
		close(s.closed)
	}
}

// choose returns the first rule that hits a request, and counts the hit; the zero Rule when none does.
func (s *Set) choose(method, path string) Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.rules {
		if !r.matches(method, path) || r.Probability > 0 && s.dice.Float64() >= r.Probability {
			continue
		}
		if r.Count == 1 {
			s.rules = slices.Delete(s.rules, i, i+1)
		} else if r.Count > 1 {
			s.rules[i].Count--
		}
		return r
	}
	return Rule{}
}
