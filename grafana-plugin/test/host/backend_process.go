package main

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
)

// backendProcess is the plugin's backend as a child process.
type backendProcess struct {
	client      *plugin.Client
	data        grpcplugin.DataClient
	diagnostics grpcplugin.DiagnosticsClient
	resource    grpcplugin.ResourceClient
	stream      grpcplugin.StreamClient
}

func startBackend(binary string) (*backendProcess, error) {
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd: exec.Command(binary),
		// Grafana hands on nothing of its own environment either.
		SkipHostEnv: true,
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  grpcplugin.ProtocolVersion,
			MagicCookieKey:   grpcplugin.MagicCookieKey,
			MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]plugin.PluginSet{
			grpcplugin.ProtocolVersion: {
				"data":        &grpcplugin.DataGRPCPlugin{},
				"diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
				"resource":    &grpcplugin.ResourceGRPCPlugin{},
				"stream":      &grpcplugin.StreamGRPCPlugin{},
			},
		},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Warn, JSONFormat: true}),
	})
	backend := &backendProcess{client: client}
	if err := backend.connect(); err != nil {
		client.Kill()
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	return backend, nil
}

func (b *backendProcess) connect() error {
	protocol, err := b.client.Client()
	if err != nil {
		return err
	}
	if b.data, err = dispense[grpcplugin.DataClient](protocol, "data"); err != nil {
		return err
	}
	if b.diagnostics, err = dispense[grpcplugin.DiagnosticsClient](protocol, "diagnostics"); err != nil {
		return err
	}
	if b.resource, err = dispense[grpcplugin.ResourceClient](protocol, "resource"); err != nil {
		return err
	}
	b.stream, err = dispense[grpcplugin.StreamClient](protocol, "stream")
	return err
}

func dispense[Client any](protocol plugin.ClientProtocol, name string) (Client, error) {
	var none Client
	raw, err := protocol.Dispense(name)
	if err != nil {
		return none, err
	}
	client, ok := raw.(Client)
	if !ok {
		return none, fmt.Errorf("%s: came %T", name, raw)
	}
	return client, nil
}

func (b *backendProcess) pid() int {
	return b.client.ReattachConfig().Pid
}

func (b *backendProcess) stop() {
	b.client.Kill()
}
