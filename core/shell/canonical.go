package shell

// names is the command's path for a plugin, such as node, create.
func (l *line) names() []string {
	names := make([]string, len(l.path))
	for i, c := range l.path {
		names[i] = c.Name
	}
	return names
}

// canonical is the rest of the line for a plugin, written so that no value can
// be taken for something else: every flag as --name=value, then --, then the
// arguments. What the shell keeps to itself is left out.
func (l *line) canonical() []string {
	var out []string
	for _, f := range l.flags {
		if f.Name == longName && mayList(*l.command()) {
			continue
		}
		for _, value := range f.values {
			out = append(out, "--"+f.Name+"="+value)
		}
	}
	if len(l.args) == 0 {
		return out
	}
	out = append(out, "--")
	for _, values := range l.args {
		out = append(out, values...)
	}
	return out
}
