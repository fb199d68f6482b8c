package main

import (
	"context"
	"log/slog"
	"os"
	"strings"

	"github.com/valence-rsd/valence/service/app/config"
)

// reloader reads the configuration again while the service runs.
type reloader struct {
	sources config.Sources
	running config.Config // what the process works with

	log    *logFile
	level  slog.LevelVar
	logger *slog.Logger
}

// newReloader opens the log: the rest of the process is told where to write by
// the same configuration.
func newReloader(sources config.Sources, cfg config.Config) (*reloader, error) {
	r := &reloader{sources: sources, running: cfg, log: &logFile{}}
	if err := r.log.reopen(cfg.Default.LogFile); err != nil {
		return nil, err
	}
	r.level.Set(cfg.Default.LogLevel)
	handlerOptions := &slog.HandlerOptions{Level: &r.level}
	if cfg.Default.LogFormat == "json" {
		r.logger = slog.New(slog.NewJSONHandler(r.log, handlerOptions))
	} else {
		r.logger = slog.New(slog.NewTextHandler(r.log, handlerOptions))
	}
	return r, nil
}

// follow reloads at each hangup, until the process begins to end. apply is the
// service's part of that.
func (r *reloader) follow(ctx context.Context, hangups <-chan os.Signal, apply func(context.Context, config.Config) error) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			r.reload(ctx, apply)
		}
	}
}

// reload applies what takes effect without a restart and tells of what does
// not. A configuration that cannot be used changes nothing. The log is opened
// anew in any case: whoever moved the file away expects that.
func (r *reloader) reload(ctx context.Context, apply func(context.Context, config.Config) error) {
	next, warnings, err := config.Load(r.sources)
	file := next.Default.LogFile
	if err != nil {
		file = r.running.Default.LogFile
	}
	if err := r.log.reopen(file); err != nil {
		r.logger.Error("the log goes on where it was", "error", err)
	}
	r.tell(warnings)
	applied, pending := config.Changed(r.running, next)
	cfg := config.Reloaded(r.running, next)
	if err == nil {
		err = apply(ctx, cfg)
	}
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			r.logger.Error("the configuration was read again and is not used", "error", strings.TrimSuffix(line, "\n"))
		}
		return
	}
	r.running = cfg
	r.level.Set(cfg.Default.LogLevel)
	r.logger.Info("the configuration was read again", "changed", applied)
	if len(pending) > 0 {
		r.logger.Warn("these options take effect after a restart", "options", pending)
	}
}

// tell logs warnings.
func (r *reloader) tell(warnings []config.Problem) {
	for _, warning := range warnings {
		r.logger.Warn("the configuration looks wrong", "problem", warning.String())
	}
}
