package pluginhost

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// cancelGrace is how long an interrupted command may take to stop by itself.
const cancelGrace = 3 * time.Second

// Run runs a command and returns when the plugin has ended, or is kept for the
// next command. The error is a *fault.Error, or what the Sink returned.
func (h *Host) Run(ctx context.Context, p Plugin, c Call) error {
	if reason := p.changed(); reason != "" {
		return fault.New(fault.PluginFault, "plugin %s cannot be used: %s", p.Manifest.Family, reason)
	}
	r, err := h.take(ctx, p)
	if err != nil {
		return err
	}
	inOrder := false
	defer func() { h.give(p.Path, r, inOrder) }()
	// The stream outlives an interrupt, so that the plugin can be told of it.
	streamCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stream, err := r.plugin.Run(streamCtx)
	if err != nil {
		return r.fault("cannot run a command: %s", grpcText(err))
	}
	job := &job{running: r, Call: c, family: p.Manifest.Family, services: p.Manifest.Services, stream: stream, ctx: ctx}
	start := &wire.Start{Command: c.Command, Args: c.Args, Answers: c.Answer != nil}
	if err := job.send(&wire.ShellMessage{Kind: &wire.ShellMessage_Start{Start: start}}); err != nil {
		return job.broken(err)
	}
	err = job.loop(job.receive(streamCtx), h.SilenceTimeout)
	inOrder = job.ended
	return err
}

// job is one command that runs in a plugin.
type job struct {
	*running
	Call
	family   string
	services []string
	stream   grpc.BidiStreamingClient[wire.ShellMessage, wire.PluginMessage]
	ctx      context.Context // of the command: its requests end with it

	ended   bool         // with an outcome that is no crash
	sending sync.Mutex   // one message at a time
	pending atomic.Int32 // requests and questions under way
}

type received struct {
	message *wire.PluginMessage
	err     error
}

// receive passes on what the plugin sends, until the stream ends or ctx does.
// The stream's own context would not do: it ends before its last error was
// passed on.
func (j *job) receive(ctx context.Context) <-chan received {
	out := make(chan received)
	go func() {
		for {
			m, err := j.stream.Recv()
			select {
			case out <- received{m, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}

// loop goes on until the outcome, the end of the stream, an interrupt that the
// plugin does not heed, or a silence that is too long.
func (j *job) loop(messages <-chan received, patience time.Duration) error {
	interrupted := j.ctx.Done()
	var tooLate <-chan time.Time
	silence := time.NewTimer(patience)
	defer silence.Stop()
	for {
		select {
		case m := <-messages:
			silence.Reset(patience)
			if m.err != nil {
				return j.broken(m.err)
			}
			if done, err := j.handle(m.message); done || err != nil {
				return err
			}
		case <-interrupted:
			interrupted = nil
			tooLate = time.After(cancelGrace)
			_ = j.send(&wire.ShellMessage{Kind: &wire.ShellMessage_Cancel{Cancel: &wire.Cancel{}}})
		case <-tooLate:
			j.kill()
			return fault.Of(context.Cause(j.ctx))
		case <-silence.C:
			if j.pending.Load() > 0 {
				silence.Reset(patience)
				continue
			}
			j.kill()
			return j.fault("has said nothing for %s and was ended", patience)
		}
	}
}

// handle deals with one message and says whether it was the last.
func (j *job) handle(m *wire.PluginMessage) (done bool, err error) {
	switch k := m.Kind.(type) {
	case *wire.PluginMessage_Request:
		j.pending.Add(1)
		go j.serve(k.Request)
	case *wire.PluginMessage_Rows:
		for _, row := range k.Rows.Rows {
			if err := j.Sink.Row(row); err != nil {
				return true, err
			}
		}
	case *wire.PluginMessage_Notice:
		j.Sink.Notice(k.Notice.Level, k.Notice.Text)
	case *wire.PluginMessage_Progress:
		j.Sink.Progress(k.Progress.Text, k.Progress.Done, k.Progress.Total)
	case *wire.PluginMessage_Drawing:
		j.Sink.Draw(k.Drawing.Text)
	case *wire.PluginMessage_Question:
		j.pending.Add(1)
		go j.answer(k.Question)
	case *wire.PluginMessage_Outcome:
		return true, j.outcome(k.Outcome)
	}
	return false, nil
}

// answer answers a question of the plugin.
func (j *job) answer(q *wire.Question) {
	defer j.pending.Add(-1)
	a := &wire.Answer{Id: q.Id}
	var err error
	if j.Answer == nil {
		err = fault.New(fault.Usage, "nobody answers questions here")
	} else {
		a.Data, err = j.Answer(j.ctx, Question{j.family, q.Kind, q.Name, q.Text})
	}
	if err != nil {
		a.Data, a.Failure = nil, failure(err)
	}
	_ = j.send(&wire.ShellMessage{Kind: &wire.ShellMessage_Answer{Answer: a}})
}

func (j *job) outcome(o *wire.Outcome) error {
	j.ended = o.Code != wire.PluginFault
	if o.Code == "" {
		return nil
	}
	if o.Code == wire.PluginFault {
		return j.fault("crashed: %s", quoted(o.Message)).WithHint("run it with --debug to see where")
	}
	return &fault.Error{
		Code: fault.Code(o.Code), Message: o.Message, Hint: o.Hint,
		Status: int(o.Status), RequestID: o.RequestId,
	}
}

func (j *job) send(m *wire.ShellMessage) error {
	j.sending.Lock()
	defer j.sending.Unlock()
	return j.stream.Send(m)
}

// broken says why the stream ended without an outcome. The process is ended
// first, so that all that it printed has been read.
func (j *job) broken(err error) error {
	j.kill()
	if words := j.lastWords(); words != "" {
		return j.fault("crashed%s", words).WithHint("run it with --debug to see all that it printed")
	}
	return j.fault("broke off: %s", grpcText(err))
}

// grpcText is the text of an error without the words that gRPC adds.
func grpcText(err error) string { return status.Convert(err).Message() }
