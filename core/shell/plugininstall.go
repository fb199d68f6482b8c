package shell

import (
	"context"
	"fmt"
	"strings"

	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/core/plugininstall"
)

// installer installs into the user's own folder.
func (s *shell) installer() *plugininstall.Installer {
	return &plugininstall.Installer{Folder: pluginhost.UserDir(s.Getenv), Reserved: reserved(), Host: s.host}
}

func (s *shell) installPlugins(ctx context.Context, l *line, printer *output.Printer) error {
	source := l.args[0][0]
	if !strings.Contains(source, "://") {
		source = s.path(source)
	}
	done, err := s.installer().Install(ctx, source, l.value("checksum"))
	for _, r := range done {
		if err := printValues(printer, r.Family, r.Version, r.Path, "sha256:"+r.SHA256); err != nil {
			return err
		}
	}
	s.catalog = nil
	s.plugins(ctx) // so that the next command finds them known
	for _, r := range done {
		if p := s.catalog.Plugin(r.Family); p != nil && p.Path != r.Path {
			s.warn("plugin %s is shadowed by %s, which comes first in the search path", r.Path, p.Path)
		}
	}
	return err
}

func (s *shell) removePlugins(ctx context.Context, l *line, _ *output.Printer) error {
	return s.each(ctx, l.args[0], func(name string) error {
		_, err := s.installer().Remove(name)
		return err
	})
}

func (s *shell) verifyPlugins(ctx context.Context, l *line, printer *output.Printer) error {
	names, err := s.toVerify(l)
	if err != nil {
		return err
	}
	return s.each(ctx, names, func(name string) error {
		r, err := s.installer().Find(name)
		if err != nil {
			return err
		}
		state, sum, err := plugininstall.Verify(r)
		if err != nil {
			return err
		}
		var now any
		if sum != "" {
			now = "sha256:" + sum
		}
		if err := printValues(printer, r.Family, state, r.Path, now, "sha256:"+r.SHA256); err != nil {
			return err
		}
		switch state {
		case plugininstall.Changed:
			return fault.New(fault.Failed, "the plugin %s has changed since it was installed", name)
		case plugininstall.Missing:
			return fault.New(fault.Failed, "the plugin %s is missing: %s is gone", name, r.Path)
		}
		return nil
	})
}

// toVerify are the names on the line, or those of all installed plugins.
func (s *shell) toVerify(l *line) ([]string, error) {
	if len(l.args) > 0 {
		return l.args[0], nil
	}
	all, err := s.installer().Installed()
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Family
	}
	return names, err
}

// each calls do for each name and goes on after a failure, as the commands of
// plugins do: the failure of a single name is the error, those of several are
// reported one by one, and the error counts them.
func (s *shell) each(ctx context.Context, names []string, do func(name string) error) error {
	var failed int
	var code fault.Code
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := do(name)
		if err == nil {
			continue
		}
		e := fault.Of(err)
		if len(names) == 1 {
			return e
		}
		fmt.Fprintf(s.screen, "valence: %s: %s\n", output.Line(name), output.Line(e.Message))
		if failed++; failed == 1 {
			code = e.Code
		} else if code != e.Code { // they have no code in common
			code = fault.Failed
		}
	}
	if failed == 0 {
		return nil
	}
	return fault.New(code, "%d of %d failed", failed, len(names))
}
