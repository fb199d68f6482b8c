package contract_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/valence-rsd/valence/podsim"
	"github.com/valence-rsd/valence/test/stack"
)

const (
	// canary is the secret that hostile requests carry.
	canary = "canary-pass-word"
	// podSecret is the password of the pod.
	podSecret = "s3cret-Pa55-of-the-pod"
	// patience is how long an answer may take: the time to send a request, and
	// room for a machine that is busy.
	patience = 20 * time.Second
)

// attack is a request that nobody should send.
type attack struct {
	name string
	send string
	// unfinished says that the sender stops in the middle, so that he may be
	// hung up on.
	unfinished bool
	hangUp     bool   // he stops by closing his side
	drip       string // what comes after send, slowly
}

// TestHostile does not run in parallel with others: it counts what is left
// behind in the process.
func TestHostile(t *testing.T) {
	seen := &searcher{}
	s := stack.NewLogged(t, slog.NewTextHandler(seen, &slog.HandlerOptions{Level: slog.LevelDebug}), "REQUEST_TIMEOUT=1")
	w := &world{Stack: s, spec: recorded.description(t, s.URL), ids: map[string]string{"nowhere": nowhere}, quiet: true}
	w.AddPod("pod", podsim.Options{Username: "ops", Password: podSecret})
	w.populate(t)
	attacks := distinct(w.attacks(t))
	if len(attacks) < 200 {
		t.Fatalf("there are only %d distinct attacks", len(attacks))
	}
	w.assault(t, attacks[:min(len(attacks), 50)], seen) // whatever is made once has been made
	before, calm := w.everything(t), measure()
	w.assault(t, attacks, seen)
	if after := w.everything(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	calm.returns(t)
	runtime.KeepAlive(attacks) // they count before, so they do after
	if seen.found.Load() > 0 {
		t.Errorf("%d lines of the log have a secret", seen.found.Load())
	}
	t.Logf("%d distinct hostile requests, %d lines of log", len(attacks), seen.lines.Load())
}

// attacks gives all of them.
func (w *world) attacks(t *testing.T) []attack {
	t.Helper()
	var all []attack
	for _, op := range w.spec.operations() {
		all = append(all, w.bodyAttacks(t, op)...)
		all = append(all, w.pathAttacks(t, op)...)
		all = append(all, w.queryAttacks(t, op)...)
		all = append(all, w.headAttacks(t, op)...)
	}
	return append(append(all, protocolAttacks()...), slowAttacks()...)
}

func distinct(attacks []attack) []attack {
	known := map[string]bool{}
	var out []attack
	for _, a := range attacks {
		key := fmt.Sprint(a.send, a.hangUp, a.drip)
		if !known[key] {
			known[key] = true
			out = append(out, a)
		}
	}
	return out
}

// assault sends all attacks, several at once.
func (w *world) assault(t *testing.T, attacks []attack, log *searcher) {
	t.Helper()
	var group errgroup.Group
	group.SetLimit(24)
	for _, a := range attacks {
		group.Go(func() error {
			if err := w.launch(a, log); err != nil {
				t.Errorf("%s: %.300q\n%v", a.name, a.send, err)
			}
			return nil
		})
	}
	_ = group.Wait()
	w.call(t, "GET /healthz", "").want(t, 200)
	w.call(t, "GET /v1/flavors/{flavor}", "").want(t, 200)
}

// launch sends one attack on a connection of its own and judges the answers.
func (w *world) launch(a attack, log *searcher) error {
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	var sending sync.WaitGroup
	sending.Go(func() { a.write(conn) })
	got, err := io.ReadAll(conn)
	conn.Close()
	sending.Wait()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("the connection hangs; so far: %.300q", got)
	}
	if log.has(got) {
		return fmt.Errorf("a secret comes back: %q", got)
	}
	return a.judge(got)
}

// write sends what there is to send. The service may hang up before its end.
func (a attack) write(conn net.Conn) {
	if _, err := io.WriteString(conn, a.send); err != nil {
		return
	}
	for i := range len(a.drip) {
		time.Sleep(100 * time.Millisecond)
		if _, err := io.WriteString(conn, a.drip[i:i+1]); err != nil {
			return
		}
	}
	if a.hangUp {
		_ = conn.(*net.TCPConn).CloseWrite()
	}
}

// judge says what is wrong with the answers to an attack.
func (a attack) judge(got []byte) error {
	if len(got) == 0 && a.unfinished {
		return nil
	}
	reader := bufio.NewReader(bytes.NewReader(got))
	for first := true; ; first = false {
		if _, err := reader.Peek(1); err != nil && !first {
			return nil
		}
		head := &http.Request{Method: http.MethodGet}
		response, err := http.ReadResponse(reader, head)
		if err != nil {
			return fmt.Errorf("the answer %.300q is not to be read: %w", got, err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}
		if response.StatusCode == http.StatusContinue && a.unfinished {
			continue // he is asked to go on, and does not
		}
		if response.StatusCode < 400 || response.StatusCode > 499 {
			return fmt.Errorf("answered with %s: %s", response.Status, body)
		}
		if err := checkRefusal(response, body); err != nil {
			return fmt.Errorf("%.300q: %w", got, err)
		}
	}
}

// everything is what the service has, as text.
func (w *world) everything(t *testing.T) string {
	t.Helper()
	var all []string
	for _, op := range w.lists() {
		all = append(all, w.call(t, op.String(), "").want(t, 200).body)
	}
	return readAt.ReplaceAllString(strings.Join(all, ""), "")
}

// readAt is when something was read from a pod, which may be again at any time.
var readAt = regexp.MustCompile(`"inventory_at":"[^"]*"`)

// searcher is a log that is searched and not kept.
type searcher struct{ lines, found atomic.Int64 }

func (s *searcher) Write(line []byte) (int, error) {
	s.lines.Add(1)
	if s.has(line) {
		s.found.Add(1)
	}
	return len(line), nil
}

// has says whether a secret is in a text, in any form that it takes on its way.
func (*searcher) has(text []byte) bool {
	for _, secret := range []string{canary, podSecret} {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte("ops:" + secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
			if bytes.Contains(text, []byte(form)) {
				return true
			}
		}
	}
	return false
}

// footprint is what the process holds.
type footprint struct {
	goroutines int
	heap       uint64
}

func measure() footprint {
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	time.Sleep(time.Second) // until connections that are closed are gone
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return footprint{runtime.NumGoroutine(), m.HeapAlloc}
}

// returns waits until the process holds what it held before.
func (f footprint) returns(t *testing.T) {
	t.Helper()
	const slack, few = 5, 6 << 20
	var now footprint
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if now = measure(); now.goroutines <= f.goroutines+slack && now.heap < f.heap+few {
			t.Logf("goroutines %d, then %d; heap %d KiB, then %d KiB", f.goroutines, now.goroutines, f.heap>>10, now.heap>>10)
			return
		}
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("it held %+v, and holds %+v:\n%s", f, now, stacks[:runtime.Stack(stacks, true)])
}
