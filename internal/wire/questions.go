package wire

// The kinds of a Question.
const (
	Confirm = "confirm" // yes or no, of the person; yes where there is none
	Secret  = "secret"  // typed unseen, or out of the shell's environment
	Input   = "input"   // all of the shell's standard input
)
