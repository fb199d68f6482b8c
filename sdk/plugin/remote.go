package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/internal/wire"
)

// rowsPerMessage bounds how many rows wait before they are sent together.
const rowsPerMessage = 64

// remoteShell is the Shell at the other end of a Run stream.
type remoteShell struct {
	stream grpc.BidiStreamingServer[wire.ShellMessage, wire.PluginMessage]
	asks   bool // the shell answers questions

	mu        sync.Mutex // guards the fields below and sending on the stream
	rows      [][]byte
	nextID    uint64
	answers   map[uint64]*answer           // of the requests under way
	questions map[uint64]chan *wire.Answer // that are not answered yet
	ended     error                        // why the stream ended, once it has
}

// Row queues a row; a full queue is sent.
func (r *remoteShell) Row(values []any) error {
	row, err := json.Marshal(values)
	if err != nil {
		return fmt.Errorf("encoding a row: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = append(r.rows, row)
	if len(r.rows) < rowsPerMessage {
		return nil
	}
	return r.flush()
}

// Notice sends a notice. A stream that has ended is noticed by whoever needs
// an answer from it.
func (r *remoteShell) Notice(level Level, text string) {
	_ = r.send(&wire.PluginMessage{Kind: &wire.PluginMessage_Notice{
		Notice: &wire.Notice{Level: string(level), Text: text},
	}})
}

// Progress sends progress, like Notice.
func (r *remoteShell) Progress(text string, done, total int64) {
	_ = r.send(&wire.PluginMessage{Kind: &wire.PluginMessage_Progress{
		Progress: &wire.Progress{Text: text, Done: done, Total: total},
	}})
}

// Draw sends a drawing, like Notice.
func (r *remoteShell) Draw(text string) {
	_ = r.send(&wire.PluginMessage{Kind: &wire.PluginMessage_Drawing{Drawing: &wire.Drawing{Text: text}}})
}

// finish sends what is left and the outcome.
func (r *remoteShell) finish(err error) error {
	return r.send(&wire.PluginMessage{Kind: &wire.PluginMessage_Outcome{Outcome: outcome(err)}})
}

func outcome(err error) *wire.Outcome {
	if err == nil {
		return &wire.Outcome{}
	}
	e := errorOf(err)
	return &wire.Outcome{
		Code: string(e.Code), Message: e.Message, Hint: e.Hint,
		Status: int32(e.Status), RequestId: e.RequestID,
	}
}

// send sends a message after the rows that came before it.
func (r *remoteShell) send(m *wire.PluginMessage) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.flush(); err != nil {
		return err
	}
	return r.stream.Send(m)
}

// flush sends the queued rows. The caller holds the lock.
func (r *remoteShell) flush() error {
	if len(r.rows) == 0 {
		return nil
	}
	err := r.stream.Send(&wire.PluginMessage{Kind: &wire.PluginMessage_Rows{Rows: &wire.Rows{Rows: r.rows}}})
	r.rows = nil
	return err
}

// receive hands what the shell sends to whom it is for, until the stream ends.
func (r *remoteShell) receive(cancel context.CancelFunc) {
	for {
		m, err := r.stream.Recv()
		if err != nil {
			cancel()
			r.endAll(err)
			return
		}
		switch k := m.Kind.(type) {
		case *wire.ShellMessage_Cancel:
			cancel()
		case *wire.ShellMessage_Response:
			r.answer(k.Response.Id).begin(k.Response)
		case *wire.ShellMessage_Chunk:
			r.answer(k.Chunk.Id).add(k.Chunk)
		case *wire.ShellMessage_Answer:
			r.settle(k.Answer)
		}
	}
}

// endAll ends every request under way.
func (r *remoteShell) endAll(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = fmt.Errorf("the shell is gone: %w", err)
	for _, a := range r.answers {
		a.end(r.ended)
	}
}
