package main

import (
	"encoding/json"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// host answers requests by asking the backend.
type host struct {
	backend    *backendProcess
	dataSource *dataSource
}

// newHandler has Grafana's routes, and files for a page.
func newHandler(backend *backendProcess, source *dataSource, opts options) http.Handler {
	h := &host{backend: backend, dataSource: source}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/ds/query", h.query)
	mux.HandleFunc("GET /api/datasources/uid/{uid}/health", h.health)
	mux.HandleFunc("/api/datasources/uid/{uid}/resources/{path...}", h.resource)
	mux.HandleFunc("PUT /api/datasources/uid/{uid}", source.save)
	mux.HandleFunc("GET /api/plugins/{id}/metrics", h.metrics)
	// Grafana speaks WebSocket here; server-sent events carry the same frames.
	mux.HandleFunc("GET /api/live/ds/{uid}/{path...}", h.live)
	if opts.dist != "" {
		folder := "/public/plugins/" + pluginID + "/"
		mux.Handle("GET "+folder, http.StripPrefix(folder, http.FileServer(http.Dir(opts.dist))))
	}
	if opts.static != "" {
		mux.Handle("GET /", http.FileServer(http.Dir(opts.static)))
	}
	return mux
}

// health answers as Grafana's `Save & test` sees it: 200, or 400 with the reason.
func (h *host) health(w http.ResponseWriter, r *http.Request) {
	result, err := h.backend.diagnostics.CheckHealth(r.Context(), &pluginv2.CheckHealthRequest{PluginContext: h.dataSource.context()})
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	body := map[string]any{"status": result.Status.String(), "message": result.Message}
	if len(result.JsonDetails) > 0 {
		body["details"] = json.RawMessage(result.JsonDetails)
	}
	status := http.StatusOK
	if result.Status != pluginv2.CheckHealthResponse_OK {
		status = http.StatusBadRequest
	}
	writeJSON(w, status, body)
}

// metrics are the backend's own (goroutines, memory), in the text format of Prometheus.
func (h *host) metrics(w http.ResponseWriter, r *http.Request) {
	result, err := h.backend.diagnostics.CollectMetrics(r.Context(), &pluginv2.CollectMetricsRequest{PluginContext: h.dataSource.context()})
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	_, _ = w.Write(result.GetMetrics().GetPrometheus())
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"message":"not JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func refuse(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, map[string]string{"message": message})
}
