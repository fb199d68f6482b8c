package wire

// Manifest is all that the shell knows of a plugin without running it. A
// plugin's Describe returns it as JSON; the shell caches it and builds grammar,
// help and completion from it.
type Manifest struct {
	Protocol int       `json:"protocol"` // that the plugin was built for
	Family   string    `json:"family"`   // such as nodes
	Version  string    `json:"version"`  // of the plugin
	Services []string  `json:"services"` // service types that it may send requests to
	Commands []Command `json:"commands"` // the nouns at the top
}

// Command is a command, or a group of commands when it has Commands.
type Command struct {
	Name     string    `json:"name"`
	Aliases  []string  `json:"aliases,omitempty"`
	Help     string    `json:"help"`               // one line
	Detail   string    `json:"detail,omitempty"`   // paragraphs
	Examples []string  `json:"examples,omitempty"` // command lines without the program's name
	Hidden   bool      `json:"hidden,omitempty"`
	Commands []Command `json:"commands,omitempty"`
	Args     []Value   `json:"args,omitempty"`
	Flags    []Flag    `json:"flags,omitempty"`
	Result   Result    `json:"result,omitzero"`
}

// Value is an argument, or the value of a flag.
type Value struct {
	Name     string   `json:"name"`
	Help     string   `json:"help"`
	Type     Type     `json:"type"`
	Repeat   bool     `json:"repeat,omitempty"`
	Required bool     `json:"required,omitempty"`
	Default  string   `json:"default,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	// Complete says what completes the value: a noun whose list command gives
	// the names, or file. Empty: nothing but Enum.
	Complete string `json:"complete,omitempty"`
}

// Flag is a flag of a command.
type Flag struct {
	Value
	Short       string   `json:"short,omitempty"` // one letter
	Placeholder string   `json:"placeholder,omitempty"`
	Negatable   bool     `json:"negatable,omitempty"`
	Hidden      bool     `json:"hidden,omitempty"`
	Xor         []string `json:"xor,omitempty"` // at most one of the flags that share a word
}

// Type says what the shell checks of a value before the plugin sees it.
type Type string

// The types of a value.
const (
	String Type = "string" // anything; the plugin checks the rest
	Bool   Type = "bool"
	Int    Type = "int"
)

// Result says what a command prints.
type Result struct {
	Kind    ResultKind `json:"kind,omitempty"`
	Columns []Column   `json:"columns,omitempty"`
	// Instead is what is printed when a flag is given.
	Instead *Instead `json:"instead,omitempty"`
}

// Instead is another result of a command, with the flag that asks for it.
type Instead struct {
	Flag   string `json:"flag"`
	Result Result `json:"result"`
}

// With is the result of a line on which those flags stand.
func (r Result) With(given func(flag string) bool) Result {
	if r.Instead != nil && given(r.Instead.Flag) {
		return r.Instead.Result
	}
	return r
}

// ResultKind is the shape of a result.
type ResultKind string

// The shapes of a result; a command without one prints nothing.
const (
	NoResult ResultKind = ""
	List     ResultKind = "list"   // any number of rows
	Record   ResultKind = "record" // one row
)

// Column is one column of a result.
type Column struct {
	Name    string `json:"name"`           // the API's field name, for machine formats and -c
	Heading string `json:"heading"`        // for tables
	Long    bool   `json:"long,omitempty"` // of a list: only with --long or when asked for by name
}
