package shell

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
	"github.com/valence-rsd/valence/internal/wire"
)

// thing is a resource as completion knows it.
type thing struct {
	Name string `json:"name"`
	UUID string `json:"uuid"`
}

// addNames adds the names of a resource's things to an answer; UUIDs only where
// somebody began to write one.
func (s *shell) addNames(ctx context.Context, a *complete.Answer) {
	file := s.namesFile(a)
	things, ok := readNames(file)
	if !ok {
		if things, ok = s.askNames(ctx, a); ok {
			writeNames(file, things)
		}
	}
	names, uuids := make([]complete.Word, 0, len(things)), make([]complete.Word, 0, len(things))
	for _, t := range things {
		if t.Name != "" {
			names = append(names, complete.Word{Text: t.Name, Help: t.UUID})
		}
		uuids = append(uuids, complete.Word{Text: t.UUID, Help: t.Name})
	}
	a.Add(names)
	if len(a.Part) >= shortestUUIDPart {
		a.Add(uuids)
	}
}

// askNames runs the list command of the resource, for no longer than a person
// at a keyboard would wait. Of a list that is late it gives what has come, and
// ok is false. The command is left to end by itself.
func (s *shell) askNames(ctx context.Context, a *complete.Answer) (things []thing, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, completionCap)
	defer cancel()
	var names nameSink
	done := make(chan error, 1)
	go func() { done <- s.listNames(ctx, a, &names) }()
	select {
	case err := <-done:
		return names.taken(), err == nil
	case <-ctx.Done():
		return names.taken(), false
	}
}

func (s *shell) listNames(ctx context.Context, a *complete.Answer, names *nameSink) error {
	n := s.lookUp(ctx, a.Noun)
	if n.command == nil || n.plugin == nil || named(n.command.Commands, "list") == nil {
		return fault.New(fault.Failed, "nothing lists %s", a.Noun)
	}
	l, err := parse(n.command, append(slices.Clone(a.Globals), n.command.Name, "list"))
	if err != nil {
		return err
	}
	if err := l.check(); err != nil {
		return err
	}
	columns := l.command().Result.Columns
	names.name = slices.IndexFunc(columns, func(c wire.Column) bool { return c.Name == "name" })
	names.uuid = slices.IndexFunc(columns, func(c wire.Column) bool { return c.Name == "uuid" })
	call := pluginhost.Call{Command: l.names(), Args: l.canonical(), Do: offline, Sink: names}
	if len(n.plugin.Manifest.Services) > 0 {
		connection, err := s.session(l)
		if err != nil {
			return err
		}
		defer s.release(connection)
		call.Do = connection.Do
	}
	return s.host.Run(ctx, *n.plugin, call)
}

// nameSink keeps the names and UUIDs of rows.
type nameSink struct {
	name, uuid int // columns; -1: there is none

	mu     sync.Mutex
	things []thing
}

// Row keeps a row.
func (s *nameSink) Row(raw json.RawMessage) error {
	var row []any
	if err := json.Unmarshal(raw, &row); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.things) >= mostNames {
		return fault.New(fault.Failed, "too many names to choose from")
	}
	s.things = append(s.things, thing{cell(row, s.name), cell(row, s.uuid)})
	return nil
}

// Notice is not for a person who is in the middle of a line.
func (s *nameSink) Notice(string, string) {}

// Progress is not either.
func (s *nameSink) Progress(string, int64, int64) {}

// Draw is not either.
func (s *nameSink) Draw(string) {}

func (s *nameSink) taken() []thing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.things)
}

func cell(row []any, at int) string {
	if at < 0 || at >= len(row) {
		return ""
	}
	text, _ := row[at].(string)
	return text
}

// namesFile is where names are kept for a few seconds; empty: nowhere. The name
// of the file tells one cloud, user and project from another, by all that the
// line and the environment say of them but secrets.
func (s *shell) namesFile(a *complete.Answer) string {
	dir := complete.CacheDir(s.Getenv)
	if dir == "" || s.early.noCache {
		return ""
	}
	identity := []string{a.Noun, s.Dir}
	for _, g := range a.Globals {
		if name, _, _ := strings.Cut(g, "="); !secretWord(g) {
			identity = append(identity, g)
		} else {
			identity = append(identity, name)
		}
	}
	for _, v := range variables() {
		if !v.secret {
			identity = append(identity, v.name+"="+s.Getenv(v.name))
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", identity))
	return filepath.Join(dir, "complete", "names-"+hex.EncodeToString(sum[:12])+".json")
}

func readNames(path string) ([]thing, bool) {
	info, err := os.Stat(path)
	if err != nil || time.Since(info.ModTime()) > namesLife || info.ModTime().After(time.Now()) {
		return nil, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	var things []thing
	return things, json.Unmarshal(data, &things) == nil
}

// writeNames is best effort. Files of other clouds that are old go, so that the
// folder does not grow.
func writeNames(path string, things []thing) {
	data, err := json.Marshal(things)
	if path == "" || err != nil {
		return
	}
	old, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "names-*.json"))
	for _, file := range old {
		if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(file)
		}
	}
	_ = complete.WriteFile(path, data)
}
