package shell

import (
	"reflect"
	"strings"

	"github.com/valence-rsd/valence/core/output"
	"github.com/valence-rsd/valence/internal/wire"
)

// globals are the options of the shell itself. A line takes them anywhere.
type globals struct {
	// said are the options about the cloud, by the names of core/cloud.
	said map[string]string

	Format    string   `name:"format" short:"f" placeholder:"FORMAT" help:"Output format."`
	Columns   []string `name:"column" short:"c" sep:"none" complete:"column" placeholder:"COLUMN" help:"Print only this column, by name or heading; may be repeated."`
	SortBy    []string `name:"sort-column" sep:"none" complete:"column" placeholder:"COLUMN" help:"Sort a list by this column, by name or heading; may be repeated, the first counts most."`
	SortUp    bool     `name:"sort-ascending" help:"Sort from low to high, as it is anyway."`
	SortDown  bool     `name:"sort-descending" help:"Sort from high to low."`
	JQ        string   `name:"jq" placeholder:"EXPR" help:"Print what this jq expression makes of the JSON document."`
	NoIndent  bool     `name:"noindent" help:"Print JSON in one line."`
	MaxWidth  *int     `name:"max-width" placeholder:"COLUMNS" help:"Width of a table at most, 0 for no limit."`
	FitWidth  bool     `name:"fit-width" help:"Make a table no wider than the terminal."`
	Empty     bool     `name:"print-empty" help:"Print the headings of an empty table."`
	Quote     string   `name:"quote" placeholder:"WHICH" help:"Which fields of csv stand in quotes."`
	Prefix    string   `name:"prefix" placeholder:"TEXT" help:"Begin the names of the format shell with this."`
	Verbose   bool     `name:"verbose" short:"v" help:"Say which cloud and which endpoint are used."`
	Quiet     bool     `name:"quiet" short:"q" help:"Print no progress, notices or warnings."`
	Debug     bool     `name:"debug" help:"Show every request, and what plugins print to stderr."`
	Timing    bool     `name:"timing" help:"Say at the end how long each request took."`
	LogFile   string   `name:"log-file" placeholder:"FILE" complete:"file" help:"Append all that --debug would show to this file."`
	Batch     string   `name:"batch" placeholder:"FILE" complete:"file" help:"Run the lines of this file, or of stdin when it is -."`
	KeepGoing bool     `name:"keep-going" help:"With --batch: go on after a line that failed, and end with the highest exit status."`
	NoCache   bool     `name:"no-cache" help:"Neither read nor write cached files."`
	Version   bool     `name:"version" help:"Print the version."`
	Help      bool     `name:"help" short:"h" help:"Show help."`
}

// globalFlags describes the globals as a manifest would. Nothing is written twice.
func globalFlags() []wire.Flag {
	flags := cloudFlags()
	for _, f := range reflect.VisibleFields(reflect.TypeFor[globals]()) {
		if f.IsExported() {
			flags = append(flags, globalFlag(f))
		}
	}
	return flags
}

// globalFlag describes a field of globals.
func globalFlag(f reflect.StructField) wire.Flag {
	tag := f.Tag.Get
	flag := wire.Flag{
		Value:       wire.Value{Name: tag("name"), Help: tag("help"), Type: wire.String, Repeat: f.Type.Kind() == reflect.Slice, Complete: tag("complete")},
		Short:       tag("short"),
		Placeholder: tag("placeholder"),
	}
	switch {
	case f.Type.Kind() == reflect.Bool:
		flag.Type = wire.Bool
	case f.Type.Kind() == reflect.Pointer:
		flag.Type = wire.Int
	case flag.Name == "quote":
		flag.Enum, flag.Default = output.Quotings(), output.Quotings()[0]
	case flag.Name == "format":
		flag.Enum, flag.Default = output.Formats(), output.Formats()[0]
	}
	return flag
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
		case arg == "--jq" || strings.HasPrefix(arg, "--jq="):
			e.format = "json"
		case isLong:
			e.format = value
		case isShort:
			e.format = tail
		}
	}
	return e
}
