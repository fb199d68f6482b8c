// Package site builds the documentation as "make docs" does, and looks at what
// readers get.
package site

import (
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const root = "../.."

// page is what a built page names, and can be named by.
type page struct {
	title   string
	anchors map[string]bool
	links   []string // to be clicked on
	loads   []string // fetched by the browser
}

// TestSite builds the site and follows everything in it. A page without a title,
// a link to nothing and whatever is loaded from another host are failures.
func TestSite(t *testing.T) {
	t.Parallel()
	dir := build(t)
	pages := read(t, dir)
	if index, err := os.ReadFile(filepath.Join(dir, "search", "index.js")); err != nil || !strings.Contains(string(index), "Idempotency-Key") {
		t.Errorf("nothing can be found by searching: %d bytes, %v", len(index), err)
	}
	for name, p := range pages {
		if p.title == "" {
			t.Errorf("%s has no title", name)
		}
		for _, link := range append(p.links, p.loads...) {
			follow(t, dir, pages, name, link)
		}
		for _, load := range p.loads {
			if u, err := url.Parse(load); err != nil || u.Host != "" {
				t.Errorf("%s loads %s, which is on another host (%v)", name, load, err)
			}
		}
	}
}

// TestEveryPageIsInTheNavigation compares the files of docs/ with the pages that
// the menu leads to. (mkdocs itself fails for an entry without a file.)
func TestEveryPageIsInTheNavigation(t *testing.T) {
	t.Parallel()
	menu, err := os.ReadFile(filepath.Join(root, "mkdocs.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files(t, filepath.Join(root, "docs"), ".md") {
		if n := strings.Count(string(menu), " "+name+"\n"); n != 1 {
			t.Errorf("docs/%s is %d times in the navigation of mkdocs.yml", name, n)
		}
	}
}

// what stands in a list, with less before it than the four blanks that both the
// site's Markdown and the forges' take as "in the list"
var tooNear = regexp.MustCompile("^ {1,3}([-*] |[0-9]+\\. |```)")

// TestWhatIsInListsIsIndentedByFour keeps lists the same here and on a forge.
func TestWhatIsInListsIsIndentedByFour(t *testing.T) {
	t.Parallel()
	for _, name := range files(t, filepath.Join(root, "docs"), ".md") {
		text, err := os.ReadFile(filepath.Join(root, "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		code := false
		for n, line := range strings.Split(string(text), "\n") {
			if !code && tooNear.MatchString(line) {
				t.Errorf("docs/%s:%d: what stands in a list is indented by four blanks: %q", name, n+1, line)
			}
			code = code != strings.HasPrefix(strings.TrimSpace(line), "```")
		}
	}
}

func build(t *testing.T) string {
	t.Helper()
	files(t, filepath.Join(root, "tools", "site"), "") // the test cache does not know what make reads
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "make", "-C", root, "docs", "SITE="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make docs: %v\n%s", err, out)
	}
	return dir
}

// read gives the pages by their path within the site.
func read(t *testing.T, dir string) map[string]page {
	t.Helper()
	pages := map[string]page{}
	for _, name := range files(t, dir, ".html") {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		tree, err := html.Parse(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = parse(tree)
	}
	if want := len(files(t, filepath.Join(root, "docs"), ".md")); len(pages) < want {
		t.Errorf("%d pages were made of %d", len(pages), want)
	}
	return pages
}

func parse(tree *html.Node) page {
	p := page{anchors: map[string]bool{}}
	for n := range tree.Descendants() {
		if n.Data == "title" && n.FirstChild != nil {
			p.title = strings.TrimSpace(n.FirstChild.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id", a.Key == "name" && n.Data == "a":
				p.anchors[a.Val] = true
			case a.Key == "href" && n.Data == "a":
				p.links = append(p.links, a.Val)
			case a.Key == "href", a.Key == "src", a.Key == "srcset", a.Key == "poster":
				p.loads = append(p.loads, a.Val)
			}
		}
	}
	return p
}

// follow complains about a link within the site to a file or a heading that is
// not there. What others serve is not asked for.
func follow(t *testing.T, dir string, pages map[string]page, from, link string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Errorf("%s: %v", from, err)
		return
	}
	if u.Scheme != "" || u.Host != "" {
		return
	}
	to := from
	if u.Path != "" {
		to = filepath.Join(filepath.Dir(from), u.Path)
	}
	if info, err := os.Stat(filepath.Join(dir, to)); err != nil || info.IsDir() {
		t.Errorf("%s: nothing is at %s", from, link)
	} else if u.Fragment != "" && !pages[to].anchors[u.Fragment] {
		t.Errorf("%s: %s has no anchor for %s", from, to, link)
	}
}

// files are those below a folder whose names end so, relative to it.
func files(t *testing.T, dir, suffix string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, suffix) {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files %s in %s, %v", len(names), suffix, dir, err)
	}
	return names
}
