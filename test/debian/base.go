package debian

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// included are the packages beyond Debian's minimal system: what our packages
// recommend, a service manager, and what an operator types.
const included = "bash-completion,ca-certificates,curl,procps,systemctl"

// added are the files that make a service manager out of systemctl.
var added = map[string]string{
	"/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
	// It has no Type=exec.
	"/usr/lib/systemd/system/valence-api.service.d/systemctl.conf": "[Service]\nType=\nType=simple\n",
	// There is no journal, but a file for each unit: journalctl … -u UNIT
	"/usr/local/bin/journalctl": "#!/bin/sh\nfor unit; do :; done\ncat \"/var/log/journal/${unit%.service}.service.log\"\n",
}

// temp is the folder for what tests share.
var temp = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "valence-debian") })

// Clean removes what the tests of a binary share. It is for their TestMain.
func Clean() {
	if dir, err := temp(); err == nil {
		_ = os.RemoveAll(dir)
	}
}

// base makes the clean root that all others are copies of.
var base = sync.OnceValues(func() (string, error) {
	dir, err := temp()
	if err != nil {
		return "", err
	}
	suite, mirror, err := origin()
	if err != nil {
		return "", err
	}
	root := filepath.Join(dir, "base")
	for _, argv := range [][]string{
		{"debootstrap", "--variant=minbase", "--include=" + included, suite, root, mirror},
		{"chroot", root, "useradd", "--create-home", "--shell", "/bin/bash", "admin"},
	} {
		// What they mount in the root for a while is not mounted on this machine.
		c := exec.Command("unshare", append([]string{"--mount", "--pid", "--fork", "--kill-child"}, argv...)...)
		if out, err := c.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%v: %w\n%s", argv, err, out)
		}
	}
	return root, add(root)
})

// origin is this machine's release of Debian and where apt gets it from.
func origin() (suite, mirror string, err error) {
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "", "", err
	}
	m := regexp.MustCompile(`(?m)^VERSION_CODENAME=(\w+)$`).FindSubmatch(release)
	if m == nil {
		return "", "", fmt.Errorf("/etc/os-release has no VERSION_CODENAME:\n%s", release)
	}
	suite = string(m[1])
	out, err := exec.Command("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Release: "+suite).Output()
	mirror, _, _ = strings.Cut(string(out), "\n")
	if err != nil || mirror == "" {
		return "", "", fmt.Errorf("apt has no source of %s: %w", suite, err)
	}
	return suite, mirror, nil
}

func add(root string) error {
	// By this folder maintainer scripts know that there is a service manager.
	if err := os.MkdirAll(filepath.Join(root, "/run/systemd/system"), 0o755); err != nil {
		return err
	}
	for name, content := range added {
		path, mode := filepath.Join(root, name), os.FileMode(0o644)
		if strings.HasPrefix(content, "#!") {
			mode = 0o755
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			return err
		}
	}
	return nil
}
