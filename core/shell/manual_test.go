package shell

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestManual(t *testing.T) {
	t.Parallel()
	var files []string
	text := map[string]string{}
	for _, p := range Manual(nodesManifest().Commands, "v1", time.Unix(0, 0)) {
		files = append(files, p.File())
		text[p.File()] = p.String()
	}
	for _, file := range []string{"valence.1", "valence-node.1", "valence-plugin.1", "valence-configuration.1"} {
		if !slices.Contains(files, file) {
			t.Errorf("%s is not among %v", file, files)
		}
	}
	for file, wants := range map[string][]string{
		"valence.1":      {".SH \"HOW A COMMAND ENDED\"", ".SS \"Exit codes\"", "\\fB\\-\\-os\\-cloud", "\\fB130\\fR\ninterrupted", "\\fBOS_AUTH_URL"},
		"valence-node.1": {".SH \"NODE CREATE\"\n.PP\n.RS 4\n.nf\nvalence node create [options] [<name>]\n", "\n  kept   as it is\n", ".SS \"Columns\""},
	} {
		for _, want := range wants {
			if !strings.Contains(text[file], want) {
				t.Errorf("%s does not say %q:\n%s", file, want, text[file])
			}
		}
	}
	for file, page := range text {
		if strings.Contains(page, "secret") && file == "valence-node.1" || strings.Contains(page, "NODE HIDDEN") {
			t.Errorf("%s shows what is hidden", file)
		}
	}
}
