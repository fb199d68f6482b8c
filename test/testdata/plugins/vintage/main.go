// Valence-plugin-vintage is a plugin of the first days: it speaks protocol 1 by
// a copy of its own, wire1, and a manifest that is written out, and uses nothing
// else of this project. Later shells must go on working with it, so neither it
// nor wire1 is changed when the protocol is.
package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/test/testdata/plugins/vintage/wire1"
)

// manifest is what the kit of version 1 made.
const manifest = `{
  "protocol": 1, "family": "vintage", "version": "0.1", "services": ["rack-scale"],
  "commands": [{"name": "vintage", "help": "Old things.", "commands": [
    {"name": "list", "help": "List old things.", "examples": ["vintage list"],
     "flags": [{"name": "count", "help": "How many.", "type": "int", "default": "2", "short": "n"},
               {"name": "kind", "help": "Which.", "type": "string", "repeat": true, "enum": ["wine", "car"], "placeholder": "KIND"}],
     "result": {"kind": "list", "columns": [{"name": "name", "heading": "Name"}, {"name": "year", "heading": "Year"},
                                            {"name": "note", "heading": "Note", "long": true}]}},
    {"name": "show", "help": "Show what the service says.", "args": [{"name": "path", "help": "Path.", "type": "string", "required": true}],
     "result": {"kind": "record", "columns": [{"name": "status", "heading": "Status"}, {"name": "body", "heading": "Body"}]}},
    {"name": "fail", "help": "Fail."},
    {"name": "wait", "help": "Wait until told to stop."}
  ]}]
}`

type server struct {
	wire1.UnimplementedPluginServer
	plugin.NetRPCUnsupportedPlugin
}

func (s *server) GRPCServer(_ *plugin.GRPCBroker, g *grpc.Server) error {
	wire1.RegisterPluginServer(g, s)
	return nil
}

func (s *server) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("unused")
}

func (s *server) Describe(context.Context, *wire1.DescribeRequest) (*wire1.DescribeResponse, error) {
	return &wire1.DescribeResponse{Manifest: []byte(manifest)}, nil
}

type stream = grpc.BidiStreamingServer[wire1.ShellMessage, wire1.PluginMessage]

func (s *server) Run(shell stream) error {
	first, err := shell.Recv()
	if err != nil {
		return err
	}
	start := first.GetStart()
	if len(start.GetCommand()) != 2 || start.Command[0] != "vintage" {
		return fmt.Errorf("started with %v", first)
	}
	commands := map[string]func(stream, []string) (*wire1.Outcome, error){"list": list, "show": show, "fail": fail, "wait": wait}
	outcome, err := commands[start.Command[1]](shell, start.Args)
	if err != nil {
		return err
	}
	return shell.Send(&wire1.PluginMessage{Kind: &wire1.PluginMessage_Outcome{Outcome: outcome}})
}

func list(shell stream, args []string) (*wire1.Outcome, error) {
	rows := [][]byte{[]byte(`["Riesling", 1971, null]`), []byte(`["Beetle", 1938, {"wheels": 4}]`)}
	if slices.Contains(args, "--count=1") {
		rows = rows[:1]
	}
	if slices.Contains(args, "--kind=car") {
		rows = rows[1:]
	}
	if err := shell.Send(&wire1.PluginMessage{Kind: &wire1.PluginMessage_Progress{
		Progress: &wire1.Progress{Text: "down to the cellar", Done: 1, Total: 2},
	}}); err != nil {
		return nil, err
	}
	if err := notice(shell, "info", "mind the dust"); err != nil {
		return nil, err
	}
	return &wire1.Outcome{}, shell.Send(&wire1.PluginMessage{Kind: &wire1.PluginMessage_Rows{Rows: &wire1.Rows{Rows: rows}}})
}

func notice(shell stream, level, text string) error {
	return shell.Send(&wire1.PluginMessage{Kind: &wire1.PluginMessage_Notice{Notice: &wire1.Notice{Level: level, Text: text}}})
}

// show sends a request through the shell and puts the chunks of the answer
// together.
func show(shell stream, args []string) (*wire1.Outcome, error) {
	if len(args) != 2 || args[0] != "--" {
		return nil, fmt.Errorf("show was given %q", args)
	}
	if err := shell.Send(&wire1.PluginMessage{Kind: &wire1.PluginMessage_Request{Request: &wire1.HttpRequest{
		Id: 7, Service: "rack-scale", Method: "GET", Path: args[1], Headers: []*wire1.Header{{Name: "Accept", Value: "application/json"}},
	}}}); err != nil {
		return nil, err
	}
	var status int32
	var body []byte
	for {
		m, err := shell.Recv()
		if err != nil {
			return nil, err
		}
		if failure := m.GetResponse().GetFailure(); failure != nil {
			return failure, nil
		}
		if r := m.GetResponse(); r != nil && r.Id == 7 {
			status = r.Status
		}
		if c := m.GetChunk(); c != nil && c.Id == 7 {
			body = append(body, c.Data...)
			if c.Last {
				break
			}
		}
	}
	row := fmt.Appendf(nil, "[%d, %s]", status, body)
	return &wire1.Outcome{}, shell.Send(&wire1.PluginMessage{Kind: &wire1.PluginMessage_Rows{Rows: &wire1.Rows{Rows: [][]byte{row}}}})
}

func fail(stream, []string) (*wire1.Outcome, error) {
	return &wire1.Outcome{Code: "not_found", Message: "no thing is that old", Hint: "look in the attic", Status: 404, RequestId: "req-vintage"}, nil
}

func wait(shell stream, _ []string) (*wire1.Outcome, error) {
	if err := notice(shell, "warning", "waiting"); err != nil {
		return nil, err
	}
	for {
		m, err := shell.Recv()
		if err != nil {
			return nil, err
		}
		if m.GetCancel() != nil {
			return &wire1.Outcome{Code: "interrupted", Message: "told to stop"}, nil
		}
	}
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey: "VALENCE_PLUGIN_COOKIE", MagicCookieValue: "8d5c0c6a-2f0e-4c5f-9a3e-6f4f1f4f7a11",
		},
		VersionedPlugins: map[int]plugin.PluginSet{1: {"family": &server{}}},
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}
