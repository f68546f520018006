package main

import (
	"errors"
	"io"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

func (h *host) resource(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	path := r.PathValue("path")
	url := path
	if r.URL.RawQuery != "" {
		url += "?" + r.URL.RawQuery
	}
	headers := map[string]*pluginv2.StringList{}
	for name, values := range r.Header {
		headers[name] = &pluginv2.StringList{Values: values}
	}
	answers, err := h.backend.resource.CallResource(r.Context(), &pluginv2.CallResourceRequest{
		PluginContext: h.dataSource.context(),
		Path:          path,
		Method:        r.Method,
		Url:           url,
		Headers:       headers,
		Body:          body,
	})
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	for first := true; ; first = false {
		answer, err := answers.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			if first {
				refuse(w, http.StatusInternalServerError, err.Error())
			}
			return
		}
		if first {
			for name, values := range answer.Headers {
				for _, value := range values.Values {
					w.Header().Add(name, value)
				}
			}
			w.WriteHeader(int(answer.Code))
		}
		_, _ = w.Write(answer.Body)
	}
}
