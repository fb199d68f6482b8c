package plugin

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/alecthomas/kong"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/valence-rsd/valence/internal/wire"
)

// endpoint puts the family behind go-plugin.
type endpoint struct {
	plugin.NetRPCUnsupportedPlugin
	family Family
}

// GRPCServer registers the protocol.
func (e *endpoint) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	wire.RegisterPluginServer(s, &server{family: e.family})
	return nil
}

// GRPCClient is for the shell's side and has no use here.
func (e *endpoint) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("a plugin does not call plugins")
}

// server is the protocol's side of a family.
type server struct {
	wire.UnimplementedPluginServer
	family Family
	spare  atomic.Pointer[kong.Kong] // parser for the next command, when there was time to make one
}

// Describe returns the manifest.
func (s *server) Describe(context.Context, *wire.DescribeRequest) (*wire.DescribeResponse, error) {
	data, err := s.family.Describe()
	return &wire.DescribeResponse{Manifest: data}, err
}

// Run runs one command.
func (s *server) Run(stream grpc.BidiStreamingServer[wire.ShellMessage, wire.PluginMessage]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	start := first.GetStart()
	if start == nil {
		return errors.New("the shell did not begin with Start")
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	shell := &remoteShell{
		stream: stream, asks: start.Answers,
		answers: map[uint64]*answer{}, questions: map[uint64]chan *wire.Answer{},
	}
	go shell.receive(cancel)
	err = s.run(ctx, shell, slices.Concat(start.Command, start.Args))
	// A shell that keeps the plugin for its next command finds the parser made.
	defer func() { go s.prepare() }()
	return shell.finish(err)
}

func (s *server) run(ctx context.Context, shell Shell, line []string) error {
	if parser := s.spare.Swap(nil); parser != nil {
		return runParsed(ctx, parser, shell, line)
	}
	return s.family.Run(ctx, shell, line...)
}

func (s *server) prepare() {
	if parser, err := s.family.parser(); err == nil {
		s.spare.Store(parser)
	}
}
