package shell

import (
	"fmt"
	"strings"

	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/internal/wire"
)

// Reference is a page of Markdown about the shell and all of its commands: its
// own and those of plugins. What it says of a command is what help says.
func Reference(plugins []wire.Command) string {
	commands, topics := withCore(plugins), topics()
	m := &markdown{}
	m.title(1, "Commands")
	m.block("All commands with their arguments, options and columns, as `valence <command> --help` has them; the test that " +
		"keeps this page true also writes it.")
	for i := range commands {
		m.contents(&commands[i])
	}
	m.block("- More: " + link(optionsTitle, optionsTitle) + topicLinks(topics))
	m.title(2, optionsTitle)
	m.text("They may stand anywhere on the line. Those that shape output are for commands that print a list or a record.")
	m.entries(flagEntries(globalFlags()))
	m.topic(topics[0]) // what scripts want to know first
	for i := range commands {
		m.command(2, []*wire.Command{&commands[i]})
	}
	for _, t := range topics[1:] {
		m.topic(t)
	}
	return strings.TrimSpace(m.String()) + "\n"
}

const optionsTitle = "Options of the shell"

func topicLinks(topics []topic) string {
	var links strings.Builder
	for _, t := range topics {
		links.WriteString(", " + link(t.title, t.title))
	}
	return links.String()
}

// markdown is a document as source code hosts show it. Every block ends with
// an empty line.
type markdown struct{ strings.Builder }

func (m *markdown) block(text string) { m.WriteString(text + "\n\n") }

func (m *markdown) title(level int, text string) {
	m.block(strings.Repeat("#", level) + " " + literal(text))
}

func (m *markdown) heading(text string) { m.block("**" + literal(text) + "**") }

func (m *markdown) text(text string) {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if strings.HasPrefix(paragraph, " ") {
			m.block("```text\n" + output.Lines(paragraph) + "\n```")
		} else {
			m.block(literal(paragraph))
		}
	}
}

func (m *markdown) entries(list []entry) {
	for _, e := range list {
		m.WriteString("- " + code(e.name) + ": " + literal(e.text) + "\n")
	}
	m.WriteString("\n")
}

// examples are command lines to be typed.
func (m *markdown) examples(list []entry) {
	if len(list) == 0 {
		return
	}
	m.heading("Examples")
	m.WriteString("```sh\n")
	for _, e := range list {
		m.WriteString(e.name + "\n")
	}
	m.block("```")
}

func (m *markdown) topic(t topic) {
	m.title(2, t.title)
	t.write(m)
}

// contents names a noun and what can be done with it.
func (m *markdown) contents(noun *wire.Command) {
	if noun.Hidden {
		return
	}
	var verbs []string
	for _, name := range visibleNames(noun.Commands) {
		verbs = append(verbs, link(name, noun.Name+" "+name))
	}
	line := "- " + link(noun.Name, noun.Name) + ": " + literal(noun.Help)
	if len(verbs) > 0 {
		line += " " + strings.Join(verbs, ", ")
	}
	m.WriteString(line + "\n")
}

// command describes a command and all below it.
func (m *markdown) command(level int, path []*wire.Command) {
	c := path[len(path)-1]
	if c.Hidden {
		return
	}
	m.title(level, title(path))
	m.text(c.Help)
	if len(c.Commands) > 0 {
		for i := range c.Commands {
			m.command(level+1, append(path[:len(path):len(path)], &c.Commands[i]))
		}
		return
	}
	m.block(code(synopsis(path)))
	if c.Detail != "" {
		m.text(c.Detail)
	}
	section(m, "Arguments", argEntries(c.Args))
	section(m, "Options", flagEntries(append(c.Flags[:len(c.Flags):len(c.Flags)], longFlags(*c)...)))
	m.result(c.Result)
	m.examples(examples(c.Examples))
}

// result says what a command prints.
func (m *markdown) result(r wire.Result) {
	if r.Kind == wire.NoResult {
		return
	}
	m.block("**Prints** " + printed(r) + ".")
	if r.Instead != nil {
		m.block("With " + code("--"+r.Instead.Flag) + " it prints " + printed(r.Instead.Result) + ".")
	}
}

// printed names the columns of a result.
func printed(r wire.Result) string {
	var always, long []string
	for _, c := range r.Columns {
		text := fmt.Sprintf("%s (%s)", code(c.Name), literal(c.Heading))
		if c.Long && r.Kind == wire.List {
			long = append(long, text)
		} else {
			always = append(always, text)
		}
	}
	text := "a " + string(r.Kind)
	if len(always) > 0 {
		text += " with " + strings.Join(always, ", ")
	}
	if len(long) > 0 {
		text += "; with " + code("--"+longName) + " also " + strings.Join(long, ", ")
	}
	return text
}

// literal is text in which nothing means anything to Markdown.
func literal(text string) string {
	special := strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "<", `\<`, "[", `\[`)
	return special.Replace(output.Line(strings.Join(strings.Fields(text), " ")))
}

func code(text string) string { return "`" + strings.TrimSpace(text) + "`" }

// link leads to a title on the same page.
func link(text, title string) string {
	anchor := strings.NewReplacer(" ", "-", ",", "").Replace(strings.ToLower(title))
	return fmt.Sprintf("[%s](#%s)", literal(text), anchor)
}
