package session

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// masked stands for a secret.
const masked = "***"

// secrets are the values that this session came to know and that must not be
// shown. Fields and headers are masked by their names; this is for where one
// turns up elsewhere.
type secrets struct {
	lock   sync.Mutex
	values []string
}

func (s *Session) hide(values ...string) {
	s.secrets.lock.Lock()
	defer s.secrets.lock.Unlock()
	for _, v := range values {
		// The shortest would mask half of every text.
		if len(v) >= 4 && !slices.Contains(s.secrets.values, v) {
			s.secrets.values = append(s.secrets.values, v)
		}
	}
}

// scrub masks what is hidden.
func (s *Session) scrub(text string) string {
	s.secrets.lock.Lock()
	defer s.secrets.lock.Unlock()
	for _, v := range s.secrets.values {
		text = strings.ReplaceAll(text, v, masked)
	}
	return text
}

// sensitive tells whether a field with this name holds a secret.
func sensitive(name string) bool {
	plain := strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(name))
	switch plain {
	case "applicationcredentialid", "applicationcredentialname", "authmethods":
		return false
	}
	return slices.ContainsFunc([]string{
		"password", "passwd", "passphrase", "passcode", "secret", "token", "credential", "privatekey", "apikey", "accesskey",
	}, func(word string) bool { return strings.Contains(plain, word) })
}

// maskedJSON is a JSON document without the values of sensitive fields.
func maskedJSON(data []byte) (string, bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return "", false
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(mask(document)) != nil {
		return "", false
	}
	return strings.TrimSpace(out.String()), true
}

func mask(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if sensitive(key) && inner != nil {
				v[key] = masked
			} else {
				v[key] = mask(inner)
			}
		}
	case []any:
		for i := range v {
			v[i] = mask(v[i])
		}
	}
	return value
}

// maskedURL is a URL without the values of sensitive parameters.
func maskedURL(u *url.URL) string {
	parameters := strings.Split(u.RawQuery, "&")
	for i, p := range parameters {
		key, _, _ := strings.Cut(p, "=")
		if name, err := url.QueryUnescape(key); err != nil || sensitive(name) {
			parameters[i] = key + "=" + masked
		}
	}
	shown := *u
	shown.RawQuery = strings.Join(parameters, "&")
	return shown.Redacted()
}
