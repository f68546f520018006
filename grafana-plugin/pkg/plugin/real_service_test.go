package plugin

import (
	"context"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"
)

// The same against a service that runs, with logs of the last hours in it: WHY403_TEST_URL and WHY403_TEST_TOKEN say where.
func TestTheRealService(t *testing.T) {
	address := os.Getenv("WHY403_TEST_URL")
	if address == "" {
		t.Skip("WHY403_TEST_URL is not set: no Why403 service to ask")
	}
	settings := settingsFor(address)
	settings.DecryptedSecureJSONData["token"] = os.Getenv("WHY403_TEST_TOKEN")
	d := open(t, settings)
	now := time.Now()
	query := func(stored string, alert bool) backend.DataResponse {
		asked := queryOf(stored)
		asked.TimeRange = backend.TimeRange{From: now.Add(-6 * time.Hour), To: now}
		req := &backend.QueryDataRequest{Queries: []backend.DataQuery{asked}}
		if alert {
			req.Headers = map[string]string{"FromAlert": "true"}
		}
		res, err := d.QueryData(context.Background(), req)
		require.NoError(t, err)
		require.NoError(t, res.Responses["A"].Error, stored)
		return res.Responses["A"]
	}

	t.Run("health", func(t *testing.T) {
		result, verbose := health(t, d)
		require.Equal(t, backend.HealthStatusOk, result.Status, result.Message+verbose)
	})
	t.Run("every query type", func(t *testing.T) {
		for _, shape := range shapes {
			if shape.name == "event" {
				continue
			}
			t.Run(shape.name, func(t *testing.T) {
				frames := query(shape.stored, shape.alert).Frames
				require.NotEmpty(t, frames)
				if shape.alert {
					requireInstances(t, frames)
				}
			})
		}
	})
	t.Run("series have values", func(t *testing.T) {
		frames := query(`{"version":1,"queryType":"series","by":["cause"]}`, true).Frames
		require.NotEmpty(t, frames[0].Fields)
		require.Equal(t, data.FrameTypeTimeSeriesMulti, frames[0].Meta.Type)
		require.NotEmpty(t, frames[0].Fields[1].Config.Color, "series of a cause have the colour of its group")
	})
	t.Run("a sample leads to its event", func(t *testing.T) {
		samples := query(`{"version":1,"queryType":"samples","limit":1}`, false).Frames[0]
		require.Equal(t, 1, samples.Rows())
		ids, _ := samples.FieldByName("id")
		id := ids.At(0).(string)
		event := query(`{"version":1,"queryType":"event","eventId":"`+id+`"}`, false).Frames[0]
		require.Positive(t, event.Rows())
	})
	t.Run("labels, values and causes", func(t *testing.T) {
		for _, path := range []string{"labels", "labels/api_id/values?from=now-6h", "causes"} {
			status, body := resource(t, d, http.MethodGet, path)
			require.Equal(t, http.StatusOK, status, body)
		}
	})
	t.Run("what is wrong is said", func(t *testing.T) {
		bad := ask(t, d, `{"version":1,"queryType":"series","step":"90s"}`, false)
		require.ErrorContains(t, bad.Error, "whole minutes")
		require.Equal(t, backend.StatusBadRequest, bad.Status)
		gone := ask(t, d, `{"version":1,"queryType":"event","eventId":"0000000000000000"}`, false)
		require.ErrorContains(t, gone.Error, "Why403 found nothing")
		require.Equal(t, backend.StatusNotFound, gone.Status)
	})
	t.Run("a stream is open until nobody listens", func(t *testing.T) {
		_, stop := listen(t, d, "cause=waf_blocked")
		require.ErrorIs(t, stop(), context.Canceled)
	})
}
