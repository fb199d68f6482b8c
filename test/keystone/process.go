package keystone

import (
	"io"
	"os/exec"
	"sync"
)

// alongside runs a program until standard input ends.
const alongside = `"$@" </dev/null & pid=$!
read -r line
kill -KILL "$pid" 2>/dev/null
wait "$pid"`

// run starts a program, whose own children end with it, under a shell that ends it when its standard input is
// closed: by stop, or because the test binary has ended, by whatever means, or
// because nobody holds stop any more.
func run(log, program string, args ...string) (stop func(), err error) {
	return guarded(`exec 2>"$1" >&2; shift; `+alongside, append([]string{log, program}, args...))
}

// keep removes a folder when the test binary has ended, and a moment later what
// the programs that end at the same time may still have written.
func keep(dir string) (stop func(), err error) {
	return guarded(`read -r line; sleep 2; rm -rf "$1"; sleep 5; rm -rf "$1"`, []string{dir})
}

func guarded(script string, args []string) (stop func(), err error) {
	return guardedTo(nil, script, args)
}

func guardedTo(out io.Writer, script string, args []string) (stop func(), err error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
	cmd.Stdout = out
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() {
		_ = in.Close()
		_ = cmd.Wait()
	}), nil
}
