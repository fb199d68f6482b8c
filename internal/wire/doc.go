// Package wire is the protocol between the shell and its plugins: the messages,
// the manifest, the codes of a failure and the handshake. Both ends use it,
// sdk/plugin in the plugin and core/pluginhost in the shell, and neither shows
// any of it to its own users. It knows nothing of commands, clouds or output.
package wire

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative plugin.proto

// Protocol is the version of the protocol that this package speaks. It grows
// when an old plugin or an old shell would misunderstand a message, not when a
// field is added that the other side may leave alone.
const Protocol = 1

// PluginName is the name under which a plugin serves the protocol.
const PluginName = "family"

// The cookie tells a plugin that it was started by a shell and not by hand. It
// is no secret and protects nothing.
const (
	CookieKey   = "VALENCE_PLUGIN_COOKIE"
	CookieValue = "8d5c0c6a-2f0e-4c5f-9a3e-6f4f1f4f7a11"
)
