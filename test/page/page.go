package page

import (
	"os"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Page is a file of Markdown.
type Page struct {
	File   string
	Blocks []Block
	Codes  []string // pieces of code within lines
	Links  []string // where links lead, as it is written
	Titles []string // of the sections
}

// Block is a block of code.
type Block struct {
	Line            int // of its first line within the file, from 1
	Language, Title string
	Lines           []string
}

// Read reads a page. Code that is a block by its indentation says as little of
// itself as a fence without a language.
func Read(file string) (*Page, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &Page{File: file}
	err = ast.Walk(goldmark.New().Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			p.Blocks = append(p.Blocks, block(n, source))
		case *ast.CodeBlock:
			p.Blocks = append(p.Blocks, Block{Line: line(n, source)})
		case *ast.Link:
			p.Links = append(p.Links, string(n.Destination))
		case *ast.Heading:
			p.Titles = append(p.Titles, string(n.Lines().Value(source)))
		case *ast.CodeSpan:
			p.Codes = append(p.Codes, strings.ReplaceAll(string(n.Text(source)), "\n", " ")) //nolint:staticcheck // the only way that joins its pieces
		}
		return ast.WalkContinue, nil
	})
	return p, err
}

var title = regexp.MustCompile(`title="([^"]*)"`)

func block(n *ast.FencedCodeBlock, source []byte) Block {
	b := Block{Line: line(n, source), Language: string(n.Language(source))}
	if n.Info != nil {
		if m := title.FindSubmatch(n.Info.Value(source)); m != nil {
			b.Title = string(m[1])
		}
	}
	for i := range n.Lines().Len() {
		at := n.Lines().At(i)
		b.Lines = append(b.Lines, strings.TrimSuffix(string(at.Value(source)), "\n"))
	}
	return b
}

// line is where the text of a block begins.
func line(n ast.Node, source []byte) int {
	if n.Lines().Len() == 0 {
		return 0
	}
	return 1 + strings.Count(string(source[:n.Lines().At(0).Start]), "\n")
}
