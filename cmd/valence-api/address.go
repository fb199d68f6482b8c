package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/valence-rsd/valence/service/app/config"
)

// announce writes the base URL into file, all at once: whoever waits for the
// file never reads half of it. An empty file name announces nothing.
func announce(file, base string) error {
	if file == "" {
		return nil
	}
	unfinished, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("writing the address file: %w", err)
	}
	defer os.Remove(unfinished.Name()) // fails after the rename, as it should
	_, err = fmt.Fprintln(unfinished, base)
	if closeErr := unfinished.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(unfinished.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing the address file: %w", err)
	}
	return nil
}

// baseURL is where callers on this machine find the service.
func baseURL(cfg config.Config, addr net.Addr) string {
	if cfg.API.EnableSSL {
		return "https://" + reachable(addr)
	}
	return "http://" + reachable(addr)
}

// reachable is how this machine reaches addr: an address that stands for all of
// them is none to connect to.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return addr.String()
}
