package shell

import (
	"context"

	"github.com/valence-rsd/valence/core/doctor"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/internal/wire"
)

const doctorHelp = `Looks at what a command needs: the cloud's settings, files with secrets, caches, plugins, Keystone, the service, clocks, certificates and pod managers. Nothing is changed, but that signing in makes a token.

A check is ok; or a warning, when it works but not as it should; or failed, and then remedy says what to do; or skipped, because one that it builds on failed or there is nothing to look at. All others go on when one fails.

The exit status is 1 when a check failed; warnings leave it 0. One answer is waited for no longer than 5 seconds.`

// doctorCommand describes the command that says what is wrong.
func doctorCommand() wire.Command {
	return wire.Command{
		Name: "doctor", Help: "Say what is wrong, and how to mend it.", Detail: doctorHelp,
		Examples: []string{"doctor", "doctor -f json", "--os-cloud rsd doctor", "doctor -c check -c remedy"},
		Result: wire.Result{Kind: wire.List, Columns: []wire.Column{
			{Name: "check", Heading: "Check"}, {Name: "state", Heading: "State"},
			{Name: "found", Heading: "Found"}, {Name: "remedy", Heading: "Remedy"},
		}},
	}
}

// examine does all checks and prints what they find.
func (s *shell) examine(ctx context.Context, l *line) error {
	printer, err := s.printer(l)
	if err != nil {
		return err
	}
	patient, err := s.patient(l.globals)
	if err != nil {
		return err
	}
	var bad int
	findings := doctor.Examine(ctx, patient)
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, f := range findings {
		if f.State == doctor.Failed {
			bad++
		}
		if err := printValues(printer, f.Check, f.State, f.Found, f.Remedy); err != nil {
			return err
		}
	}
	if bad > 0 {
		err = fault.New(fault.Failed, "%d of %d checks failed", bad, len(findings))
	}
	return finish(ctx, printer, l, err)
}

// patient is what the doctor looks at.
func (s *shell) patient(g globals) (doctor.Patient, error) {
	options, err := s.sessionOptions(g)
	host := s.hostOptions()
	return doctor.Patient{
		Cloud: s.cloudRequest(g), Session: options,
		Plugins: s.host.Catalog, PluginDirs: host.Dirs, Receipts: host.Receipts,
		Tokens: s.tokenDir(g), Manifests: host.CacheFile,
	}, err
}
