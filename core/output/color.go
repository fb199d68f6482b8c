package output

import (
	"fmt"
	"strings"
)

// paint colours a word that tells a state, in a column of states.
func (w *tableWriter) paint(c Column, word string) string {
	if !w.options.Color || !tellsState(c.Name) {
		return word
	}
	color, ok := stateColors()[strings.ToLower(word)]
	if !ok {
		return word
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", color, word)
}

func tellsState(column string) bool {
	for _, end := range []string{"status", "state", "health"} {
		if strings.HasSuffix(strings.ToLower(column), end) {
			return true
		}
	}
	return false
}

// stateColors are the terminal's colours for states, in small letters.
func stateColors() map[string]int {
	const red, green, yellow = 31, 32, 33
	return map[string]int{
		"online": green, "ok": green, "on": green, "enabled": green, "active": green, "up": green,
		"composed": green, "assembled": green, "allocated": green, "free": green, "success": green,
		"composing": yellow, "assembling": yellow, "allocating": yellow, "deleting": yellow, "warning": yellow, "unknown": yellow,
		"offline": red, "failed": red, "failure": red, "error": red, "critical": red, "down": red,
	}
}
