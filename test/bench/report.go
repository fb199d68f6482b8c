package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// report prints the medians and their ratios.
func report(w io.Writer, runs []*timed) {
	hello := runs[0].median()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "command\tmedian\ttimes hello-world\taim")
	for _, r := range runs {
		ratio := float64(r.median()) / float64(hello)
		fmt.Fprintf(t, "%s\t%.1f ms\t%.1f\t%s\n", r.name, float64(r.median().Microseconds())/1000, ratio, verdict(ratio, r.aim))
	}
	_ = t.Flush()
	compare(w, runs)
}

func verdict(ratio, aim float64) string {
	switch {
	case aim == 0:
		return ""
	case ratio <= aim:
		return fmt.Sprintf("at most %.0f: met", aim)
	}
	return fmt.Sprintf("at most %.0f: MISSED", aim)
}

// compare says how many times faster each command of ours is than the Python
// clients' --version.
func compare(w io.Writer, runs []*timed) {
	for _, theirs := range runs {
		if !strings.HasSuffix(theirs.name, " --version") || theirs.env != nil {
			continue
		}
		for _, ours := range runs {
			if strings.HasPrefix(ours.name, "valence ") {
				fmt.Fprintf(w, "%s is %.0f times faster than %s\n", ours.name,
					float64(theirs.median())/float64(ours.median()), theirs.name)
			}
		}
	}
}
