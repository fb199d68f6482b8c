// Valence is the shell of the Valence project.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/valence-rsd/valence/core/shell"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	// While somebody listens, writing to a closed pipe is an error, not the end.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	executable, _ := os.Executable()
	io := shell.Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv: os.Getenv, Environ: os.Environ(), Executable: executable, Version: version,
		Interrupts: func(parent context.Context) (context.Context, context.CancelFunc) {
			return signal.NotifyContext(parent, os.Interrupt)
		},
	}
	_, io.InTerminal = terminal(os.Stdin)
	io.Width, io.ErrTerminal = terminal(os.Stderr)
	if columns, ok := terminal(os.Stdout); ok {
		io.Width, io.OutTerminal = columns, true
	}
	status := shell.Main(ctx, os.Args[1:], io)
	stop()
	os.Exit(status)
}

func terminal(f *os.File) (columns int, ok bool) {
	columns, _, err := term.GetSize(int(f.Fd()))
	return columns, err == nil
}
