package plugin

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

func resource(t *testing.T, d *Datasource, method, url string) (int, string) {
	t.Helper()
	path, _, _ := strings.Cut(url, "?")
	var status int
	var body strings.Builder
	err := d.CallResource(context.Background(), &backend.CallResourceRequest{Method: method, Path: path, URL: url},
		backend.CallResourceResponseSenderFunc(func(res *backend.CallResourceResponse) error {
			status = res.Status
			_, err := body.Write(res.Body)
			return err
		}))
	require.NoError(t, err)
	return status, body.String()
}

func TestResourcesThatEditorsAsk(t *testing.T) {
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		answering(t, http.StatusOK, "application/json", `{"asked":"`+req.URL.String()+`"}`).ServeHTTP(res, req)
	})).URL))
	for asked, want := range map[string]string{
		"labels": "/api/v1/labels",
		"causes": "/api/v1/causes",
		"labels/stage/values?api_id=a1b2c3d4e5&from=1&not.cause=unknown": "/api/v1/labels/stage/values?api_id=a1b2c3d4e5&from=1&not.cause=unknown",
		"labels/a%2Fb/values": "/api/v1/labels/a%2Fb/values",
	} {
		status, body := resource(t, d, http.MethodGet, asked)
		require.Equal(t, http.StatusOK, status, asked)
		require.JSONEq(t, `{"asked":"`+want+`"}`, body)
	}
}

func TestNothingElseGetsThroughToTheService(t *testing.T) {
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		t.Errorf("the service was asked for %s", req.URL)
	})).URL))
	for _, asked := range []struct{ method, url string }{
		{http.MethodPost, "labels"},
		{http.MethodDelete, "causes"},
		{http.MethodGet, "api/v1/series"},
		{http.MethodGet, "labels/../../metrics"},
		{http.MethodGet, "labels/stage"},
		{http.MethodGet, "labels/a/b/values"},
		{http.MethodGet, "ingest"},
		{http.MethodGet, ""},
	} {
		status, _ := resource(t, d, asked.method, asked.url)
		require.NotEqual(t, http.StatusOK, status, asked)
	}
}

func TestFaultsOfResourcesAreMessages(t *testing.T) {
	for status, want := range map[int]int{
		// 401 would end the user's own session in the browser.
		401: http.StatusBadGateway, 403: http.StatusForbidden, 429: http.StatusTooManyRequests, 400: http.StatusBadRequest, 503: http.StatusBadGateway,
	} {
		d := open(t, settingsFor(serve(t, answering(t, status, "application/problem+json", `{"code":"x","detail":"Told by the service."}`)).URL))
		got, body := resource(t, d, http.MethodGet, "labels")
		require.Equal(t, want, got)
		require.Contains(t, body, `{"message":`)
		require.Contains(t, body, "Told by the service.")
	}
}
