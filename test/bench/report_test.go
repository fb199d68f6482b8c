package bench

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
)

// report prints the medians and their ratios.
func report(runs []*timed) {
	hello := runs[0].median()
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ncommand\tmedian\ttimes hello-world\taim")
	for _, r := range runs {
		ratio := float64(r.median()) / float64(hello)
		fmt.Fprintf(t, "%s\t%.1f ms\t%.1f\t%s\n", r.name, float64(r.median().Microseconds())/1000, ratio, verdict(ratio, r.aim))
	}
	_ = t.Flush()
	for _, theirs := range runs {
		if !theirs.slow || strings.HasSuffix(theirs.name, "--help") {
			continue
		}
		for _, ours := range runs {
			if strings.HasPrefix(ours.name, "valence ") {
				fmt.Printf("%s is %.0f times faster than %s\n", ours.name,
					float64(theirs.median())/float64(ours.median()), theirs.name)
			}
		}
	}
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
