// Command valence-podsim serves a simulated Rack Scale Design pod over HTTP. All it does itself is read flags,
// open the listener and wait for a signal; the pod is in package podsim.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
