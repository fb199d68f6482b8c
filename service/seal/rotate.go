package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Setup makes the folder and its first key. A folder that has a key already is
// left as it is; several processes may call Setup at once.
func Setup(dir string) error {
	if err := setup(dir); err != nil {
		return fmt.Errorf("setting up the keys in %s: %w", dir, err)
	}
	return nil
}

func setup(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	numbers, err := keyNumbers(dir)
	if err != nil || len(numbers) > 0 {
		return err
	}
	err = writeKey(dir, 0)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return nil
	}
	return err
}

// Rotate adds a key, which becomes the newest, and removes the oldest ones
// until keep keys are left. What is sealed with a removed key is lost: have
// everything sealed again, and every replica given the new key, in between.
func Rotate(dir string, keep int) error {
	if err := rotate(dir, keep); err != nil {
		return fmt.Errorf("changing the keys in %s: %w", dir, err)
	}
	return nil
}

func rotate(dir string, keep int) error {
	if keep < 2 {
		return fmt.Errorf("%d keys are to be kept, but at least 2 are needed: the new one, and the one that everything is sealed with", keep)
	}
	numbers, err := keyNumbers(dir)
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		return errors.New("there is no key to follow on")
	}
	next := numbers[len(numbers)-1] + 1
	if err := writeKey(dir, next); err != nil {
		return err
	}
	numbers = append(numbers, next)
	for _, n := range numbers[:max(0, len(numbers)-keep)] {
		if err := os.Remove(keyFile(dir, n)); err != nil {
			return err
		}
	}
	return syncDir(dir)
}
