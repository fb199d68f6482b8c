package pluginhost

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
	"github.com/valence-rsd/valence/sdk/plugin"
)

type askCmd struct{}

func (*askCmd) Run(ctx context.Context, call *plugin.Call) error {
	word, err := call.Secret(ctx, "password", "Password: ")
	if err != nil {
		return err
	}
	text, err := call.Input(ctx)
	if err != nil {
		return err
	}
	call.Draw(word + " and " + string(text))
	return call.Confirm(ctx, "Go on?")
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	p := h.Catalog(t.Context()).Plugins[0]
	var asked []Question
	s := &sink{}
	err := h.Run(t.Context(), p, Call{Command: []string{"thing", "ask"}, Sink: s, Answer: func(_ context.Context, q Question) ([]byte, error) {
		asked = append(asked, q)
		if q.Kind == wire.Confirm {
			return nil, fault.New(fault.Failed, "no").WithHint("not today")
		}
		return []byte("the " + q.Kind), nil
	}})
	if d := cmp.Diff(&fault.Error{Code: fault.Failed, Message: "no", Hint: "not today"}, fault.Of(err)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	want := []Question{
		{Family: "good", Kind: wire.Secret, Name: "password", Text: "Password: "},
		{Family: "good", Kind: wire.Input},
		{Family: "good", Kind: wire.Confirm, Text: "Go on?"},
	}
	if d := cmp.Diff(want, asked); d != "" {
		t.Errorf("asked (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"drawn the secret and the input"}, s.notices); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A shell that answers nothing is not asked: it might leave the plugin waiting.
func TestQuestionsToAShellThatAnswersNone(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient})
	err := run(t, t.Context(), h, &sink{}, nil, "thing", "ask")
	if e := fault.Of(err); e.Code != fault.Usage || !strings.Contains(e.Message, "too old to ask") {
		t.Errorf("%v", err)
	}
}

// While nobody answers, silence is no fault of the plugin's, and an interrupt
// ends the command.
func TestUnansweredQuestion(t *testing.T) {
	t.Parallel()
	h := New(Options{Dirs: []string{folder(t, "good")}, StartTimeout: patient, SilenceTimeout: 2 * time.Second})
	p := h.Catalog(t.Context()).Plugins[0]
	ctx, interrupt := context.WithCancel(t.Context())
	err := h.Run(ctx, p, Call{Command: []string{"thing", "ask"}, Sink: &sink{}, Answer: func(ctx context.Context, _ Question) ([]byte, error) {
		time.AfterFunc(3*time.Second, interrupt)
		<-ctx.Done()
		select {} // a person who does not answer cannot be interrupted either
	}})
	if e := fault.Of(err); e.Code != fault.Interrupted {
		t.Errorf("%v", err)
	}
}
