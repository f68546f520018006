package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// healthy answers what a health check asks; `instead` replaces single answers.
func healthy(t *testing.T, instead map[string]http.Handler) http.Handler {
	t.Helper()
	const media = "application/json"
	handlers := map[string]http.Handler{
		"/readyz":         answering(t, http.StatusOK, media, `{"status":"ready"}`),
		"/api/v1/series":  answering(t, http.StatusOK, media, answerFile(t, "series")),
		"/api/v1/sources": answering(t, http.StatusOK, media, `{"feeds":[{"feed":"file:access","kind":"file","completeUntil":1772366640000,"lagMs":61000}],"rejects":[]}`),
		"/openapi.json":   answering(t, http.StatusOK, media, `{"openapi":"3.1.0","info":{"title":"Why403","version":"0.3.0"}}`),
	}
	for path, handler := range instead {
		handlers[path] = handler
	}
	return http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		if handler, known := handlers[req.URL.Path]; known {
			handler.ServeHTTP(res, req)
			return
		}
		t.Errorf("asked for %s", req.URL.Path)
		http.NotFound(res, req)
	})
}

func health(t *testing.T, d *Datasource) (*backend.CheckHealthResult, string) {
	t.Helper()
	result, err := d.CheckHealth(context.Background(), &backend.CheckHealthRequest{})
	require.NoError(t, err, "Grafana would show only that the plugin failed")
	var told struct {
		VerboseMessage string `json:"verboseMessage"`
	}
	require.NoError(t, json.Unmarshal(result.JSONDetails, &told))
	require.NotContains(t, string(result.JSONDetails)+result.Message, token)
	return result, told.VerboseMessage
}

func TestHealthTellsVersionAndFeeds(t *testing.T) {
	result, verbose := health(t, open(t, settingsFor(serve(t, healthy(t, nil)).URL)))
	require.Equal(t, backend.HealthStatusOk, result.Status)
	require.Equal(t, "Why403 0.3.0 answers: 16 refused requests in the last hour; feeds of logs: 1.", result.Message)
	require.Equal(t, "file:access: read up to 2026-03-01T12:04:00Z, 1m1s behind", verbose)
}

func TestHealthSaysThatNothingWasReadYet(t *testing.T) {
	none := answering(t, http.StatusOK, "application/json", `{"feeds":[],"rejects":[]}`)
	result, _ := health(t, open(t, settingsFor(serve(t, healthy(t, map[string]http.Handler{"/api/v1/sources": none})).URL)))
	require.Equal(t, backend.HealthStatusOk, result.Status)
	require.Contains(t, result.Message, "has read no logs yet: see `sources` of its configuration")
}

func TestHealthIsNotGreenWhenQueriesFail(t *testing.T) {
	problem := func(status int, code, detail string) http.Handler {
		body, err := json.Marshal(map[string]any{"type": "/docs", "title": "x", "status": status, "code": code, "detail": detail, "retryable": false})
		require.NoError(t, err)
		return answering(t, status, "application/problem+json; charset=utf-8", string(body))
	}
	for name, test := range map[string]struct {
		instead map[string]http.Handler
		says    string
		verbose string
	}{
		"not ready":   {map[string]http.Handler{"/readyz": answering(t, 503, "application/json; charset=utf-8", `{"status":"not_ready"}`)}, "Why403 is not ready yet", "GET /readyz"},
		"wrong token": {map[string]http.Handler{"/api/v1/series": problem(401, "token_invalid", "Expected a known token.")}, "Why403 does not accept the token of this data source: Expected a known token. Make one with `why403 token create --role read --id grafana`", "GET /api/v1/series?from=now-1h&step=auto"},
		"wrong role":  {map[string]http.Handler{"/api/v1/series": problem(403, "role_insufficient", "Expected the role read, came ingest.")}, "It needs one with the role read", "GET /api/v1/series"},
		"store down":  {map[string]http.Handler{"/api/v1/series": problem(503, "store_unavailable", "The event store did not answer.")}, "Why403 cannot answer now: The event store did not answer.", "GET /api/v1/series"},
		"a web page":  {map[string]http.Handler{"/readyz": answering(t, 200, "text/html; charset=utf-8", `<html>Log in</html>`)}, "is not Why403: expected JSON, came status 200 with a web page", "GET /readyz"},
		"odd answer":  {map[string]http.Handler{"/api/v1/series": answering(t, 200, "application/json", `{"columns":[1]}`)}, "service and plugin do not fit together", "GET /api/v1/series"},
		"feeds fail":  {map[string]http.Handler{"/api/v1/sources": problem(503, "store_unavailable", "x")}, "Why403 cannot answer now", "GET /api/v1/sources"},
	} {
		t.Run(name, func(t *testing.T) {
			result, verbose := health(t, open(t, settingsFor(serve(t, healthy(t, test.instead)).URL)))
			require.Equal(t, backend.HealthStatusError, result.Status)
			require.Contains(t, result.Message, test.says)
			require.Contains(t, verbose, test.verbose)
		})
	}
}

func TestWrongSettingsAreToldByEachVerb(t *testing.T) {
	const says = "The settings of this Why403 data source are not right: URL: expected"
	d := open(t, settingsFor(""))
	result, _ := health(t, d)
	require.Equal(t, backend.HealthStatusError, result.Status)
	require.Contains(t, result.Message, says)

	res := ask(t, d, `{"version":1,"queryType":"series"}`, false)
	require.ErrorContains(t, res.Error, says)
	require.Equal(t, backend.ErrorSourceDownstream, res.ErrorSource)

	status, body := resource(t, d, http.MethodGet, "labels")
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, body, says)

	_, err := d.SubscribeStream(context.Background(), &backend.SubscribeStreamRequest{Path: "samples/"})
	require.ErrorContains(t, err, says)
	require.ErrorContains(t, d.RunStream(context.Background(), &backend.RunStreamRequest{Path: "samples/"}, nil), says)
}
