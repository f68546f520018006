package plugin

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/datasourcetest"
	"github.com/stretchr/testify/require"
)

// Grafana speaks gRPC to the plugin: what passes there is what panels and alert rules get.
func TestOverGRPC(t *testing.T) {
	service := serve(t, healthy(t, nil))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	plugin, err := datasourcetest.Manage(NewDatasource, datasourcetest.ManageOpts{Address: address})
	require.NoError(t, err)
	t.Cleanup(func() { _ = plugin.Shutdown() })
	settings := settingsFor(service.URL)
	in := backend.PluginContext{OrgID: 1, PluginID: ID, DataSourceInstanceSettings: &settings}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	health, err := plugin.Client.CheckHealth(ctx, &backend.CheckHealthRequest{PluginContext: in})
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusOk, health.Status, health.Message)

	good, wrong := queryOf(`{"version":1,"queryType":"series","by":["cause","api_id","stage"]}`), queryOf(`{"version":1,"queryType":"samples"}`)
	wrong.RefID = "B"
	res, err := plugin.Client.QueryData(ctx, &backend.QueryDataRequest{
		PluginContext: in, Headers: map[string]string{"FromAlert": "true"}, Queries: []backend.DataQuery{good, wrong},
	})
	require.NoError(t, err)
	require.NoError(t, res.Responses["A"].Error)
	require.Len(t, res.Responses["A"].Frames, 2)
	require.Equal(t, "waf_blocked · a1b2c3d4e5/prod", res.Responses["A"].Frames[0].Fields[1].Config.DisplayNameFromDS)
	require.EqualError(t, res.Responses["B"].Error, "alert rules cannot use the query type Samples: take Cause series (alert rules can use: Cause series, Spike score, New causes, Coverage)")
	require.Equal(t, backend.StatusBadRequest, res.Responses["B"].Status)
	require.Equal(t, backend.ErrorSourceDownstream, res.Responses["B"].ErrorSource)

	var refused *backend.CallResourceResponse
	require.NoError(t, plugin.Client.CallResource(ctx, &backend.CallResourceRequest{PluginContext: in, Method: "POST", Path: "labels", URL: "labels"},
		backend.CallResourceResponseSenderFunc(func(res *backend.CallResourceResponse) error {
			refused = res
			return nil
		})))
	require.Equal(t, 405, refused.Status)

	wrongURL := settingsFor("nonsense")
	in.DataSourceInstanceSettings = &wrongURL
	wrongURL.Updated = time.UnixMilli(2)
	health, err = plugin.Client.CheckHealth(ctx, &backend.CheckHealthRequest{PluginContext: in})
	require.NoError(t, err)
	require.Equal(t, backend.HealthStatusError, health.Status)
	require.Contains(t, health.Message, "URL: expected")
}
