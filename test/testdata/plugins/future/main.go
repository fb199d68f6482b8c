// Valence-plugin-future speaks a protocol that is not yet known.
package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("1|99|unix|/nowhere|grpc|")
	time.Sleep(time.Minute)
}
