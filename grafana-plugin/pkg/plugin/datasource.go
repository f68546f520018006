// Package plugin is what Grafana calls, one file for each verb.
package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"

	"github.com/why403/why403/grafana-plugin/pkg/client"
	"github.com/why403/why403/grafana-plugin/pkg/models"
)

// ID of the plugin.
const ID = "why403-apigateway-datasource"

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ backend.StreamHandler         = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// Datasource is one configured data source. Grafana makes a new one when its settings change.
type Datasource struct {
	backend.CallResourceHandler
	settings models.Settings
	client   *client.Client
	pace     pace
	// fault is what is wrong with the settings: told by each verb, since an error of NewDatasource would be shown to nobody.
	fault error
}

// NewDatasource reads settings; it asks the service for nothing.
func NewDatasource(ctx context.Context, source backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	d := &Datasource{pace: usualPace}
	d.CallResourceHandler = httpadapter.New(d.resources())
	d.settings, d.fault = models.LoadSettings(source)
	if d.fault != nil {
		return d, nil
	}
	options, err := source.HTTPClientOptions(ctx)
	if err == nil {
		d.client, err = client.New(options, d.settings.URL, d.settings.Token)
	}
	d.fault = err
	return d, nil
}

// Dispose gives back what the old settings held.
func (d *Datasource) Dispose() {
	if d.client != nil {
		d.client.Close()
	}
}
