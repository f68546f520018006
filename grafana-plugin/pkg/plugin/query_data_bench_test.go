package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

// What the backend adds to a query: 20 series of 300 points, over HTTP on this machine, as Arrow at the end.
func BenchmarkCauseSeries(b *testing.B) {
	columns := []map[string]any{{"name": "time", "type": "time", "unit": "ms", "values": make([]int64, 300)}}
	for i := range 20 {
		columns = append(columns, map[string]any{
			"name": "count", "type": "number", "unit": "requests", "values": make([]float64, 300), "labels": map[string]string{"cause": fmt.Sprint(i)},
		})
	}
	body, err := json.Marshal(map[string]any{"from": 0, "to": 1, "step": 60000, "metric": "count", "completeUntil": 1, "basis": "logs",
		"countedFrom": []string{}, "omittedSeries": 0, "columns": columns})
	require.NoError(b, err)
	server := serve(b, http.HandlerFunc(func(res http.ResponseWriter, _ *http.Request) {
		res.Header().Set("Content-Type", "application/json")
		_, _ = res.Write(body)
	}))
	d := open(b, settingsFor(server.URL))
	for b.Loop() {
		res, err := d.QueryData(context.Background(), &backend.QueryDataRequest{Queries: []backend.DataQuery{queryOf(`{"version":1,"queryType":"series"}`)}})
		require.NoError(b, err)
		_, err = res.Responses["A"].Frames.MarshalArrow()
		require.NoError(b, err)
	}
}
