package packages

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// root is the folder of a small system of its own: it has copies of the few
// programs that maintainer scripts use, and nothing of this machine in it. No
// folder is mounted, so whatever happens in it stays there.
type root struct {
	t   *testing.T
	dir string
}

func newRoot(t *testing.T) root {
	t.Helper()
	needs(t, "ldd", "groupadd", "useradd", "getent")
	if os.Getuid() != 0 {
		t.Skip("installing into a root of its own takes root")
	}
	r := root{t, t.TempDir()}
	if err := os.Chmod(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]fs.FileMode{
		"dev": 0o755, "etc": 0o755, "tmp": 0o777 | fs.ModeSticky, "var/lib/dpkg/info": 0o755, "var/lib/dpkg/updates": 0o755, "var/lib/rpm": 0o755,
	} {
		if err := os.MkdirAll(r.path(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(r.path(path), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"dev/null", "var/lib/dpkg/status"} {
		write(t, r.path(file), "")
	}
	write(t, r.path("etc/passwd"), "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/tmp:/bin/sh\n")
	write(t, r.path("etc/group"), "root:x:0:\nnogroup:x:65534:\n")
	for _, program := range []string{"sh", "rm", "getent", "groupadd", "useradd"} {
		r.borrow(program)
	}
	return r
}

// path is where something of the root is on this machine.
func (r root) path(name string) string { return filepath.Join(r.dir, name) }

// borrow copies a program of this machine, with its libraries.
func (r root) borrow(program string) {
	r.t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		r.t.Fatal(err)
	}
	files := []string{path}
	for _, m := range regexp.MustCompile(`(/\S+) \(0x`).FindAllStringSubmatch(run(r.t, "ldd", path), -1) {
		files = append(files, m[1])
	}
	if program == "sh" {
		files[0] = "/bin/sh"
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(r.path(file)), 0o755)
		}
		if err == nil {
			err = os.WriteFile(r.path(file), data, 0o755)
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
}

// account gives the numbers of a user.
func (r root) account(name string) syscall.Credential {
	r.t.Helper()
	data, err := os.ReadFile(r.path("etc/passwd"))
	if err != nil {
		r.t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + name + `:[^:]*:(\d+):(\d+):`).FindSubmatch(data)
	if m == nil {
		r.t.Fatalf("there is no user %s:\n%s", name, data)
	}
	uid, _ := strconv.ParseUint(string(m[1]), 10, 32)
	gid, _ := strconv.ParseUint(string(m[2]), 10, 32)
	return syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// command is a program of the root, to be run in it by a user of it.
func (r root) command(ctx context.Context, user string, env []string, program string, args ...string) *exec.Cmd {
	who := r.account(user)
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = "/"
	c.Env = append([]string{"HOME=/tmp/" + user, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, env...)
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: r.dir, Credential: &who}
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 30 * time.Second
	return c
}

// serve starts a program that writes its address to a file, and gives the
// address and a function that ends it, which must go well.
func (r root) serve(user string, env []string, program string, args ...string) (url string, stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r.t.Cleanup(cancel)
	address := "/tmp/" + filepath.Base(program) + ".url"
	_ = os.Remove(r.path(address))
	c := r.command(ctx, user, env, program, append(args, "--address-file", address)...)
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		r.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	r.t.Cleanup(func() { cancel(); <-ended })
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if data, err := os.ReadFile(r.path(address)); err == nil {
			url = strings.TrimSpace(string(data))
			break
		}
		select {
		case <-ended:
			r.t.Fatalf("%s ended at once:\n%s", program, &said)
		default:
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%s did not start", program)
		}
	}
	return url, func() {
		cancel()
		<-ended
		if status := c.ProcessState.ExitCode(); status != 0 {
			r.t.Errorf("%s ended with status %d:\n%s", program, status, &said)
		}
	}
}
