package service

import "context"

// Caller is who asks.
type Caller struct {
	UserID    string
	ProjectID string
	Admin     bool
}

type callerKey struct{}

// WithCaller returns a context that carries the caller.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf gives the caller that ctx carries; without one, somebody with no
// project and no rights.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
