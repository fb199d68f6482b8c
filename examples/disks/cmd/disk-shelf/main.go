// Disk-shelf serves a shelf of disks, to try the plugin on.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"example.org/valence-plugin-disks/shelf"
)

func main() {
	address := flag.String("listen", "127.0.0.1:8182", "address to listen on")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintf(os.Stdout, "the shelf is at http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, shelf.Handler()))
}
