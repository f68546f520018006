package main

import (
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// live subscribes to a channel of the data source and runs it: each event's data is a frame as JSON.
func (h *host) live(w http.ResponseWriter, r *http.Request) {
	path, context := r.PathValue("path"), h.dataSource.context()
	allowed, err := h.backend.stream.SubscribeStream(r.Context(), &pluginv2.SubscribeStreamRequest{PluginContext: context, Path: path})
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	switch allowed.Status {
	case pluginv2.SubscribeStreamResponse_OK:
	case pluginv2.SubscribeStreamResponse_NOT_FOUND:
		refuse(w, http.StatusNotFound, "no such channel")
		return
	default:
		refuse(w, http.StatusForbidden, "the channel is refused")
		return
	}
	packets, err := h.backend.stream.RunStream(r.Context(), &pluginv2.RunStreamRequest{PluginContext: context, Path: path})
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w).Flush
	send := func(text []byte) error {
		if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil {
			return err
		}
		return flush()
	}
	// Headers at once: a quiet stream is open all the same.
	if err := flush(); err != nil {
		return
	}
	if len(allowed.Data) > 0 {
		if err := send(allowed.Data); err != nil {
			return
		}
	}
	for {
		packet, err := packets.Recv()
		if err != nil {
			return
		}
		if err := send(packet.Data); err != nil {
			return
		}
	}
}
