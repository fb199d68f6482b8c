package plugin

import (
	"context"
	"fmt"
	"iter"
	"strings"
)

// Resource describes one kind of thing, so that its list, show and delete
// commands need not be written. Put the commands that it makes into the
// family's grammar:
//
//	type grammar struct {
//		Disk struct {
//			List   plugin.ListCmd[Disk]   `cmd:"" help:"List disks."`
//			Show   plugin.ShowCmd[Disk]   `cmd:"" help:"Show a disk."`
//			Delete plugin.DeleteCmd[Disk] `cmd:"" help:"Delete disks."`
//		} `cmd:"" help:"Disks of the pod."`
//	}
type Resource[T any] struct {
	// Name is the noun of the resource's commands, such as "disk". Help texts
	// use it, and completion lists the names of things with "NAME list".
	Name string
	// Columns are the columns of its lists and the fields of its records.
	Columns []Column[T]
	// List gives all things.
	List func(ctx context.Context, call *Call) iter.Seq2[T, error]
	// Find gives the thing with that name or UUID.
	Find func(ctx context.Context, call *Call, nameOrID string) (T, error)
	// Delete deletes a thing that Find gave.
	Delete func(ctx context.Context, call *Call, thing T) error
}

// ListResult is the Result of a command that calls EmitList.
func (r *Resource[T]) ListResult() Result { return listResult(r.Columns) }

// RecordResult is the Result of a command that calls Emit.
func (r *Resource[T]) RecordResult() Result { return recordResult(r.Columns) }

// EmitList hands the things over as rows, one by one as they come.
func (r *Resource[T]) EmitList(call *Call, things iter.Seq2[T, error]) error {
	columns := listed(r.Columns)
	for thing, err := range things {
		if err != nil {
			return err
		}
		if err := call.shell.Row(values(columns, thing)); err != nil {
			return err
		}
	}
	return nil
}

// EmitAll is EmitList for things that are all there.
func (r *Resource[T]) EmitAll(call *Call, things ...T) error {
	return r.EmitList(call, func(yield func(T, error) bool) {
		for _, thing := range things {
			if !yield(thing, nil) {
				return
			}
		}
	})
}

// Emit hands one thing over as a record.
func (r *Resource[T]) Emit(call *Call, thing T) error {
	return call.shell.Row(values(r.Columns, thing))
}

func (r *Resource[T]) refersTo() string {
	if r == nil {
		return ""
	}
	return r.Name
}

// ListCmd lists a resource.
type ListCmd[T any] struct{ resource *Resource[T] }

// ListCmd makes the command.
func (r *Resource[T]) ListCmd() ListCmd[T] { return ListCmd[T]{r} }

// Result is the shape of the list.
func (c *ListCmd[T]) Result() Result { return c.resource.ListResult() }

// Examples are for the help.
func (c *ListCmd[T]) Examples() []string {
	if c.resource.refersTo() == "" {
		return nil
	}
	return []string{c.resource.Name + " list", c.resource.Name + " list --long -f json"}
}

// Run lists.
func (c *ListCmd[T]) Run(ctx context.Context, call *Call) error {
	return c.resource.EmitList(call, c.resource.List(ctx, call))
}

// ShowCmd shows one thing.
type ShowCmd[T any] struct {
	resource *Resource[T]
	Name     string `arg:"" help:"Name or UUID."`
}

// ShowCmd makes the command.
func (r *Resource[T]) ShowCmd() ShowCmd[T] { return ShowCmd[T]{resource: r} }

func (c *ShowCmd[T]) refersTo() string { return c.resource.refersTo() }

// Result is the shape of the record.
func (c *ShowCmd[T]) Result() Result { return c.resource.RecordResult() }

// Run shows.
func (c *ShowCmd[T]) Run(ctx context.Context, call *Call) error {
	thing, err := c.resource.Find(ctx, call, c.Name)
	if err != nil {
		return err
	}
	return c.resource.Emit(call, thing)
}

// DeleteCmd deletes any number of things.
type DeleteCmd[T any] struct {
	resource *Resource[T]
	Names    []string `arg:"" name:"name" help:"Names or UUIDs."`
	Destructive
}

// DeleteCmd makes the command.
func (r *Resource[T]) DeleteCmd() DeleteCmd[T] { return DeleteCmd[T]{resource: r} }

func (c *DeleteCmd[T]) refersTo() string { return c.resource.refersTo() }

// Run deletes, going on after a failure.
func (c *DeleteCmd[T]) Run(ctx context.Context, call *Call) error {
	if err := c.Confirm(ctx, call, c.resource.question("Delete", c.Names)); err != nil {
		return err
	}
	return ForEach(ctx, call, c.Names, func(ctx context.Context, name string) error {
		thing, err := c.resource.Find(ctx, call, name)
		if err != nil {
			return err
		}
		if c.DryRun {
			call.Infof("would delete %s %s", c.resource.Name, c.resource.label(thing, name))
			return nil
		}
		return c.resource.Delete(ctx, call, thing)
	})
}

// question asks whether to do something with the things of those names.
func (r *Resource[T]) question(verb string, names []string) string {
	return fmt.Sprintf("%s %s %s?", verb, r.Name, strings.Join(names, ", "))
}

// label is what a person called a thing, and its UUID where that is another.
func (r *Resource[T]) label(thing T, name string) string {
	for _, c := range r.Columns {
		if c.Name != "uuid" {
			continue
		}
		if id := fmt.Sprint(c.Value(thing)); id != name {
			return fmt.Sprintf("%s (%s)", name, id)
		}
	}
	return name
}
