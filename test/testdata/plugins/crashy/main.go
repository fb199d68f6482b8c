// Valence-plugin-crashy describes itself well and then misbehaves.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/valence-rsd/valence/sdk/plugin"
)

type grammar struct {
	Crashy struct {
		Panic panicCmd `cmd:"" help:"Panic."`
		Die   dieCmd   `cmd:"" help:"Die without a word."`
		Hang  hangCmd  `cmd:"" help:"Hang, whatever happens."`
		Talk  talkCmd  `cmd:"" help:"Print to stdout."`
	} `cmd:"" help:"Trouble."`
}

type panicCmd struct{}

// Run panics.
func (*panicCmd) Run(context.Context, *plugin.Call) error { panic("out of luck") }

type dieCmd struct{}

// Run dies.
func (*dieCmd) Run(context.Context, *plugin.Call) error {
	os.Exit(0)
	return nil
}

type hangCmd struct{}

// Run hangs, and says so first.
func (*hangCmd) Run(_ context.Context, call *plugin.Call) error {
	call.Warnf("hanging, pid %d", os.Getpid())
	for {
		call.Progress("still hanging", 0, 0)
		time.Sleep(100 * time.Millisecond)
	}
}

type talkCmd struct{}

// Run prints where it should not.
func (*talkCmd) Run(_ context.Context, call *plugin.Call) error {
	fmt.Println("garbage")
	call.Warnf("done")
	return nil
}

func main() {
	plugin.Serve(plugin.Family{Name: "crashy", Version: "1", Grammar: func() any { return &grammar{} }})
}
