package plugin

import (
	"context"
	"fmt"

	"github.com/valence-rsd/valence/internal/wire"
)

// Ask asks the shell and waits for the answer.
func (r *remoteShell) Ask(ctx context.Context, q Question) ([]byte, error) {
	if !r.asks {
		return nil, Errorf(Usage, "this valence is too old to ask questions for plugins")
	}
	id, answered := r.question()
	defer r.unask(id)
	err := r.send(&wire.PluginMessage{Kind: &wire.PluginMessage_Question{
		Question: &wire.Question{Id: id, Kind: string(q.Kind), Name: q.Name, Text: q.Text},
	}})
	if err != nil {
		return nil, fmt.Errorf("asking the shell: %w", err)
	}
	select {
	case a := <-answered:
		if a.Failure != nil {
			return nil, failureOf(a.Failure)
		}
		return a.Data, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// question numbers a question; its answer comes through the channel.
func (r *remoteShell) question() (uint64, <-chan *wire.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nextID++
	c := make(chan *wire.Answer, 1)
	r.questions[r.nextID] = c
	return r.nextID, c
}

func (r *remoteShell) unask(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.questions, id)
}

// settle hands an answer to whoever asked. The end of the stream needs no
// answer: it ends the context of the command.
func (r *remoteShell) settle(a *wire.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.questions[a.Id]; ok {
		c <- a
		delete(r.questions, a.Id)
	}
}
