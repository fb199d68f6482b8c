package shell

import (
	"strings"
	"time"

	"github.com/valence-rsd/valence/internal/roff"
	"github.com/valence-rsd/valence/internal/wire"
)

// Manual is the manual pages of the shell: valence(1), and one for each noun
// with all that can be done with it. What they say is what help says.
func Manual(plugins []wire.Command, version string, date time.Time) []*roff.Page {
	commands := withCore(plugins)
	pages := []*roff.Page{rootPage(commands, version, date)}
	for i := range commands {
		if c := &commands[i]; !c.Hidden {
			m := manual{roff.New("valence-"+c.Name, 1, version, date, c.Help)}
			m.command([]*wire.Command{c})
			m.heading("See also")
			m.text("valence(1)")
			pages = append(pages, m.Page)
		}
	}
	return pages
}

// rootPage is valence(1).
func rootPage(commands []wire.Command, version string, date time.Time) *roff.Page {
	m := manual{roff.New("valence", 1, version, date, "compose machines out of the hardware of a rack")}
	m.heading("Synopsis")
	m.entries([]entry{{"valence [options] <command> [arguments]", ""}})
	m.heading("Description")
	m.text("Valence composes machines out of the processors, memory and drives of a rack, through the OpenStack Valence service.")
	m.heading("Commands")
	m.text("Each has a page of its own, such as valence-node(1).")
	m.entries(overview(commands))
	m.heading(optionsTitle)
	m.entries(flagEntries(globalFlags()))
	for _, t := range topics() {
		m.heading(t.title)
		t.write(subsections{m})
	}
	m.heading("See also")
	m.text("valence-api(8), valence-podsim(1)")
	return m.Page
}

// manual is a manual page as a document.
type manual struct{ *roff.Page }

func (m manual) heading(text string) { m.Section1(text) }

func (m manual) text(text string) { m.Text(text) }

// entries writes names without a meaning as lines of code.
func (m manual) entries(list []entry) {
	for _, e := range list {
		if e.text == "" {
			m.Code(e.name)
		} else {
			m.Item(strings.TrimSpace(e.name), e.text)
		}
	}
}

// subsections is a document within a section of another.
type subsections struct{ manual }

func (s subsections) heading(text string) { s.Section2(text) }

// command describes a command and all below it.
func (m manual) command(path []*wire.Command) {
	c := path[len(path)-1]
	if c.Hidden {
		return
	}
	for i := range c.Commands {
		m.command(append(path[:len(path):len(path)], &c.Commands[i]))
	}
	if len(c.Commands) > 0 {
		return
	}
	m.heading(title(path))
	m.entries([]entry{{synopsis(path), ""}})
	m.text(c.Help)
	if c.Detail != "" {
		m.text(c.Detail)
	}
	d := subsections{m}
	section(d, "Arguments", argEntries(c.Args))
	section(d, "Options", flagEntries(append(c.Flags[:len(c.Flags):len(c.Flags)], longFlags(*c)...)))
	columnSections(d, c.Result)
	section(d, "Examples", examples(c.Examples))
}
