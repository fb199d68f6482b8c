package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// stack is a pod and a service to list nodes of.
type stack struct{ processes []*exec.Cmd }

// startStack starts both, registers the pod, composes a node, and writes a
// clouds.yaml into dir.
func startStack(dir string) (*stack, error) {
	s := &stack{}
	pod, err := s.start(dir, "podsim", "bin/valence-podsim", "--listen", "127.0.0.1:0", "--assemble-delay", "1ms")
	if err != nil {
		return nil, err
	}
	api, err := s.start(dir, "api", "bin/valence-api", "--bind-port", "0", "--data-dir", filepath.Join(dir, "data"))
	if err != nil {
		s.stop()
		return nil, err
	}
	clouds := fmt.Sprintf("clouds:\n  rsd:\n    auth_type: none\n    auth:\n      endpoint: %s\n", api)
	if err := os.WriteFile(filepath.Join(dir, "clouds.yaml"), []byte(clouds), 0o600); err != nil {
		s.stop()
		return nil, err
	}
	for _, line := range [][]string{
		{"podmanager", "create", "pod", pod, "--auth", "username=admin", "--auth", "password=admin"},
		{"node", "create"},
	} {
		cmd := exec.Command("bin/valence", line...) //nolint:gosec // our own binary
		cmd.Env = append(os.Environ(), "VALENCE_URL="+api, "XDG_CACHE_HOME="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			s.stop()
			return nil, fmt.Errorf("valence %s: %w\n%s", strings.Join(line, " "), err, out)
		}
	}
	return s, nil
}

// start starts a binary and gives the address that it writes.
func (s *stack) start(dir, name, binary string, args ...string) (string, error) {
	address := filepath.Join(dir, name+".url")
	cmd := exec.Command(binary, append(args, "--address-file", address)...) //nolint:gosec // our own binary
	if err := cmd.Start(); err != nil {
		return "", err
	}
	s.processes = append(s.processes, cmd)
	for range 600 {
		if data, err := os.ReadFile(address); err == nil {
			return strings.TrimSpace(string(data)), nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.stop()
	return "", fmt.Errorf("%s did not start", binary)
}

func (s *stack) stop() {
	for _, p := range s.processes {
		_ = p.Process.Signal(os.Interrupt)
		_ = p.Wait()
	}
}
