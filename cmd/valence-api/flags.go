package main

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/service/app"
)

// version is set by the build.
var version = "dev"

// flags are the command line. Each is also an environment variable:
// --bind-port is VALENCE_API_BIND_PORT.
type flags struct {
	BindHost          string        `help:"Address to listen on." default:"127.0.0.1"`
	BindPort          uint16        `help:"Port to listen on; 0 takes a free one." default:"8181"`
	DataDir           string        `help:"Where the store lives." default:"/var/lib/valence"`
	AddressFile       string        `help:"Write the base URL to this file when the service can be reached." placeholder:"FILE"`
	LogLevel          slog.Level    `help:"What to log: debug, info, warn or error." default:"info"`
	LogFormat         string        `help:"How to log: text or json." enum:"text,json" default:"text"`
	AllowRemoteNoauth bool          `help:"Listen where other machines can reach the service, although it asks nobody who he is."`
	LostAnswerWindow  time.Duration `help:"How long after a lost answer a machine may still turn up on the pod; 0 takes the default."`

	Version kong.VersionFlag `help:"Show the version and exit." env:"-"`
}

// parse reads the command line and the environment. It ends the process after
// --help and --version, and with status 2 on wrong usage.
func parse(args []string) flags {
	var f flags
	parser := kong.Must(&f,
		kong.Name("valence-api"),
		kong.Description("The Valence REST service: composes machines out of Rack Scale Design hardware."),
		kong.DefaultEnvars("VALENCE_API"),
		kong.Vars{"version": "valence-api " + version},
	)
	if _, err := parser.Parse(args); err != nil {
		fmt.Fprintf(os.Stderr, "valence-api: %v\nTry valence-api --help.\n", err)
		os.Exit(2)
	}
	return f
}

// options turns the flags into the options of the service.
func (f flags) options() app.Options {
	handlerOptions := &slog.HandlerOptions{Level: f.LogLevel}
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, handlerOptions)
	if f.LogFormat == "json" {
		handler = slog.NewJSONHandler(os.Stderr, handlerOptions)
	}
	return app.Options{
		Listen:            net.JoinHostPort(f.BindHost, strconv.Itoa(int(f.BindPort))),
		DataDir:           f.DataDir,
		Logger:            slog.New(handler),
		AllowRemoteNoauth: f.AllowRemoteNoauth,
		LostAnswerWindow:  f.LostAnswerWindow,
		Observe:           observer(),
	}
}

// announce writes the base URL into file, all at once: whoever waits for the
// file never reads half of it. An empty file name announces nothing.
func announce(file string, addr net.Addr) error {
	if file == "" {
		return nil
	}
	unfinished, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("writing the address file: %w", err)
	}
	defer os.Remove(unfinished.Name()) // fails after the rename, as it should
	_, err = fmt.Fprintln(unfinished, "http://"+reachable(addr))
	if closeErr := unfinished.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(unfinished.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing the address file: %w", err)
	}
	return nil
}

// reachable is how this machine reaches addr: an address that stands for all of
// them is none to connect to.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}
