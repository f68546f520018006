package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

const pluginID = "why403-apigateway-datasource"

// settings of a data source as a provisioning file or the config page gives them.
type settings struct {
	UID            string            `json:"uid"`
	Name           string            `json:"name"`
	URL            string            `json:"url"`
	JSONData       json.RawMessage   `json:"jsonData"`
	SecureJSONData map[string]string `json:"secureJsonData"`
}

// dataSource is the one data source of this host; saving it makes the backend take new settings, as in Grafana.
type dataSource struct {
	mutex     sync.Mutex
	settings  settings
	updatedMs int64
}

func newDataSource(given settings) *dataSource {
	if given.UID == "" {
		given.UID = "why403"
	}
	if given.Name == "" {
		given.Name = "Why403"
	}
	return &dataSource{settings: given, updatedMs: time.Now().UnixMilli()}
}

func (d *dataSource) context() *pluginv2.PluginContext {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	jsonData := d.settings.JSONData
	if len(jsonData) == 0 {
		jsonData = json.RawMessage("{}")
	}
	return &pluginv2.PluginContext{
		OrgId:    1,
		PluginId: pluginID,
		User:     &pluginv2.User{Login: "viewer", Name: "Viewer", Email: "viewer@example.com", Role: "Viewer"},
		DataSourceInstanceSettings: &pluginv2.DataSourceInstanceSettings{
			Id:                      1,
			Uid:                     d.settings.UID,
			Name:                    d.settings.Name,
			Url:                     d.settings.URL,
			JsonData:                jsonData,
			DecryptedSecureJsonData: maps.Clone(d.settings.SecureJSONData),
			LastUpdatedMS:           d.updatedMs,
		},
	}
}

// save answers PUT /api/datasources/uid/{uid}. Secrets that do not come stay as they are.
func (d *dataSource) save(w http.ResponseWriter, r *http.Request) {
	var given settings
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	secrets := maps.Clone(d.settings.SecureJSONData)
	if secrets == nil {
		secrets = map[string]string{}
	}
	maps.Copy(secrets, given.SecureJSONData)
	d.settings.URL, d.settings.JSONData, d.settings.SecureJSONData = given.URL, given.JSONData, secrets
	// Two saves within a millisecond are two.
	d.updatedMs = max(time.Now().UnixMilli(), d.updatedMs+1)
	writeJSON(w, http.StatusOK, map[string]string{"message": "Datasource updated"})
}
