// Valence-plugin-silent never says anything.
package main

import "time"

func main() { time.Sleep(time.Hour) }
