package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

const token = "w403_read_test_0123456789abcdef"

// answering makes a service that says the same to everybody.
func answering(t *testing.T, status int, contentType, body string) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
		res.Header().Set("Content-Type", contentType)
		res.WriteHeader(status)
		_, _ = res.Write([]byte(body))
	})
}

func answerFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../testdata/answers", name+".json"))
	require.NoError(t, err)
	return string(text)
}

func serve(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func settingsFor(url string) backend.DataSourceInstanceSettings {
	return backend.DataSourceInstanceSettings{
		ID: 1, UID: "why403", Name: "Why403", Type: ID, URL: url, Updated: time.UnixMilli(1),
		JSONData:                []byte(`{"publicUrl":"https://why403.example.com","region":"eu-central-1"}`),
		DecryptedSecureJSONData: map[string]string{"token": token},
	}
}

func open(t testing.TB, settings backend.DataSourceInstanceSettings) *Datasource {
	t.Helper()
	instance, err := NewDatasource(context.Background(), settings)
	require.NoError(t, err)
	d := instance.(*Datasource)
	t.Cleanup(d.Dispose)
	return d
}

// openAt opens a data source on a service that answers with the named file.
func openAt(t *testing.T, answer string) *Datasource {
	t.Helper()
	return open(t, settingsFor(serve(t, answering(t, http.StatusOK, "application/json", answerFile(t, answer))).URL))
}

var askedRange = backend.TimeRange{From: time.UnixMilli(1_772_366_400_000), To: time.UnixMilli(1_772_366_700_000)}

func queryOf(stored string) backend.DataQuery {
	return backend.DataQuery{RefID: "A", JSON: json.RawMessage(stored), TimeRange: askedRange, MaxDataPoints: 600}
}

func ask(t *testing.T, d *Datasource, stored string, alert bool) backend.DataResponse {
	t.Helper()
	req := &backend.QueryDataRequest{Queries: []backend.DataQuery{queryOf(stored)}}
	if alert {
		req.Headers = map[string]string{"FromAlert": "true"}
	}
	res, err := d.QueryData(context.Background(), req)
	require.NoError(t, err)
	require.Contains(t, res.Responses, "A")
	return res.Responses["A"]
}
