package shell

import (
	"strings"

	"github.com/valence-rsd/valence/core/cloud"
)

// topic is something that help explains besides commands.
type topic struct {
	name, title, text string
	write             func(document)
}

func topics() []topic {
	return []topic{
		{"exit-codes", "How a command ended", "What the exit status says.", writeExitCodes},
		{"cloud-options", "Which cloud, and who signs in", "All options about the cloud and about signing in.", writeCloudOptions},
		{"environment", "The environment", "The variables that valence reads.", writeEnvironment},
	}
}

func topicNamed(words []string) *topic {
	for _, t := range topics() {
		if len(words) == 1 && words[0] == t.name {
			return &t
		}
	}
	return nil
}

// variable is a variable of the environment that the shell reads.
type variable struct {
	name, help string
	secret     bool
}

// variables are all of them: those of the options of the cloud, and the shell's
// own.
func variables() []variable {
	var all []variable
	for _, o := range cloud.Options() {
		for _, name := range o.Env {
			if !o.Hidden {
				all = append(all, variable{name, o.Help, o.Secret})
			}
		}
	}
	return append(all, ownVariables()...)
}

func ownVariables() []variable {
	return []variable{
		{name: "OS_CLOUD_NAME", help: "Name of the cloud that the other variables make up (envvars)."},
		{name: "OS_INSECURE", help: "true does not check the server's certificate, in a cloud that variables make up."},
		{name: "OS_FORCE_IPV4", help: "true does not use IPv6."},
		{name: "OS_PREFER_IPV6", help: "Whether the cloud has IPv6; for programs that read the configuration."},
		{name: "VALENCE_STRICT_CLOUD", help: "1 refuses a variable that overrides what a named cloud says, instead of warning."},
		{name: "VALENCE_ALLOW_PROFILE_URL", help: "1 lets a cloud's profile be fetched from a URL."},
		{name: "VALENCE_PLUGIN_PATH", help: "Folders to look for plugins in first, with colons between them."},
		{name: "HOME", help: "Folder of the user, for the folders below where they are not set."},
		{name: "XDG_CONFIG_HOME", help: "Folder with openstack/clouds.yaml (~/.config)."},
		{name: "XDG_CONFIG_DIRS", help: "Folders with openstack/clouds.yaml of the whole machine (/etc/xdg)."},
		{name: "XDG_DATA_HOME", help: "Folder for installed plugins (~/.local/share)."},
		{name: "XDG_CACHE_HOME", help: "Folder for what can be made again, such as manifests and tokens (~/.cache)."},
		{name: "XDG_STATE_HOME", help: "Folder for the history of the interactive shell (~/.local/state)."},
		{name: "XDG_RUNTIME_DIR", help: "Folder for the sockets of plugins while they run (TMPDIR)."},
		{name: "TMPDIR", help: "Folder for what lasts no longer than a command (/tmp)."},
		{name: "HTTPS_PROXY", help: "Proxy for https; HTTP_PROXY and NO_PROXY mean what they mean elsewhere."},
		{name: "SNAP_REAL_HOME", help: "Folder of the user, inside a snap."},
		{name: "CLIFF_MAX_TERM_WIDTH", help: "Width of a table at most; --max-width comes first."},
		{name: "CLIFF_FIT_WIDTH", help: "1 makes a table no wider than the terminal, as --fit-width does."},
		{name: "TERM", help: "Kind of terminal; dumb turns editing of lines off."},
		{name: "NO_COLOR", help: "When set, no colours."},
	}
}

func writeCloudOptions(d document) {
	d.text("These options say which cloud is meant and who signs in. Each has a place in clouds.yaml too, where secrets are better off.")
	flags := cloudFlags()
	for i, o := range cloud.Options() {
		flags[i].Hidden = o.Hidden
	}
	section(d, "Options", flagEntries(flags))
}

func writeEnvironment(d document) {
	d.text("Valence reads these variables. An option of the command line comes before its variable, and a variable before clouds.yaml.")
	var openstack, own []entry
	for _, v := range variables() {
		if strings.HasPrefix(v.name, "OS_") || v.name == "VALENCE_URL" {
			openstack = append(openstack, entry{v.name, v.help})
		} else {
			own = append(own, entry{v.name, v.help})
		}
	}
	section(d, "Which cloud, and who signs in", openstack)
	section(d, "The shell", own)
	d.text("Any other variable that begins with OS_ is a key of the cloud that variables make up. " +
		"No variable about the cloud reaches a plugin: it sees no password and no token.")
}

const completionHelp = `For the running shell:

  bash:  source <(valence completion bash)
  zsh:   source <(valence completion zsh)
  fish:  valence completion fish | source

For every new one, put that line into ~/.bashrc, or into ~/.zshrc after compinit; for fish:

  valence completion fish > ~/.config/fish/completions/valence.fish

Names of resources are asked from the service, for a moment only.`

const shellHelp = `Plugins and connections are kept, so a command costs little more than the service's answer. ` +
	`Options given before shell hold for every line. Ctrl-C stops a command and not the shell; exit, quit or Ctrl-D ends it. ` +
	`valence alone does the same on a terminal.

Lines are cut into words as in a shell: spaces, '...', "...", \ and # mean what they mean there, and nothing else does. ` +
	`They are kept in $XDG_STATE_HOME/valence/history, but for those that hold a secret or begin with a space.

The same lines can be run from a file or from stdin with --batch.`
