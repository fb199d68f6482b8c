package config

import (
	"fmt"
	"strings"
)

// Syntax is what people need to know before they write a file: two paragraphs,
// with an empty line between them.
const Syntax = "What the command line says counts most, then the environment variable, then the files, the last one first, then " +
	"the default. A value may refer to others: $name of the same section or of [DEFAULT], or $section.name; $$ is a dollar " +
	"sign. Comments need lines of their own. Indented lines continue a value.\n\n" +
	"\"valence-api config check\" says what is wrong, \"valence-api config show\" what counts in the end."

// Read says which files are read.
const Read = "valence-api reads " + DefaultFile + " and then *.conf in " + DefaultDir + "."

// Reference is a page of Markdown about all options.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Configuration of valence-api\n\n" + literal(Read+" "+Syntax) + "\n\n" +
		"`valence-api config sample` prints a file to begin with. The same is in valence.conf(5). The test that keeps this page true " +
		"also writes it.\n")
	last := ""
	for _, o := range Options() {
		if o.Section != last {
			fmt.Fprintf(&b, "\n## [%s]\n\n%s\n\n| option | default | what it does |\n|---|---|---|\n", o.Section, literal(o.SectionHelp))
			last = o.Section
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s %s |\n", o.Name, code(o.Default), literal(o.Help), literal(o.Facts()))
	}
	return b.String()
}

// literal is text in which nothing means anything to Markdown.
func literal(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "<", `\<`, "|", `\|`).Replace(text)
}

// code is a value as code, and nothing where there is none.
func code(value string) string {
	if value == "" {
		return ""
	}
	return "`" + value + "`"
}
