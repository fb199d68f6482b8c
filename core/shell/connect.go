package shell

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/valence-rsd/valence/core/cloud"
	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/session"
)

// connect finds the cloud. It sends nothing: the session does when it is used.
func (s *shell) connect(g globals) (*session.Session, error) {
	c, err := cloud.Resolve(s.cloudRequest(g))
	if err == nil {
		err = c.Check()
	}
	if err != nil {
		return nil, err
	}
	for _, text := range c.Warnings {
		s.warn("%s", text)
	}
	o, err := s.sessionOptions(g)
	if err != nil {
		return nil, err
	}
	o.Log.Info("cloud", "name", c.Name, "file", c.File, "auth_type", c.AuthType)
	o.Prompt, o.CacheDir = s.ask(), s.tokenDir(g)
	return session.New(c, o), nil
}

// sessionOptions say how a session tells what it does, and nothing of the cloud.
func (s *shell) sessionOptions(g globals) (session.Options, error) {
	log, err := s.logger(g)
	if g.Timing && s.timing == nil {
		s.timing = &session.Timing{}
	}
	return session.Options{UserAgent: "valence/" + s.Version, Log: log, Timing: s.timing}, err
}

// tokenDir is where tokens are kept between commands, or empty.
func (s *shell) tokenDir(g globals) string {
	dir := complete.CacheDir(s.Getenv)
	if dir == "" || g.NoCache {
		return ""
	}
	return filepath.Join(dir, "tokens")
}

// logger writes to the screen what the line wants to see, and everything into
// the log file. The file is left open: the process ends with the command, and
// each line is written whole.
func (s *shell) logger(g globals) (*slog.Logger, error) {
	var handlers []slog.Handler
	if g.Verbose || g.Debug {
		level := slog.LevelInfo
		if g.Debug {
			level = slog.LevelDebug
		}
		handlers = append(handlers, logLines{out: s.screen, level: level})
	}
	if g.LogFile != "" {
		f, err := os.OpenFile(g.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fault.New(fault.Usage, "--log-file: %v", err)
		}
		handlers = append(handlers, logLines{out: f, level: slog.LevelDebug, times: true})
	}
	return slog.New(slog.NewMultiHandler(handlers...)), nil
}

// printTiming prints what --timing gathered: a line for each request, then the
// sum, in seconds.
func (s *shell) printTiming() {
	if s.timing == nil {
		return
	}
	for _, r := range s.timing.Requests() {
		fmt.Fprintf(s.screen, "%8.3f  %s %s\n", r.Took.Seconds(), r.Method, r.URL)
	}
	fmt.Fprintf(s.screen, "%8.3f  total\n", s.timing.Total().Seconds())
}
