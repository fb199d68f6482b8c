package main

import (
	"time"

	"github.com/valence-rsd/valence/internal/roff"
	"github.com/valence-rsd/valence/service/app/config"
)

// servicePage is valence-api(8).
func servicePage(bin, version string, date time.Time) (*roff.Page, error) {
	p := roff.New("valence-api", 8, version, date, "REST service that composes machines out of Rack Scale Design hardware")
	if err := usage(p, bin, "valence-api"); err != nil {
		return nil, err
	}
	p.Section1("Files")
	p.Item(config.DefaultFile, "Configuration; see valence.conf(5).")
	p.Item(config.DefaultDir, "Folder whose *.conf files are read after it.")
	p.Item("/var/lib/valence", "The embedded store and the keys of credentials.")
	p.Section1("Signals")
	p.Item("SIGTERM, SIGINT", "Stop: requests and work may finish for [api] drain_timeout. A second one ends the process at once.")
	p.Item("SIGHUP", "Read the configuration again, and open the log anew.")
	p.Section1("Exit status")
	p.Item("0", "done")
	p.Item("1", "failed")
	p.Item("2", "wrong usage")
	p.Section1("See also")
	p.Text("valence.conf(5), valence(1)")
	return p, nil
}

// configurationPage is valence.conf(5).
func configurationPage(version string, date time.Time) *roff.Page {
	p := roff.New("valence.conf", 5, version, date, "configuration of valence-api")
	p.Section1("Description")
	p.Text(config.Read + "\n\n" + config.Syntax)
	last := ""
	for _, o := range config.Options() {
		if o.Section != last {
			p.Section1("[" + o.Section + "]")
			p.Text(o.SectionHelp)
			last = o.Section
		}
		p.Item(o.Name, meaning(o))
	}
	p.Section1("See also")
	p.Text("valence-api(8)")
	return p
}

// meaning is all that is known of an option.
func meaning(o config.Option) string {
	text := o.Help + " " + o.Facts()
	if o.Default != "" {
		text += " Default: " + o.Default + "."
	}
	return text
}

// podsimPage is valence-podsim(1).
func podsimPage(bin, version string, date time.Time) (*roff.Page, error) {
	p := roff.New("valence-podsim", 1, version, date, "simulated Rack Scale Design pod")
	if err := usage(p, bin, "valence-podsim"); err != nil {
		return nil, err
	}
	p.Section1("See also")
	p.Text("valence(1), valence-api(8)")
	return p, nil
}
