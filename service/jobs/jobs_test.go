package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/valence-rsd/valence/service"
	"github.com/valence-rsd/valence/service/jobs"
)

// task is a job that runs until it is let go, or stopped.
type task struct {
	letGo chan struct{}
	ended chan error // what it was stopped by
	done  chan struct{}
}

func launch(t *testing.T, ctx context.Context, g *jobs.Group[*task], id string) *task {
	t.Helper()
	if err := g.Enter(); err != nil {
		t.Fatal(err)
	}
	job := &task{make(chan struct{}), make(chan error, 1), make(chan struct{})}
	g.Launch(ctx, id, job, func(ctx context.Context) {
		select {
		case <-job.letGo:
		case <-ctx.Done():
		}
		job.ended <- ctx.Err()
	}, func() { close(job.done) })
	return job
}

// A job outlives the request that it comes from, and is found until it is done.
func TestLaunch(t *testing.T) {
	t.Parallel()
	g := jobs.NewGroup[*task]()
	request, hangUp := context.WithCancel(t.Context())
	job := launch(t, request, g, "a")
	hangUp()
	if g.Find("a") != job || g.Find("b") != nil {
		t.Errorf("found %v and %v", g.Find("a"), g.Find("b"))
	}
	close(job.letGo)
	<-job.done
	if err := <-job.ended; err != nil {
		t.Errorf("the end of the request stopped it: %v", err)
	}
	if g.Find("a") != nil {
		t.Error("it is found after it was done")
	}
}

// Drain waits for what runs, and lets nothing else in.
func TestDrain(t *testing.T) {
	t.Parallel()
	g := jobs.NewGroup[*task]()
	job := launch(t, t.Context(), g, "a")
	drained := make(chan error)
	go func() { drained <- g.Drain(t.Context()) }()
	for g.Enter() == nil { // until it drains
		g.Leave()
		time.Sleep(time.Millisecond)
	}
	if code := service.CodeOf(g.Enter()); code != service.Unavailable {
		t.Errorf("who comes late is told %s", code)
	}
	select {
	case err := <-drained:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(job.letGo)
	if err := <-drained; err != nil {
		t.Errorf("drained with %v", err)
	}
}

// When there is no more time, what runs is stopped, and waited for all the same.
func TestDrainStops(t *testing.T) {
	t.Parallel()
	g := jobs.NewGroup[*task]()
	job := launch(t, t.Context(), g, "a")
	bound, cancel := g.Bound(t.Context())
	defer cancel()
	short, over := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer over()
	if err := g.Drain(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("drained with %v", err)
	}
	<-job.done // by now, without waiting
	if err := <-job.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	select {
	case <-bound.Done(): // soon, in a goroutine of context's own
	case <-time.After(10 * time.Second):
		t.Error("what is bound to the group goes on")
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	p, began := jobs.Look(2*time.Millisecond), time.Now()
	for range 3 {
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took < 14*time.Millisecond { // 2, 4 and 8
		t.Errorf("three pauses took %v", took)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := jobs.Patience(time.Hour).Wait(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// Every goes on over errors, and logs each once until it changes.
func TestEvery(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	log := slog.New(slog.NewTextHandler(&text, nil))
	ctx, cancel := context.WithCancel(t.Context())
	answers := []error{errors.New("one"), errors.New("one"), errors.New("two"), nil, errors.New("two")}
	next := 0
	jobs.Every(ctx, func() time.Duration { return time.Microsecond }, log, "it cannot be done", func(context.Context) error {
		next++
		if next == len(answers) {
			defer cancel()
		}
		return answers[next-1]
	})
	if next != len(answers) {
		t.Errorf("done %d times", next)
	}
	// The last one belongs to the end.
	if n := strings.Count(text.String(), "it cannot be done; trying again"); n != 2 {
		t.Errorf("logged %d times:\n%s", n, &text)
	}
}

// nowhere has no pods, or fails to look for them.
type nowhere struct{ err error }

func (n nowhere) Pod(context.Context, string) (service.Pod, error) { return nil, n.err }

// A pod manager that is gone is not to be taken for a thing on it that is.
func TestCall(t *testing.T) {
	t.Parallel()
	never := func(context.Context, service.Pod) error { panic("there is no pod") }
	for cause, want := range map[service.Code]service.Code{
		service.NotFound: service.Unavailable,
		service.Internal: service.Internal,
	} {
		err := jobs.Call(t.Context(), nowhere{service.Errorf(cause, "no")}, "p", never)
		if service.CodeOf(err) != want || !jobs.AnswerLost(err) {
			t.Errorf("%s became %v", cause, err)
		}
	}
	refused := service.Errorf(service.Conflict, "busy")
	if jobs.AnswerLost(refused) || jobs.AnswerLost(nil) {
		t.Error("an answer that came is lost")
	}
}
