package etcd

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/valence-rsd/valence/service"
)

// create writes a new record while the further conditions hold.
func (t *table[T]) create(ctx context.Context, v T, further ...guard) error {
	c, err := t.added(v)
	if err != nil {
		return err
	}
	// A missing pod manager is told before a name that is taken on it.
	c.guards = append(further, c.guards...)
	out, err := t.s.commit(ctx, c)
	switch {
	case err != nil:
		return fmt.Errorf("creating %s %s: %w", t.what, t.id(v), err)
	case out.done:
		return nil
	}
	return out.refused.refusal
}

// update changes a record while the further conditions hold.
func (t *table[T]) update(ctx context.Context, id string, edit func(*T) error, further ...guard) (T, error) {
	var none T
	for {
		old, err := t.get(ctx, id)
		if err != nil {
			return none, err
		}
		edited, err := t.edited(old.value, edit)
		if err != nil {
			return none, err
		}
		c, err := t.replaced(old, edited)
		if err != nil {
			return none, err
		}
		c.guards = append(c.guards, further...)
		out, err := t.s.commit(ctx, c)
		switch {
		case err != nil:
			return none, fmt.Errorf("updating %s %s: %w", t.what, id, err)
		case out.done:
			return edited, nil
		case !out.stale():
			return none, out.refused.refusal
		}
	}
}

// edited is a record after an edit. It is made of a copy: what edit does to
// slices must not reach into v.
func (t *table[T]) edited(v T, edit func(*T) error) (T, error) {
	var same T
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &same)
	}
	if err == nil {
		err = edit(&same)
	}
	if err == nil && t.id(same) != t.id(v) {
		err = service.Errorf(service.Invalid, "the uuid of a %s cannot be changed", t.what)
	}
	return same, err
}

// delete removes a record while the further conditions hold.
func (t *table[T]) delete(ctx context.Context, id string, further ...guard) error {
	for {
		old, err := t.get(ctx, id)
		if err != nil {
			return err
		}
		c := t.removed(old)
		c.guards = append(c.guards, further...)
		out, err := t.s.commit(ctx, c)
		switch {
		case err != nil:
			return fmt.Errorf("deleting %s %s: %w", t.what, id, err)
		case out.done:
			return nil
		case !out.stale():
			return out.refused.refusal
		}
	}
}
