// Valence-plugin-spy tells everything that reaches a plugin: its environment
// and every message, as it comes from the wire.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/internal/wire"
)

type spy struct {
	wire.UnimplementedPluginServer
	plugin.NetRPCUnsupportedPlugin
}

func (s *spy) GRPCServer(_ *plugin.GRPCBroker, srv *grpc.Server) error {
	wire.RegisterPluginServer(srv, s)
	return nil
}

func (s *spy) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("unused")
}

func (s *spy) Describe(context.Context, *wire.DescribeRequest) (*wire.DescribeResponse, error) {
	data, err := json.Marshal(wire.Manifest{
		Protocol: wire.Protocol, Family: "spy", Version: "1", Services: []string{"rack-scale"},
		Commands: []wire.Command{{Name: "spy", Help: "Spy.", Commands: []wire.Command{{Name: "look", Help: "Look."}}}},
	})
	return &wire.DescribeResponse{Manifest: data}, err
}

func (s *spy) Run(stream grpc.BidiStreamingServer[wire.ShellMessage, wire.PluginMessage]) error {
	tell := func(text string) error {
		return stream.Send(&wire.PluginMessage{Kind: &wire.PluginMessage_Notice{Notice: &wire.Notice{Level: "warning", Text: text}}})
	}
	if err := tell("environment: " + strings.Join(os.Environ(), " ")); err != nil {
		return err
	}
	if _, err := stream.Recv(); err != nil {
		return err
	}
	request := &wire.HttpRequest{Id: 1, Service: "rack-scale", Method: "GET", Path: "/v1/pod_managers"}
	if err := stream.Send(&wire.PluginMessage{Kind: &wire.PluginMessage_Request{Request: request}}); err != nil {
		return err
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			return err
		}
		data, err := json.Marshal(m.Kind)
		if err != nil {
			return err
		}
		if err := tell("message: " + string(data) + " " + string(m.GetChunk().GetData())); err != nil {
			return err
		}
		if m.GetChunk().GetLast() {
			return stream.Send(&wire.PluginMessage{Kind: &wire.PluginMessage_Outcome{Outcome: &wire.Outcome{}}})
		}
	}
}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: wire.CookieKey, MagicCookieValue: wire.CookieValue},
		VersionedPlugins: map[int]plugin.PluginSet{wire.Protocol: {wire.PluginName: &spy{}}},
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}
