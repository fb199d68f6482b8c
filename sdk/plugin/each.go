package plugin

import "context"

// ForEach calls do for each name and goes on after a failure. The failure of a
// single name is returned as it is; of several, each is reported as it
// happens, and the error returned counts them. Its code is the one that all
// failures share, or Failed.
func ForEach(ctx context.Context, call *Call, names []string, do func(ctx context.Context, name string) error) error {
	var failed int
	var code Code
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return interruptedAt(names, i)
		}
		err := do(ctx, name)
		if err == nil {
			continue
		}
		e := errorOf(err)
		if len(names) == 1 || e.Code == Interrupted {
			return e
		}
		call.shell.Notice(Failure, name+": "+e.Message)
		failed++
		code = shared(code, e.Code)
	}
	if failed == 0 {
		return nil
	}
	return Errorf(code, "%d of %d failed", failed, len(names))
}

// shared is the code that both failures have; the first failure has no code
// before it.
func shared(before, now Code) Code {
	if before == "" || before == now {
		return now
	}
	return Failed
}

func interruptedAt(names []string, i int) *Error {
	return Errorf(Interrupted, "interrupted: %d of %d not begun, the first of them %s", len(names)-i, len(names), names[i])
}
