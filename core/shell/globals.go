package shell

import (
	"reflect"
	"strings"

	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/internal/wire"
)

// globals are the options of the shell itself. A line takes them anywhere.
type globals struct {
	Cloud    string   `name:"os-cloud" placeholder:"NAME" help:"Cloud of clouds.yaml to talk to (or OS_CLOUD)."`
	Endpoint string   `name:"os-endpoint-override" placeholder:"URL" help:"URL of the Valence service (or VALENCE_URL)."`
	Format   string   `name:"format" short:"f" placeholder:"FORMAT" help:"Output format."`
	Columns  []string `name:"column" short:"c" sep:"none" placeholder:"COLUMN" help:"Print only this column, by name or heading; may be repeated."`
	Verbose  bool     `name:"verbose" short:"v" help:"Say which cloud and which endpoint are used."`
	Quiet    bool     `name:"quiet" short:"q" help:"Print no progress, notices or warnings."`
	Debug    bool     `name:"debug" help:"Show every request, and what plugins print to stderr."`
	NoCache  bool     `name:"no-cache" help:"Neither read nor write cached files."`
	Version  bool     `name:"version" help:"Print the version."`
	Help     bool     `name:"help" short:"h" help:"Show help."`
}

// globalFlags describes the globals as a manifest would. Nothing is written twice.
func globalFlags() []wire.Flag {
	t := reflect.TypeFor[globals]()
	flags := make([]wire.Flag, t.NumField())
	for i := range flags {
		f := t.Field(i)
		tag := func(key string) string { return f.Tag.Get(key) }
		flags[i] = wire.Flag{
			Value:       wire.Value{Name: tag("name"), Help: tag("help"), Type: wire.String, Repeat: f.Type.Kind() == reflect.Slice},
			Short:       tag("short"),
			Placeholder: tag("placeholder"),
		}
		switch {
		case f.Type.Kind() == reflect.Bool:
			flags[i].Type = wire.Bool
		case flags[i].Name == "format":
			flags[i].Enum, flags[i].Default = output.Formats(), output.Formats()[0]
		}
	}
	return flags
}

// firstWord is the index of the first argument that is neither a flag nor the
// value of one, or -1. The grammar depends on it, so it comes before any
// grammar: past a flag that is not known here nothing can be told.
func firstWord(args []string, flags []wire.Flag) int {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
		case !isFlag(arg):
			return i
		case strings.HasPrefix(arg, "--"):
			name, _, hasValue := strings.Cut(arg[2:], "=")
			f := longFlag(flags, name)
			if f == nil {
				return -1
			}
			if f.Type != wire.Bool && !hasValue {
				i++
			}
		default:
			takesNext, ok := shortFlags(arg[1:], flags)
			if !ok {
				return -1
			}
			if takesNext {
				i++
			}
		}
	}
	return -1
}

// shortFlags reads letters such as those of -vf: each a flag, until one takes
// the rest as its value, or the next argument when there is no rest.
func shortFlags(letters string, flags []wire.Flag) (takesNext, known bool) {
	for i := range len(letters) {
		f := shortFlag(flags, letters[i:i+1])
		if f == nil {
			return false, false
		}
		if f.Type != wire.Bool {
			return i == len(letters)-1, true
		}
	}
	return false, true
}

func isFlag(arg string) bool { return len(arg) > 1 && arg[0] == '-' }

func longFlag(flags []wire.Flag, name string) *wire.Flag {
	for i := range flags {
		if flags[i].Name == name || flags[i].Negatable && "no-"+flags[i].Name == name {
			return &flags[i]
		}
	}
	return nil
}

func shortFlag(flags []wire.Flag, letter string) *wire.Flag {
	for i := range flags {
		if flags[i].Short == letter {
			return &flags[i]
		}
	}
	return nil
}

// early is what must be known before the line is parsed: how plugins are
// looked for, and how to print an error of the line itself.
type early struct {
	noCache, debug, quiet bool
	format                string
}

// lookAhead reads it without a grammar, so it may miss what is written in an
// unusual way.
func lookAhead(args []string) early {
	var e early
	for i, arg := range args {
		next := ""
		if i+1 < len(args) {
			next = args[i+1]
		}
		value, isLong := strings.CutPrefix(arg, "--format=")
		tail, isShort := strings.CutPrefix(arg, "-f")
		switch {
		case arg == "--":
			return e
		case arg == "--no-cache":
			e.noCache = true
		case arg == "--debug":
			e.debug = true
		case arg == "--quiet" || arg == "-q":
			e.quiet = true
		case arg == "--format" || arg == "-f":
			e.format = next
		case isLong:
			e.format = value
		case isShort:
			e.format = tail
		}
	}
	return e
}
