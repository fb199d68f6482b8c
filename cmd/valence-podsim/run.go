package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/valence-rsd/valence/podsim"
)

// version is set by the build.
var version = "dev"

// The exit codes of the program.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// run is the whole program, without the process around it. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, helped, err := parse(args, stdout, stderr)
	switch {
	case helped:
		return exitDone
	case err != nil:
		return complain(stderr, exitUsage, err)
	case f.Version:
		if _, err := fmt.Fprintln(stdout, "valence-podsim", version); err != nil {
			return complain(stderr, exitFailed, err)
		}
		return exitDone
	}
	opts, err := f.options()
	if err != nil {
		return complain(stderr, exitUsage, err)
	}
	if f.PrintTopology {
		opts.StateFile = "" // drawing changes nothing
	}
	sim, err := podsim.New(opts)
	if err != nil {
		return complain(stderr, exitUsage, err)
	}
	if f.PrintTopology {
		err = sim.WriteTree(stdout)
	} else {
		err = serve(ctx, sim, f, stderr)
	}
	if err != nil {
		return complain(stderr, exitFailed, err)
	}
	return exitDone
}

// complain says what went wrong, as well as it can: when even that fails, the exit code is all there is.
func complain(stderr io.Writer, code int, err error) int {
	_, _ = fmt.Fprintln(stderr, "valence-podsim:", err)
	return code
}

// parse reads the command line. kong means to exit after printing help; here it only says that it did.
func parse(args []string, stdout, stderr io.Writer) (f *flags, helped bool, err error) {
	f = &flags{}
	parser, err := kong.New(f,
		kong.Name("valence-podsim"),
		kong.Description("A simulated Rack Scale Design pod, for trying Valence without hardware."),
		kong.Vars{"dialects": strings.Join(podsim.Dialects(), ", ")},
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		return nil, false, err
	}
	_, err = parser.Parse(args)
	return f, helped, err
}

// serve listens, says where, and answers until the context ends.
func serve(ctx context.Context, sim *podsim.Simulator, f *flags, stderr io.Writer) error {
	ln, err := net.Listen("tcp", f.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", f.Listen, err)
	}
	url := sim.Scheme() + "://" + ln.Addr().String()
	// The address comes last: whoever waits for it finds the authority, too.
	for _, file := range []struct{ what, path, text string }{
		{"CA", f.CAFile, string(sim.CA())},
		{"address", f.AddressFile, url + "\n"},
	} {
		if err := announce(file.path, file.text); err != nil {
			return errors.Join(fmt.Errorf("writing the %s file: %w", file.what, err), ln.Close())
		}
	}
	// A pod that cannot announce itself is still a pod.
	_, _ = fmt.Fprintf(stderr, "valence-podsim: a pod of %s listens on %s\n", sim.Summary(), url)
	return sim.Serve(ctx, ln)
}

// announce renames a finished file into place, if there is to be one: whoever waits for it never reads half of it.
func announce(path, text string) error {
	if path == "" {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = io.Copy(tmp, strings.NewReader(text))
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
