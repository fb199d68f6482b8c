package output

import (
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
)

// wrapGrid breaks the lines of the cells below the first row, which are the
// headings, so that the table is no wider than asked for. No column is made
// narrower than narrowest for that, nor narrower than its heading. It gives the
// columns' widths, or nothing when they are those of the text.
func wrapGrid(grid [][]string, options Table, narrowest int) []int {
	limit := options.MaxWidth
	if limit <= 0 && options.FitWidth {
		limit = options.Terminal
	}
	if limit <= 0 {
		return nil
	}
	widths := make([]int, len(grid[0]))
	for _, line := range grid {
		for i, s := range line {
			widths[i] = max(widths[i], text.LongestLineLen(s))
		}
	}
	fitted := fit(widths, limit, narrowest)
	for i, most := range fitted {
		most = min(widths[i], max(most, text.LongestLineLen(grid[0][i])))
		fitted[i] = most
		for _, line := range grid[1:] {
			if text.LongestLineLen(line[i]) > most {
				line[i] = wrapLines(line[i], most)
			}
		}
	}
	return fitted
}

// fit gives the columns' widths in a table that should not be wider than limit.
// Those that are no wider than an equal share keep their width; the others share
// what these leave, and the last of them takes the remainder too.
func fit(widths []int, limit, narrowest int) []int {
	const divider, padding = 1, 2
	left := limit - divider - len(widths)*(padding+divider)
	total := 0
	for _, w := range widths {
		total += w
	}
	if total <= left {
		return widths
	}
	left = max(0, left)
	share := left / len(widths)
	var wide []int
	for i, w := range widths {
		if w > share {
			wide = append(wide, i)
		} else {
			left -= w
		}
	}
	out := append([]int(nil), widths...)
	if len(wide) == 0 { // nothing but empty columns
		return out
	}
	each := left / len(wide)
	for _, i := range wide {
		out[i] = max(narrowest, each)
	}
	last := wide[len(wide)-1]
	out[last] = max(narrowest, left-each*(len(wide)-1))
	return out
}

// wrapLines breaks the lines that are wider than width: between words, after a
// hyphen between letters, or in a word that is wider by itself.
func wrapLines(s string, width int) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if text.StringWidthWithoutEscSequences(line) > width {
			lines[i] = strings.Join(wrapLine(line, width), "\n")
		}
	}
	return strings.Join(lines, "\n")
}

func wrapLine(s string, width int) []string {
	var lines []string
	line, used := "", 0
	flush := func() {
		if trimmed := strings.TrimRight(line, " "); trimmed != "" {
			lines = append(lines, trimmed)
		}
		line, used = "", 0
	}
	for _, word := range wrapWords(s) {
		size := text.StringWidthWithoutEscSequences(word)
		if used+size > width && size <= width {
			flush()
		}
		for used+size > width {
			head := cut(word, width-used)
			line += head
			word = word[len(head):]
			size = text.StringWidthWithoutEscSequences(word)
			flush()
		}
		if used == 0 && len(lines) > 0 && strings.Trim(word, " ") == "" {
			continue // blanks where a line was broken
		}
		line, used = line+word, used+size
	}
	flush()
	return lines
}

// wrapWords splits text where a line may be broken. Nothing is lost.
func wrapWords(s string) []string {
	var words []string
	runes := []rune(s)
	begin := 0
	for i := 1; i < len(runes); i++ {
		if (runes[i] == ' ') != (runes[i-1] == ' ') || afterHyphen(runes, i) || besideDash(runes, i) {
			words = append(words, string(runes[begin:i]))
			begin = i
		}
	}
	return append(words, string(runes[begin:]))
}

// afterHyphen tells whether a hyphen ends at i that has two letters on either
// side, or a letter, a hyphen and a letter.
func afterHyphen(runes []rune, i int) bool {
	letter := func(i int) bool { return i >= 0 && i < len(runes) && unicode.IsLetter(runes[i]) }
	hyphen := func(i int) bool { return i >= 0 && i < len(runes) && runes[i] == '-' }
	before := letter(i-2) && (letter(i-3) || hyphen(i-3) && letter(i-4))
	after := letter(i) && (letter(i+1) || hyphen(i+1) && letter(i+2))
	return hyphen(i-1) && before && after
}

// besideDash tells whether a dash of several hyphens between two words begins or
// ends at i.
func besideDash(runes []rune, i int) bool {
	begin, end := i, i
	for begin > 0 && runes[begin-1] == '-' {
		begin--
	}
	for end < len(runes) && runes[end] == '-' {
		end++
	}
	if end-begin < 2 || begin != i && end != i || begin == 0 || end == len(runes) {
		return false
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
	before := runes[begin-1]
	return word(runes[end]) && (word(before) || strings.ContainsRune("!\"'&.,?", before))
}

// cut is the beginning of a word that fits: up to its last hyphen if it has one,
// and never nothing on a line of its own.
func cut(word string, room int) string {
	end, used, hyphen := 0, 0, 0
	for i, r := range word {
		used += text.RuneWidth(r)
		if used > room {
			break
		}
		end = i + len(string(r))
		if r == '-' && strings.Trim(word[:i], "-") != "" {
			hyphen = end
		}
	}
	if hyphen > 0 {
		return word[:hyphen]
	}
	return word[:end]
}
