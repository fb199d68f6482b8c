package roff

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPage(t *testing.T) {
	t.Parallel()
	p := New("a-b", 5, "v1", time.Unix(0, 0), `A "page".`)
	p.Section1("First")
	p.Text(".TH is\ntext \\o/\n\n  as it is\n\n'quoted' é")
	p.Section2("Within")
	p.Item("--flag", "Its\nmeaning\x1b.")
	want := `.\" Written by packaging/man: do not edit.
.TH "A\-B" 5 "1970\-01\-01" "valence v1" Valence
.nh
.ad l
.SH "NAME"
a\-b \- A "page"
.SH "FIRST"
.PP
\&.TH is text \eo/
.PP
.RS 4
.nf
  as it is
.fi
.RE
.PP
\(aqquoted\(aq \[u00E9]
.SS "Within"
.TP
\fB\-\-flag\fR
Its meaning .
`
	if diff := cmp.Diff(want, p.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.File() != "a-b.5" {
		t.Errorf("its file is %s", p.File())
	}
	if got, want := quoted(`a "b"`), `"a \(dqb\(dq"`; got != want {
		t.Errorf("quoted is %s, want %s", got, want)
	}
}
