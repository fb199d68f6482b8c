package main

import (
	"fmt"
	"os"
	"sync"
)

// logFile is where the log goes: a file, or standard error. Its file can be
// opened anew while others write, after it was moved away.
type logFile struct {
	mu   sync.Mutex
	file *os.File
}

// Write implements io.Writer.
func (l *logFile) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Write(p)
}

// reopen goes on in the file of that name, which it makes if it is not there;
// an empty name is standard error. On an error it stays where it was.
func (l *logFile) reopen(name string) error {
	file := os.Stderr
	if name != "" {
		var err error
		file, err = os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
		if err != nil {
			return fmt.Errorf("opening the log file: %w", err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closeLocked()
	l.file = file
	return nil
}

// close ends the file; what is logged after that is lost.
func (l *logFile) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closeLocked()
}

func (l *logFile) closeLocked() {
	if l.file != nil && l.file != os.Stderr {
		_ = l.file.Close() // nobody is left to be told
	}
}
