package complete

// Tree is all that can stand on a command line.
type Tree struct {
	Flags    []Flag    `json:"flags"` // of the shell, which may stand anywhere
	Commands []Command `json:"commands"`
	Topics   []Word    `json:"topics"` // of help, besides the commands
}

// Command is a command, or a group of commands when it has Commands.
type Command struct {
	Word
	Aliases  []string  `json:"aliases,omitempty"`
	Hidden   bool      `json:"hidden,omitempty"` // understood but not offered
	Commands []Command `json:"commands,omitempty"`
	Args     []Value   `json:"args,omitempty"`
	Flags    []Flag    `json:"flags,omitempty"`
}

// Value is what an argument or a flag takes.
type Value struct {
	Noun   string `json:"noun,omitempty"` // where to look the words up; see Answer
	Words  []Word `json:"words,omitempty"`
	Repeat bool   `json:"repeat,omitempty"`
}

// Flag is an option: its Text is the name without dashes.
type Flag struct {
	Word
	Value
	Short     string `json:"short,omitempty"`
	Switch    bool   `json:"switch,omitempty"` // takes no value
	Negatable bool   `json:"negatable,omitempty"`
	Hidden    bool   `json:"hidden,omitempty"` // understood but not offered
	Rare      bool   `json:"rare,omitempty"`   // offered only when somebody begins to write it
}

// Word is a candidate and what it means.
type Word struct {
	Text string `json:"text"`
	Help string `json:"help,omitempty"`
}

// The nouns that are no resource's.
const (
	File   = "file"   // names of files
	Cloud  = "cloud"  // names of clouds
	Plugin = "plugin" // names of plugins
	Helped = "help"   // a command of the tree, or a topic; never in an Answer
)

// marking is the line that asks the calling script for names of files.
const marking = ":" + File

func child(commands []Command, word string) *Command {
	for i := range commands {
		if commands[i].Text == word {
			return &commands[i]
		}
	}
	for i := range commands {
		for _, alias := range commands[i].Aliases {
			if alias == word {
				return &commands[i]
			}
		}
	}
	return nil
}

func long(flags []Flag, name string) *Flag {
	for i := range flags {
		if flags[i].Text == name || flags[i].Negatable && "no-"+flags[i].Text == name {
			return &flags[i]
		}
	}
	return nil
}

func short(flags []Flag, letter string) *Flag {
	for i := range flags {
		if flags[i].Short == letter {
			return &flags[i]
		}
	}
	return nil
}
