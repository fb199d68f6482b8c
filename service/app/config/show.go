package config

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Show writes every option with its value and where that comes from, one to a
// line. Secrets are ***.
func (c Config) Show(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range Options() {
		value := strings.ReplaceAll(format(o.value(&c)), "\n", `\n`)
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", o, strings.ReplaceAll(value, "\t", `\t`), c.origins[o.key()])
	}
	return table.Flush()
}

const sampleHead = "Configuration of valence-api. Every option is here with its default."

// Sample writes a file with every option commented out.
func Sample(w io.Writer) error {
	var b strings.Builder
	b.WriteString(comment(sampleHead + "\n\n" + Syntax))
	last := ""
	for _, o := range Options() {
		if o.Section != last {
			fmt.Fprintf(&b, "\n[%s]\n# %s\n", o.Section, o.SectionHelp)
			last = o.Section
		}
		o.sample(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// comment makes paragraphs comments, in lines of readable width.
func comment(text string) string {
	const width = 80
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		line := "#"
		for word := range strings.FieldsSeq(paragraph) {
			if len(line)+len(word) >= width {
				lines, line = append(lines, line), "#"
			}
			line += " " + word
		}
		lines = append(lines, line, "#")
	}
	return strings.Join(lines[:len(lines)-1], "\n") + "\n"
}

// sample writes one option.
func (o Option) sample(w io.Writer) {
	fmt.Fprintf(w, "\n# %s\n# %s\n%s\n", o.Help, o.Facts(), strings.TrimSpace("#"+o.Name+" = "+o.Default))
}

// Facts says in sentences what is known of an option besides its help and its
// default.
func (o Option) Facts() string {
	text := fmt.Sprintf("Expected: %s. Variable: %s", o.expects(), o.Env)
	if o.Flag != "" {
		text += ". Flag: --" + o.Flag
	}
	if o.Reloadable {
		text += ". A reload suffices"
	}
	return text + "."
}
