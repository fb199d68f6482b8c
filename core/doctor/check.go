package doctor

import (
	"context"
	"slices"
)

// check is one look at something.
type check struct {
	name  string
	needs []string // checks that must not have failed; those that are not done do not count
	look  func(context.Context) []Finding
}

// simple is a check that finds one thing.
func simple(name string, needs []string, look func(context.Context) Finding) check {
	return check{name, needs, func(ctx context.Context) []Finding { return []Finding{look(ctx)} }}
}

// run does all checks at once, each as soon as what it needs is known, and gives
// the findings in the order of the checks.
func run(ctx context.Context, checks []check) []Finding {
	found, done := make([][]Finding, len(checks)), make([]chan struct{}, len(checks))
	for i := range done {
		done[i] = make(chan struct{})
	}
	for i, c := range checks {
		go func() {
			defer close(done[i])
			var before []Finding
			for j := range i {
				if slices.Contains(c.needs, checks[j].name) {
					<-done[j]
					before = append(before, found[j]...)
				}
			}
			found[i] = c.done(ctx, before)
		}()
	}
	for i := range done {
		<-done[i]
	}
	return slices.Concat(found...)
}

// done is what the check finds, given what those found that it needs.
func (c check) done(ctx context.Context, before []Finding) []Finding {
	for _, f := range before {
		because := f.because
		if f.State == Failed {
			because = f.Check
		}
		if because != "" {
			return []Finding{{Check: c.name, State: Skipped, Found: "not looked at, because the check " + because + " failed", because: because}}
		}
	}
	findings := c.look(ctx)
	for i := range findings {
		f := &findings[i]
		if f.Check == "" {
			f.Check = c.name
		}
		f.Found, f.Remedy = line(f.Found), line(f.Remedy)
	}
	return findings
}
