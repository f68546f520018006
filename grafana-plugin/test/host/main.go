// Command plugin-host starts the built backend as Grafana does (a child process that speaks gRPC) and answers over HTTP as Grafana's
// own routes do, so that tests and a page in a browser can use the real plugin where no Grafana is.
//
// The data source's settings are read from standard input: {"uid","name","url","jsonData","secureJsonData"}. One line of JSON on
// standard output tells the address. It ends with its standard input, or by a signal.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	binary := flag.String("binary", "", "built backend, dist/gpx_why403_<os>_<arch>")
	dist := flag.String("dist", "", "folder of the built plugin, served at /public/plugins/<id>/")
	static := flag.String("static", "", "folder served at /")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, options{binary: *binary, dist: *dist, static: *static}); err != nil {
		fmt.Fprintf(os.Stderr, "plugin-host: %v\n", err)
		os.Exit(1)
	}
}

type options struct{ binary, dist, static string }

func run(ctx context.Context, opts options) error {
	if opts.binary == "" {
		return errors.New("expected -binary")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input := json.NewDecoder(os.Stdin)
	var given settings
	if err := input.Decode(&given); err != nil {
		return fmt.Errorf("expected the data source's settings as JSON on standard input: %w", err)
	}
	go func() {
		// Whoever started this host has gone when its end of the pipe is closed.
		_ = input.Decode(&struct{}{})
		cancel()
	}()
	backend, err := startBackend(opts.binary)
	if err != nil {
		return err
	}
	defer backend.stop()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           newHandler(backend, newDataSource(given), opts),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	ready := map[string]any{"address": "http://" + listener.Addr().String(), "backendPid": backend.pid()}
	if err := json.NewEncoder(os.Stdout).Encode(ready); err != nil {
		return err
	}
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
