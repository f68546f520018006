package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/why403/why403/grafana-plugin/pkg/client"
)

// resources is all that editors and variables may ask: nothing of it changes anything, and nothing else gets through.
func (d *Datasource) resources() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /labels", d.hand(func(ctx context.Context, _ *http.Request, _ url.Values) (json.RawMessage, error) {
		return d.client.Labels(ctx)
	}))
	mux.HandleFunc("GET /labels/{label}/values", d.hand(func(ctx context.Context, req *http.Request, params url.Values) (json.RawMessage, error) {
		return d.client.LabelValues(ctx, req.PathValue("label"), params)
	}))
	mux.HandleFunc("GET /causes", d.hand(func(ctx context.Context, _ *http.Request, _ url.Values) (json.RawMessage, error) {
		return d.client.Causes(ctx)
	}))
	return mux
}

type reader func(ctx context.Context, req *http.Request, params url.Values) (json.RawMessage, error)

// hand hands on what the service answers, errors as `message`, where Grafana's browser side looks for it.
func (d *Datasource) hand(read reader) http.HandlerFunc {
	return func(res http.ResponseWriter, req *http.Request) {
		if d.fault != nil {
			send(res, http.StatusBadRequest, message(unconfigured(d.fault)))
			return
		}
		params, err := url.ParseQuery(req.URL.RawQuery)
		if err != nil {
			send(res, http.StatusBadRequest, message("Expected query parameters, came something that cannot be read as such."))
			return
		}
		body, err := read(req.Context(), req, params)
		if fault, ok := errors.AsType[*client.Fault](err); ok {
			status := int(fault.Status)
			if status == http.StatusUnauthorized {
				// Grafana's browser side would take it for the end of the user's own session.
				status = http.StatusBadGateway
			}
			send(res, status, message(fault.Message))
			return
		}
		if err != nil {
			backend.Logger.FromContext(req.Context()).Error("A resource failed", "error", err)
			send(res, http.StatusInternalServerError, message("The Why403 plugin failed, a defect of its own: its log has the details."))
			return
		}
		send(res, http.StatusOK, body)
	}
}

func message(text string) json.RawMessage { return details(map[string]any{"message": text}) }

func send(res http.ResponseWriter, status int, body json.RawMessage) {
	res.Header().Set("Content-Type", "application/json")
	res.WriteHeader(status)
	// Who does not read the answer any more does not need it.
	_, _ = res.Write(body)
}
