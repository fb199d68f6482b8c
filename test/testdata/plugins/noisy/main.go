// Valence-plugin-noisy is not a plugin at all.
package main

import "fmt"

func main() { fmt.Println("usage: noisy [-v] FILE") }
