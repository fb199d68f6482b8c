package shell

import (
	"context"
	"embed"
	"path/filepath"
	"slices"
	"time"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

// scripts is read-only; go:embed wants a variable.
//
//go:embed scripts
var scripts embed.FS

// shells are the shells that there is a script for.
func shells() []string { return []string{"bash", "zsh", "fish"} }

// printScript prints the script that makes a shell complete valence.
func (s *shell) printScript(name string) error {
	text, err := scripts.ReadFile("scripts/valence." + name)
	if err != nil {
		return fault.New(fault.Usage, "there is no completion for %s", name)
	}
	_, err = s.Out.Write(text)
	return err
}

// printCandidates answers a completion script. Whatever goes wrong, the person
// is in the middle of a line and nothing may be printed there.
func (s *shell) printCandidates(ctx context.Context, line []string) error {
	s.early.quiet, s.InTerminal = true, false
	plugins := s.plugins(ctx)
	tree := newTree(plugins)
	s.writeIndex(tree)
	a := s.candidates(ctx, tree, line)
	return a.Print(s.Out)
}

// candidates completes a line, asking whoever knows.
func (s *shell) candidates(ctx context.Context, tree *complete.Tree, line []string) complete.Answer {
	a := tree.Complete(line)
	switch a.Noun {
	case "", complete.File:
	case complete.Cloud:
		a.Add(s.cloudNames(a.Globals))
	default:
		s.addNames(ctx, &a)
	}
	return a
}

// indexLife is how long an index is good when all goes well. One of plugins
// that could not be used is old sooner: they may be better then.
const (
	indexLife        = 24 * time.Hour
	troubledLife     = time.Minute
	completionCap    = 300 * time.Millisecond
	namesLife        = 3 * time.Second
	mostNames        = 2000
	shortestUUIDPart = 3
)

// writeIndex leaves the tree for valence-complete, which comes next. It is best
// effort.
func (s *shell) writeIndex(tree *complete.Tree) {
	path := complete.IndexFile(s.Getenv)
	dirs := pluginhost.DefaultDirs(s.Getenv, s.Executable)
	relative := slices.ContainsFunc(dirs, func(d string) bool { return !filepath.IsAbs(d) })
	if path == "" || s.early.noCache || s.Executable == "" || relative {
		return
	}
	x := complete.Index{
		Origin: complete.Origin(s.Getenv, s.Executable), Tree: *tree,
		Files: append(s.stamp(), complete.NewStamp(s.Executable)), Until: time.Now().Add(indexLife),
	}
	if len(s.catalog.Problems) > 0 {
		x.Until = time.Now().Add(troubledLife)
	}
	_ = complete.WriteIndex(path, x)
}
