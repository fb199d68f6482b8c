package shell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/valence-rsd/valence/core/complete"
	"github.com/valence-rsd/valence/core/fault"
	"github.com/valence-rsd/valence/core/pluginhost"
)

const (
	uuid1 = "11111111-aaaa-4444-8888-000000000001"
	uuid2 = "11111111-aaaa-4444-8888-000000000002"
)

// naming is a host whose node list has three nodes, one without a name, and
// whose commands are completed.
func naming() *plugins {
	h := newPlugins()
	node := h.catalog.Plugins[1].Manifest.Commands[0].Commands
	for i := range node {
		for j := range node[i].Args {
			if node[i].Args[j].Name == "node" {
				node[i].Args[j].Complete = "node"
			}
		}
	}
	h.run = func(_ context.Context, c pluginhost.Call) error {
		for _, row := range []string{
			`["` + uuid1 + `","web-1",1,null]`, `["` + uuid2 + `","db 1",1,null]`, `["22222222-aaaa","",1,null]`, `["3",7]`,
		} {
			if err := c.Sink.Row(json.RawMessage(row)); err != nil {
				return err
			}
		}
		c.Sink.Notice("warning", "not now")
		c.Sink.Progress("nor this", 0, 0)
		return nil
	}
	return h
}

func asked(t *testing.T, h *plugins, home string, line ...string) string {
	t.Helper()
	io := Streams{Dir: os.TempDir(), Getenv: environment("HOME="+home, "VALENCE_URL=http://127.0.0.1:1")}
	got := runWith(t, h, io, append([]string{complete.Verb}, line...)...)
	if got.status != 0 || got.err != "" {
		t.Errorf("%q: %+v", line, got)
	}
	return got.out
}

func TestNames(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"node show|":               "web-1\t" + uuid1 + "\ndb 1\t" + uuid2 + "\n",
		"node show|w":              "web-1\t" + uuid1 + "\n",
		"node show|1111":           uuid1 + "\tweb-1\n" + uuid2 + "\tdb 1\n",
		"node show|22222":          "22222222-aaaa\t\n",
		"node show|x":              "",
		"node delete web-1|":       "db 1\t" + uuid2 + "\n",
		"node delete web-1|--quie": "--quiet\tPrint no progress, notices or warnings.\n",
	} {
		before, last, _ := strings.Cut(line, "|")
		if diff := cmp.Diff(want, asked(t, naming(), "", append(strings.Fields(before), last)...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}

func TestNamesAreKeptForAMoment(t *testing.T) {
	t.Parallel()
	h, home := naming(), t.TempDir()
	for range 3 {
		asked(t, h, home, "node", "show", "w")
	}
	if len(h.calls) != 1 {
		t.Errorf("the service was asked %d times", len(h.calls))
	}
	asked(t, h, home, "--os-endpoint-override=http://127.0.0.1:2", "node", "show", "w")
	asked(t, h, home, "--os-cloud", "other", "node", "show", "w") // there is none
	if len(h.calls) != 2 {
		t.Errorf("another cloud's names were taken for this one's: %d calls", len(h.calls))
	}
	asked(t, h, home, "--no-cache", "node", "show", "w")
	if len(h.calls) != 3 {
		t.Errorf("--no-cache read the cache: %d calls", len(h.calls))
	}
	files, err := filepath.Glob(filepath.Join(home, ".cache", "valence", "complete", "names-*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%q, %v", files, err)
	}
	old := time.Now().Add(-2 * namesLife)
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if err := os.Chtimes(f, old, old); err != nil {
			t.Fatal(err)
		}
	}
	asked(t, h, home, "node", "show", "w")
	if len(h.calls) != 4 {
		t.Errorf("old names were believed: %d calls", len(h.calls))
	}
}

// The name of the file must not depend on a secret, or it could be guessed at.
func TestNamesFileKnowsNoSecret(t *testing.T) {
	t.Parallel()
	file := func(option string, env ...string) string {
		s := newShell(nil, Streams{Getenv: environment(append(env, "HOME=/h")...)})
		return s.namesFile(&complete.Answer{Noun: "node", Globals: []string{option}})
	}
	if file("--os-password=a") != file("--os-password=b") || file("", "OS_PASSWORD=a") != file("", "OS_PASSWORD=b") {
		t.Error("a password changes the file's name")
	}
	if file("--os-username=a") == file("--os-username=b") || file("", "OS_PROJECT_NAME=a") == file("", "OS_PROJECT_NAME=b") {
		t.Error("two users or projects share a file")
	}
}

func TestNamesFailInSilence(t *testing.T) {
	t.Parallel()
	h, home := naming(), t.TempDir()
	give := h.run
	h.run = func(ctx context.Context, c pluginhost.Call) error {
		return errors.Join(give(ctx, c), fault.New(fault.Denied, "not signed in"))
	}
	// What came before the failure is as good as ever, but is not kept.
	for range 2 {
		if got := asked(t, h, home, "node", "show", "w"); got != "web-1\t"+uuid1+"\n" {
			t.Errorf("%q", got)
		}
	}
	if len(h.calls) != 2 {
		t.Errorf("half a list was kept: %d calls", len(h.calls))
	}
	for _, line := range []string{"power on x y", "--os-cloud nope node show", "nothing of it"} {
		if got := asked(t, naming(), "", append(strings.Fields(line), "w")...); got != "" {
			t.Errorf("%s: %q", line, got)
		}
	}
}

func TestALateListIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	h := naming()
	give := h.run
	late := make(chan struct{})
	t.Cleanup(func() { close(late) })
	h.run = func(ctx context.Context, c pluginhost.Call) error {
		err := give(ctx, c)
		<-late // heeds no context, as a plugin that hangs
		return err
	}
	began := time.Now()
	got := asked(t, h, "", "node", "show", "w")
	if took := time.Since(began); took > completionCap+2*time.Second || took < completionCap {
		t.Errorf("it took %s", took)
	}
	if got != "web-1\t"+uuid1+"\n" {
		t.Errorf("%q", got)
	}
}

func TestCompletionStartsNoPlugin(t *testing.T) {
	t.Parallel()
	h := naming()
	for _, line := range []string{"|", "|no", "node|", "node list|--", "node list -c|", "-f|", "node create --boot|", "help|", "completion|", "plugin show|", "--log-file|"} {
		before, last, _ := strings.Cut(line, "|")
		if got := asked(t, h, "", append(strings.Fields(before), last)...); got == "" {
			t.Errorf("%s: nothing", line)
		}
	}
	if len(h.calls) != 0 {
		t.Errorf("%d commands were run", len(h.calls))
	}
}

func TestCloudNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "clouds:\n  two: {auth_type: none, regions: [a, b]}\n  one: {auth_type: none}\n"
	file := filepath.Join(dir, "my.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	io := Streams{Dir: t.TempDir(), Getenv: environment("OS_CLIENT_CONFIG_FILE=" + file)}
	const want = "one\t%[1]s\ntwo\t%[1]s\n"
	got := runWith(t, newPlugins(), io, complete.Verb, "--os-cloud", "")
	if diff := cmp.Diff(fmt.Sprintf(want, file), got.out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	io.Getenv = environment()
	got = runWith(t, newPlugins(), io, complete.Verb, "--os-client-config-file", file, "--os-cloud", "")
	if diff := cmp.Diff(fmt.Sprintf(want, file), got.out); diff != "" {
		t.Errorf("by option (-want +got):\n%s", diff)
	}
}
