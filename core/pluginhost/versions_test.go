package pluginhost

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

// A plugin that was built with the kit of today, protocol 1, and one that
// speaks 1 and a later version, against shells that speak 1, both, or only the
// later one.
func TestVersionsAreNegotiated(t *testing.T) {
	t.Parallel()
	today, later, both := dialects{1: stub{}}, dialects{2: stub{}}, dialects{1: stub{}, 2: stub{}}
	tests := map[string]struct {
		family string
		shell  dialects
		want   int    // version
		reason string // instead
	}{
		"same":                   {"good", today, 1, ""},
		"older plugin":           {"good", both, 1, ""},
		"plugin that is too old": {"good", later, 0, "plugin good speaks protocol 1, this valence speaks 2: upgrade the plugin"},
		"newer plugin":           {"bilingual", today, 1, ""},
		"both newer":             {"bilingual", both, 2, ""},
		"plugin that is too new": {"newer", today, 0, "plugin newer speaks protocol 2, this valence speaks 1: upgrade valence"},
		"only the later one":     {"newer", both, 2, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := New(Options{StartTimeout: patient})
			h.dialects = tt.shell
			r, err := h.start(t.Context(), folder(t, tt.family)+"/"+prefix+tt.family, tt.family)
			if tt.reason != "" {
				if err == nil || err.Error() != tt.reason {
					t.Errorf("got %v, want %s", err, tt.reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer r.stop()
			if got := r.client.NegotiatedVersion(); got != tt.want {
				t.Errorf("agreed on %d, want %d", got, tt.want)
			}
		})
	}
}

// What was agreed on is what is spoken, and the catalogue knows it.
func TestPluginOfALaterVersionRuns(t *testing.T) {
	t.Parallel()
	h, s := New(Options{Dirs: []string{folder(t, "bilingual")}, StartTimeout: patient}), &sink{}
	if err := run(t, t.Context(), h, s, nil, "thing", "list"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"info in version 1"}, s.notices); d != "" {
		t.Error(d)
	}
	if got := h.Catalog(t.Context()).Plugins[0].Protocol; got != 1 {
		t.Errorf("protocol %d", got)
	}
}

func TestDescribeOutsideTheSearchPath(t *testing.T) {
	t.Parallel()
	dir := folder(t, "good", "garbage")
	h := New(Options{StartTimeout: patient})
	p, err := h.Describe(t.Context(), dir+"/"+prefix+"good")
	if err != nil || p.Manifest.Family != "good" || p.Protocol != wire.Protocol || len(p.Manifest.Commands) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	for family, want := range map[string]string{"garbage": "instead of a handshake", "missing": "cannot be read"} {
		_, err := h.Describe(t.Context(), dir+"/"+prefix+family)
		if fault.Of(err).Code != fault.PluginFault || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", family, err)
		}
	}
}

func TestFamily(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"valence-plugin-nodes": "nodes", "/a/valence-plugin-my-own2": "my-own2", "valence-plugin-": "",
		"nodes": "", "valence-plugin-nodes.1": "", "valence-plugin-../x": "", "valence-plugin-A": "",
		"valence-plugin--x": "", "valence-plugin-a b": "",
	} {
		if got := Family(name); got != want {
			t.Errorf("%q is of the family %q, want %q", name, got, want)
		}
	}
}

// serveVersions serves the given versions without the kit.
func serveVersions(versions map[int]goplugin.PluginSet) {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  goplugin.HandshakeConfig{MagicCookieKey: wire.CookieKey, MagicCookieValue: wire.CookieValue},
		VersionedPlugins: versions,
		GRPCServer:       goplugin.DefaultGRPCServer,
	})
}

// newer stands in for whatever a later version serves: nothing that version 1
// would understand.
type newer struct{ stub }

func (newer) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error { return nil }

// older serves version 1 beside it.
type older struct {
	stub
	wire.UnimplementedPluginServer
}

func (o *older) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	wire.RegisterPluginServer(s, o)
	return nil
}

func (*older) Describe(context.Context, *wire.DescribeRequest) (*wire.DescribeResponse, error) {
	return &wire.DescribeResponse{Manifest: []byte(
		`{"protocol":2,"family":"bilingual","of later":{"things":[1]},"commands":[{"name":"thing","help":"h","of later":1}]}`)}, nil
}

func (*older) Run(stream grpc.BidiStreamingServer[wire.ShellMessage, wire.PluginMessage]) error {
	if _, err := stream.Recv(); err != nil {
		return err
	}
	for _, m := range []*wire.PluginMessage{
		{}, // a kind of message that this shell does not know
		{Kind: &wire.PluginMessage_Notice{Notice: &wire.Notice{Level: "info", Text: "in version 1"}}},
		{Kind: &wire.PluginMessage_Outcome{Outcome: &wire.Outcome{}}},
	} {
		if err := stream.Send(m); err != nil {
			return err
		}
	}
	return nil
}
