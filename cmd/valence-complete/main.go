// Valence-complete answers the completion scripts of bash, zsh and fish. It is
// a program of its own because loading the whole shell would take longer than
// answering; whatever it cannot answer from its index it leaves to the shell
// beside it, which writes the index.
//
// Its arguments are the words of a command line after valence, the last of
// which is being written.
package main

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/valence-rsd/valence/core/complete"
)

func main() {
	executable, err := os.Executable()
	if err != nil {
		os.Exit(1)
	}
	shell := filepath.Join(filepath.Dir(executable), "valence")
	line := os.Args[1:]
	if answer, ok := answer(shell, line); ok {
		if answer.Print(os.Stdout) != nil {
			os.Exit(1)
		}
		return
	}
	// It returns only when the shell is not there, and then nothing helps.
	_ = syscall.Exec(shell, append([]string{shell, complete.Verb}, line...), os.Environ())
	os.Exit(1)
}

// answer is the whole answer, when the index holds it.
func answer(shell string, line []string) (complete.Answer, bool) {
	if slices.Contains(line, "--no-cache") {
		return complete.Answer{}, false
	}
	path := complete.IndexFile(os.Getenv)
	tree := complete.ReadIndex(path, complete.Origin(os.Getenv, shell))
	if tree == nil {
		return complete.Answer{}, false
	}
	a := tree.Complete(line)
	return a, a.Noun == "" || a.Noun == complete.File
}
