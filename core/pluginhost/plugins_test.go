package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goplugin "github.com/hashicorp/go-plugin"

	"github.com/valence-rsd/valence/internal/wire"
	"github.com/valence-rsd/valence/sdk/plugin"
)

// TestMain makes the test binary its own plugins: run under the name of a
// plugin, it is that plugin.
func TestMain(m *testing.M) {
	family, ok := strings.CutPrefix(filepath.Base(os.Args[0]), prefix)
	if !ok {
		os.Exit(m.Run())
	}
	be(family)
}

// be is a plugin of the given family. The families that misbehave before they
// serve are here, the others are commands of testGrammar.
func be(family string) {
	switch family {
	case "garbage":
		fmt.Println("Hello, I am a plugin!")
	case "slowstart":
		time.Sleep(time.Minute)
	case "dies":
		panic("no luck today")
	case "newer":
		serveVersions(map[int]goplugin.PluginSet{2: {wire.PluginName: newer{}}})
		return
	case "bilingual":
		serveVersions(map[int]goplugin.PluginSet{1: {wire.PluginName: &older{}}, 2: {wire.PluginName: newer{}}})
		return
	}
	name := family
	if family == "liar" {
		name = "honest"
	}
	plugin.Serve(plugin.Family{
		Name: name, Version: "1.2.3", Services: []string{"rack-scale"},
		Grammar: func() any { return newGrammar() },
	})
}

type thing struct {
	Name string
	Size int
}

var things = plugin.Resource[thing]{
	Columns: []plugin.Column[thing]{
		{Name: "name", Heading: "Name", Value: func(t thing) any { return t.Name }},
		{Name: "size", Heading: "Size", Value: func(t thing) any { return t.Size }, Show: plugin.LongOnly},
	},
	List: func(context.Context, *plugin.Call) iter.Seq2[thing, error] {
		return func(yield func(thing, error) bool) {
			for i := range 200 {
				if !yield(thing{fmt.Sprint("t", i), i}, nil) {
					return
				}
			}
		}
	},
}

type grammar struct {
	Thing struct {
		List     plugin.ListCmd[thing] `cmd:"" help:"List things."`
		Panic    panicCmd              `cmd:"" help:"Panic."`
		Crash    crashCmd              `cmd:"" help:"Crash in a goroutine."`
		Hang     hangCmd               `cmd:"" help:"Ignore everything for ever."`
		Wait     waitCmd               `cmd:"" help:"Wait for the interrupt."`
		Dump     dumpCmd               `cmd:"" help:"Print the environment."`
		Pid      pidCmd                `cmd:"" help:"Print the number of the process."`
		Get      getCmd                `cmd:"" help:"Get a path of a service."`
		Chatter  chatterCmd            `cmd:"" help:"Print to stdout, then work."`
		NotFound notFoundCmd           `cmd:"" help:"Fail with a code."`
		Ask      askCmd                `cmd:"" help:"Ask for all that can be asked for."`
	} `cmd:"" help:"Things."`
}

func newGrammar() *grammar {
	g := &grammar{}
	g.Thing.List = things.ListCmd()
	return g
}

type panicCmd struct{}

func (*panicCmd) Run(context.Context, *plugin.Call) error { panic("on purpose") }

type crashCmd struct{}

func (*crashCmd) Run(ctx context.Context, _ *plugin.Call) error {
	go func() { panic("in the background") }()
	<-ctx.Done()
	return nil
}

type hangCmd struct{}

func (*hangCmd) Run(context.Context, *plugin.Call) error { select {} }

type waitCmd struct{}

func (*waitCmd) Run(ctx context.Context, call *plugin.Call) error {
	call.Infof("waiting")
	<-ctx.Done()
	return ctx.Err()
}

type dumpCmd struct{}

func (*dumpCmd) Run(_ context.Context, call *plugin.Call) error {
	for _, v := range os.Environ() {
		call.Infof("%s", v)
	}
	return nil
}

type pidCmd struct{}

func (*pidCmd) Run(_ context.Context, call *plugin.Call) error {
	call.Infof("%d", os.Getpid())
	return nil
}

type getCmd struct {
	Service string `arg:"" help:"Service."`
	Path    string `arg:"" help:"Path."`
}

func (c *getCmd) Run(ctx context.Context, call *plugin.Call) error {
	endpoint, client := call.Service(c.Service)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(endpoint, "/")+c.Path, strings.NewReader("ping"))
	if err != nil {
		return err
	}
	req.Header.Set("X-Auth-Token", "stolen")
	req.Header.Set("X-Mine", "kept")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	call.Infof("%d %v %d %.20s", resp.StatusCode, resp.Header["X-Answer"], len(body), body)
	call.Infof("token %q", resp.Header.Get("X-Subject-Token"))
	return err
}

type chatterCmd struct{}

func (*chatterCmd) Run(_ context.Context, call *plugin.Call) error {
	fmt.Println("garbage on stdout")
	call.Infof("worked")
	return nil
}

type notFoundCmd struct{}

func (*notFoundCmd) Run(context.Context, *plugin.Call) error {
	return fmt.Errorf("looking it up: %w", &plugin.Error{
		Code: plugin.NotFound, Message: "no thing named x", Hint: "look again", Status: 404, RequestID: "req-1",
	})
}

var errSink = errors.New("the reader is gone")
