package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Options say how to run the service. Listen, DataDir and Logger are required;
// for everything else zero has a meaning of its own.
type Options struct {
	Listen  string // host:port of the API; port 0 takes a free one
	DataDir string // where the embedded store lives; made if missing
	Logger  *slog.Logger

	// AllowRemoteNoauth lets the service, which asks nobody who he is, listen
	// where other machines can reach it.
	AllowRemoteNoauth bool

	RequestTimeout time.Duration // how long a caller may take to send a request; zero: 30 s
	DrainTimeout   time.Duration // how long Run lets requests and work finish; zero: 2 min

	// Tuning of the compose work; zero takes its defaults.
	LostAnswerWindow time.Duration // how long after a lost answer a machine may still turn up on the pod
	PollInterval     time.Duration // how often an assembly is asked about

	// Observe, where not nil, is told each point that the compose work passes.
	// It is for tests that end the process there.
	Observe func(point string)
}

func (o Options) withDefaults() Options {
	if o.RequestTimeout == 0 {
		o.RequestTimeout = 30 * time.Second
	}
	if o.DrainTimeout == 0 {
		o.DrainTimeout = 2 * time.Minute
	}
	return o
}

// validate names the field that would fail later.
func (o Options) validate() error {
	if _, _, err := net.SplitHostPort(o.Listen); err != nil {
		return fmt.Errorf("option Listen: %w; expected host:port", err)
	}
	if o.DataDir == "" {
		return errors.New("option DataDir is empty; expected a directory")
	}
	if o.Logger == nil {
		return errors.New("option Logger is nil; expected a logger")
	}
	for _, field := range []struct {
		name  string
		value time.Duration
	}{
		{"RequestTimeout", o.RequestTimeout},
		{"DrainTimeout", o.DrainTimeout},
		{"LostAnswerWindow", o.LostAnswerWindow},
		{"PollInterval", o.PollInterval},
	} {
		if field.value < 0 {
			return fmt.Errorf("option %s is %v; expected zero or more", field.name, field.value)
		}
	}
	return nil
}
