package resource

import (
	"encoding/json"
	"fmt"
	"time"
)

// Timestamp decodes the times of the service (section 4 of the contract),
// "2018-06-02 09:14:55 UTC", and RFC 3339. Null and the empty string are the
// zero time.
type Timestamp time.Time

// UnmarshalJSON implements json.Unmarshaler. The time is in UTC.
func (t *Timestamp) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("a time must be a string: %w", err)
	}
	if text == "" {
		*t = Timestamp{}
		return nil
	}
	for _, layout := range []string{"2006-01-02 15:04:05 UTC", time.RFC3339} {
		if parsed, err := time.Parse(layout, text); err == nil {
			*t = Timestamp(parsed.UTC())
			return nil
		}
	}
	return fmt.Errorf("the time %q is neither like \"2006-01-02 15:04:05 UTC\" nor in RFC 3339", text)
}
