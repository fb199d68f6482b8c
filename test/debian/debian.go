// Package debian gives tests a clean Debian system: a root made by debootstrap,
// which runs in namespaces of its own, with systemctl and a network in which all
// ports are free. Nothing is mounted in this machine's own namespaces, and
// whatever was started in a root ends with its test.
//
// The service manager is Debian's package systemctl, which reads units and needs
// no systemd. It starts what a unit says as the user that it says, but it knows
// neither the unit's sandbox nor Restart=, and in a drop-in an option that has
// one value must be emptied before it is set anew.
package debian

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Root is a Debian system that runs. It has the user admin, without rights.
type Root struct {
	t    *testing.T
	dir  string
	init string // the process with number 1 in it
}

// Needs skips a test where a program is not there. scripts/needs.sh, which "make
// test" calls, installs it.
func Needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
}

// New makes a root and starts it. It skips the test where that is not possible.
func New(t *testing.T) *Root {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("a root of its own takes root")
	}
	Needs(t, "debootstrap", "unshare", "nsenter", "ip")
	clean, err := base()
	if err != nil {
		t.Fatal(err)
	}
	r := &Root{t: t, dir: t.TempDir()}
	r.must(exec.Command("cp", "-a", clean+"/.", r.dir))
	r.start()
	return r
}

// start starts the service manager, which starts what is enabled.
func (r *Root) start() {
	r.t.Helper()
	c := exec.Command("unshare", "--mount", "--pid", "--net", "--fork", "--kill-child",
		"--root", r.dir, "--mount-proc", "/usr/bin/systemctl", "init")
	c.Env = []string{"PATH=/usr/sbin:/usr/bin", "SYSTEMCTL_INITLOOP=1"} // seconds until it looks for zombies
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := c.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		r.nothingMounted()
		if init, err := strconv.Atoi(r.init); err == nil {
			_ = syscall.Kill(init, syscall.SIGKILL) // it is gone when all others are
		} else {
			_ = c.Process.Kill()
		}
		_ = c.Wait()
	})
	children := fmt.Sprintf("/proc/%d/task/%[1]d/children", c.Process.Pid)
	r.await("the root", func() bool {
		data, _ := os.ReadFile(children)
		r.init = strings.TrimSpace(string(data))
		return r.init != "" && exec.Command("nsenter", r.enter("test", "-e", "/proc/1/status")...).Run() == nil
	})
	r.must(r.Host(context.Background(), "ip", "link", "set", "lo", "up"))
	r.await("the service manager", func() bool {
		return r.Command(context.Background(), "root", nil, "systemctl", "is-system-running").Run() == nil
	})
}

// nothingMounted checks that this machine does not see what the root mounted.
func (r *Root) nothingMounted() {
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil || strings.Contains(string(mounts), r.dir) {
		r.t.Errorf("something is mounted below %s, %v:\n%s", r.dir, err, mounts)
	}
}

// must runs a program and gives what it printed, but for what it complained about.
func (r *Root) must(c *exec.Cmd) string {
	r.t.Helper()
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		r.t.Fatalf("%v: %v\n%s%s", c.Args, err, out, &said)
	}
	return string(out)
}

func (r *Root) await(what string, ready func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); !ready(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("%s did not start", what)
		}
	}
}

// enter are nsenter's arguments for a program of the root.
func (r *Root) enter(argv ...string) []string {
	return append([]string{"--target", r.init, "--mount", "--pid", "--net", "--root", "--wd", "--"}, argv...)
}

// Path is where a file of the root is on this machine.
func (r *Root) Path(name string) string { return filepath.Join(r.dir, name) }

// Take copies files of this machine into a folder of the root, which it makes
// if need be, for everybody to read.
func (r *Root) Take(folder string, files ...string) {
	r.t.Helper()
	args := append([]string{"-D", "-m", "644", "-t", r.Path(folder)}, files...)
	r.must(exec.Command("install", args...))
}

// Command is a program of the root, to be run by a user of it, in this user's
// home and with nothing in its environment but what a login sets, and env. It
// ends with its context, as do those that it started and that did not leave its
// process group.
func (r *Root) Command(ctx context.Context, user string, env []string, argv ...string) *exec.Cmd {
	args := r.enter("setpriv", "--reuid="+user, "--regid="+user, "--init-groups", "--reset-env",
		"sh", "-c", `cd && exec env LANG=C.UTF-8 "$@"`, "sh")
	return command(ctx, append(append(args, env...), argv...)...)
}

// Host is a program of this machine, to be run by root in the network and among
// the processes of the root, but with the files of this machine.
func (r *Root) Host(ctx context.Context, argv ...string) *exec.Cmd {
	return command(ctx, append([]string{"--target", r.init, "--mount", "--pid", "--net", "--"}, argv...)...)
}

func command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "nsenter", args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) } // nsenter does not pass it on
	c.WaitDelay = 30 * time.Second
	return c
}

// Run runs a program of the root, which must succeed, and gives what it printed.
func (r *Root) Run(user string, argv ...string) string {
	r.t.Helper()
	return r.must(r.Command(r.t.Context(), user, nil, argv...))
}
