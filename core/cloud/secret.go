package cloud

import (
	"net/url"
	"slices"
	"strings"
)

// masked stands for a secret in what is shown; openstackclient writes the same.
const masked = "<redacted>"

// isSecret tells whether a key's value must not be shown. It goes by the end of
// the name, so that keys nobody here has heard of are covered too.
func isSecret(key string) bool {
	key = strings.ToLower(underscored(key))
	switch key {
	case "code", "authorization_code", "auth_token":
		return true
	}
	last := key[strings.LastIndexByte(key, '_')+1:]
	return slices.Contains([]string{"password", "passwd", "passcode", "token", "secret", "passphrase"}, last)
}

// hidden is a value in which every secret is masked, however deep.
func hidden(key string, v any) any {
	if isSecret(key) && v != nil && v != "" {
		return masked
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = hidden(k, item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = hidden(key, item)
		}
		return out
	case string:
		return redacted(v)
	}
	return v
}

// redacted masks a password that stands in a URL.
func redacted(text string) string {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return masked
	}
	if u.User == nil {
		return text
	}
	return u.Redacted()
}
