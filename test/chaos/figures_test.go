package chaos

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/valence-rsd/valence/sdk/valence"
)

// figures count requests by kind, each with its repetitions as one.
type figures struct {
	mu       sync.Mutex
	kinds    map[string]*tally
	repeats  int
	failures map[string]int // by what went wrong
	internal int            // failures that the service had no reason for: 500
}

// tally is the figures of one kind of request.
type tally struct {
	took   []time.Duration
	failed int
}

func newFigures() *figures { return &figures{kinds: map[string]*tally{}, failures: map[string]int{}} }

func (f *figures) add(kind string, took time.Duration, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.kinds[kind]
	if t == nil {
		t = &tally{}
		f.kinds[kind] = t
	}
	t.took = append(t.took, took)
	if err != nil {
		t.failed++
		f.failures[kind+": "+reason(err)]++
		if statusOf(err) == http.StatusInternalServerError {
			f.internal++
		}
	}
}

// repeated counts a request that a client sent once more.
func (f *figures) repeated() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.repeats++
}

// join adds the figures of another.
func (f *figures) join(other *figures) {
	for kind, t := range other.kinds {
		sum := f.kinds[kind]
		if sum == nil {
			sum = &tally{}
			f.kinds[kind] = sum
		}
		sum.took, sum.failed = append(sum.took, t.took...), sum.failed+t.failed
	}
	for what, count := range other.failures {
		f.failures[what] += count
	}
	f.repeats += other.repeats
	f.internal += other.internal
}

// total is all kinds together.
func (f *figures) total() *tally {
	all := &tally{}
	for _, t := range f.kinds {
		all.took, all.failed = append(all.took, t.took...), all.failed+t.failed
	}
	return all
}

// success is the share of requests that succeeded, in percent.
func (t *tally) success() float64 {
	return 100 * float64(len(t.took)-t.failed) / float64(max(len(t.took), 1))
}

func (t *tally) percentile(p int) time.Duration {
	if len(t.took) == 0 {
		return 0
	}
	slices.Sort(t.took)
	return t.took[min(len(t.took)*p/100, len(t.took)-1)].Round(time.Millisecond)
}

// String is a table, and below it what went wrong, most often first.
func (f *figures) String() string {
	var b strings.Builder
	row := func(kind string, t *tally) {
		fmt.Fprintf(&b, "%-18s %7d %7d %9.3f%% %9s %9s %9s\n", kind, len(t.took), t.failed, t.success(),
			t.percentile(50), t.percentile(99), t.percentile(100))
	}
	fmt.Fprintf(&b, "%-18s %7s %7s %10s %9s %9s %9s\n", "request", "number", "failed", "success", "p50", "p99", "longest")
	for _, kind := range slices.Sorted(maps.Keys(f.kinds)) {
		row(kind, f.kinds[kind])
	}
	row("all", f.total())
	for _, what := range slices.SortedFunc(maps.Keys(f.failures), func(a, b string) int {
		return cmp.Or(f.failures[b]-f.failures[a], strings.Compare(a, b))
	}) {
		fmt.Fprintf(&b, "%5d × %s\n", f.failures[what], what)
	}
	return b.String()
}

// reason is an error without what makes it differ from others of its kind.
func reason(err error) string {
	text := err.Error()
	var answer *valence.Error
	if errors.As(err, &answer) {
		text = fmt.Sprintf("%d %s", answer.Status, answer.Error())
	}
	text = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).ReplaceAllString(text, "UUID")
	return regexp.MustCompile(`c\d+-\w+-\d+|127\.0\.0\.1:\d+(->127\.0\.0\.1:\d+)?`).ReplaceAllString(text, "…")
}
