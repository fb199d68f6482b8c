package wire

// The codes of a failure, as an Outcome carries them. The shell turns each
// into its exit status.
const (
	Failed      = "failed"      // exit 1: anything that has no other code
	Usage       = "usage"       // exit 2: the command line is wrong
	Denied      = "denied"      // exit 3: not signed in, or not allowed
	NotFound    = "not_found"   // exit 4
	Conflict    = "conflict"    // exit 5: wrong state, or not enough hardware
	Timeout     = "timeout"     // exit 6: gave up waiting
	PluginFault = "plugin"      // exit 7: a plugin failed; only the shell says so
	Interrupted = "interrupted" // exit 130
)

// Codes are all codes of a failure, for tables and tests.
func Codes() []string {
	return []string{Failed, Usage, Denied, NotFound, Conflict, Timeout, PluginFault, Interrupted}
}

// CodeOfStatus is the code that an HTTP status of 400 and above stands for.
func CodeOfStatus(status int) string {
	switch status {
	case 401, 403:
		return Denied
	case 404:
		return NotFound
	case 409:
		return Conflict
	case 408, 504:
		return Timeout
	}
	return Failed
}
