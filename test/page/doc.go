// Package page runs the pages of the documentation: what a page tells people to
// type is typed, and what it shows is compared with what comes. A page is one
// session from top to bottom, and its fenced blocks say what they are:
//
//   - console: "$ " begins a command, "# " one of root, "> " continues it; what
//     follows is what it prints. A command ends with status 0, but for one before
//     "$ echo $?";
//   - sh: lines of a script, to be run as they are;
//   - a title in any other language: a file to be written; or, where the
//     repository has a file of that name, an excerpt of it;
//   - text: a drawing, which is left alone.
//
// In outputs "…" stands for any text, and on a line of its own for any lines.
package page
