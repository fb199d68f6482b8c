package etcdcluster

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
)

// member is one member and its process.
type member struct {
	name, client, peer, cluster string
	quota                       int64

	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has ended
	log   *bytes.Buffer // to be read when it has
}

// start starts the process. It dies with this one, whatever happens: Linux
// sends the signal when the thread ends that started it, and so that thread
// stays until the process has ended.
func (m *member) start(program string, args []string) error {
	m.cmd = exec.Command(program, args...)
	m.cmd.Stdout, m.cmd.Stderr = m.log, m.log
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.ended = make(chan struct{})
	started := make(chan error)
	go func(cmd *exec.Cmd, ended chan struct{}) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed sooner or later
		}
		close(ended)
	}(m.cmd, m.ended)
	return <-started
}

func (m *member) kill() {
	if m.cmd == nil || m.cmd.Process == nil {
		return
	}
	_ = m.cmd.Process.Kill() // fails only where it is dead already
	<-m.ended
}

func (m *member) dead() bool {
	select {
	case <-m.ended:
		return true
	default:
		return false
	}
}

// loopback is an address of this machine that nobody else is likely to use. Of
// 127.0.0.1, another test could take the port of a member while that is dead.
func loopback() string {
	return fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
}

// freePorts finds ports that a member can have again after a restart: outside
// the range that outgoing connections take theirs from.
func freePorts(t testing.TB, host string, count int) []int {
	t.Helper()
	seen := map[int]bool{}
	var ports []int
	for tries := 0; len(ports) < count; tries++ {
		if tries > 1000 {
			t.Fatal("there are no free ports")
		}
		port := 10000 + rand.IntN(20000)
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, port))
		if err != nil || seen[port] {
			continue
		}
		_ = l.Close()
		seen[port] = true
		ports = append(ports, port)
	}
	return ports
}
