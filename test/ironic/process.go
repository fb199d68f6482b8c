package ironic

import (
	"os/exec"
	"sync"
)

// The programs run under a shell that ends them when its standard input is
// closed: by stop, or because the test binary has ended, by whatever means, or
// because nobody holds stop any more.

// serve starts the two programs of an Ironic, each in a session of its own, so
// that the worker of ironic-api is ended with it.
func serve(file, log string) (stop func(), err error) {
	return guarded(`exec 2>"$2" >&2
setsid "$3" --config-file "$1" </dev/null & conductor=$!
setsid "$4" --config-file "$1" </dev/null & api=$!
read -r line
kill -s KILL -- -$conductor $conductor -$api $api 2>/dev/null
wait $conductor $api`, file, log, conductor, api)
}

// keep removes a folder when the test binary has ended, and a moment later what
// the programs that end at the same time may still have written.
func keep(dir string) (stop func(), err error) {
	return guarded(`read -r line; sleep 2; rm -rf "$1"; sleep 5; rm -rf "$1"`, dir)
}

func guarded(script string, args ...string) (stop func(), err error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", script, "sh"}, args...)...)
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
