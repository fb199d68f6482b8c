package shell

import "github.com/valence-rsd/valence/core/fault"

const exitDone = 0

// exit is what one kind of failure means to the caller of the program.
type exit struct {
	code   fault.Code
	status int
	text   string
}

// exits is the one table of exit statuses, for the program and for its help.
func exits() []exit {
	return []exit{
		{fault.Failed, 1, "the command failed, or a part of it"},
		{fault.Usage, 2, "the command line is wrong"},
		{fault.Denied, 3, "not signed in, or not allowed"},
		{fault.NotFound, 4, "there is no such thing"},
		{fault.Conflict, 5, "it is in the wrong state, its name is ambiguous, or there is not enough hardware"},
		{fault.Timeout, 6, "gave up waiting"},
		{fault.PluginFault, 7, "a plugin failed"},
		{fault.Interrupted, 130, "interrupted"},
	}
}

// exitStatus is the status for a code; a code that is not known is a failure.
func exitStatus(code fault.Code) int {
	for _, e := range exits() {
		if e.code == code {
			return e.status
		}
	}
	return 1
}
