package main

import (
	"fmt"
	"os"

	"github.com/valence-rsd/valence/service/app/config"
)

// check is the command config check.
type check struct{}

// Run prints the warnings, and whether the configuration can be used.
func (check) Run(sources config.Sources) error {
	_, err := load(sources)
	if err == nil {
		fmt.Fprintln(os.Stdout, "configuration is valid")
	}
	return err
}

// show is the command config show.
type show struct{}

// Run prints what counts.
func (show) Run(sources config.Sources) error {
	cfg, err := load(sources)
	if err != nil {
		return err
	}
	return cfg.Show(os.Stdout)
}

// load gives the configuration, with its warnings on stderr.
func load(sources config.Sources) (config.Config, error) {
	cfg, warnings, err := config.Load(sources)
	for _, warning := range warnings {
		fmt.Fprintln(os.Stderr, "valence-api: warning:", warning)
	}
	return cfg, err
}

// sample is the command config sample.
type sample struct{}

// Run prints the sample.
func (sample) Run() error { return config.Sample(os.Stdout) }
