package service

import "context"

// Role says how much somebody may do. Each role may do what the one before it
// may.
type Role int

// The roles, as Keystone's defaults have them.
const (
	NoRole Role = iota // somebody known, but nobody to Valence
	Reader             // reads what is its project's
	Member             // composes, powers and deletes its project's nodes and volumes
	Admin              // owns the pod managers and flavors, and sees every project
)

// Caller is who asks.
type Caller struct {
	UserID    string
	ProjectID string // empty for a token that is for no project
	Role      Role
	// System says that the token is for the whole deployment. Whoever reads
	// with one sees every project.
	System bool
}

// SeesAll says whether the caller sees what belongs to any project.
func (c Caller) SeesAll() bool { return c.Role == Admin || c.System && c.Role >= Reader }

// Sees says whether the caller sees what belongs to a project.
func (c Caller) Sees(projectID string) bool {
	return c.SeesAll() || c.ProjectID != "" && c.ProjectID == projectID
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
