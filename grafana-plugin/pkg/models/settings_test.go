package models

import (
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/stretchr/testify/require"
)

func stored(url, json, token string) backend.DataSourceInstanceSettings {
	return backend.DataSourceInstanceSettings{
		UID: "why403", Name: "Why403", URL: url, JSONData: []byte(json), DecryptedSecureJSONData: map[string]string{"token": token},
	}
}

func TestSettings(t *testing.T) {
	settings, err := LoadSettings(stored(" https://why403.example.com/base/ ",
		`{"publicUrl":"https://403.example.com/","xrayUid":"x","cloudWatchUid":"c","region":"eu-west-1"}`, " w403_read_a_b\n"))
	require.NoError(t, err)
	require.Equal(t, Settings{
		UID: "why403", Name: "Why403", URL: "https://why403.example.com/base", Token: "w403_read_a_b",
		PublicURL: "https://403.example.com", XRayUID: "x", CloudWatchUID: "c", Region: "eu-west-1",
	}, settings)
}

func TestWrongSettingsAreToldTogetherAndWithoutSecrets(t *testing.T) {
	for name, test := range map[string]struct {
		source backend.DataSourceInstanceSettings
		says   []string
	}{
		"no URL":                  {stored("", ``, ""), []string{"URL: expected the address of the Why403 service"}},
		"no scheme":               {stored("why403:4031", `{}`, ""), []string{"URL: expected an address that begins with http:// or https://"}},
		"password in the URL":     {stored("http://me:hunter2@why403", `{}`, ""), []string{"URL: expected no user and password"}},
		"query in the URL":        {stored("http://why403/?a=b", `{}`, ""), []string{"URL: expected an address without ? and #"}},
		"script as public URL":    {stored("http://why403", `{"publicUrl":"javascript:alert(1)"}`, ""), []string{"public URL: expected an address that begins with"}},
		"region":                  {stored("http://why403", `{"region":"Europe"}`, ""), []string{`region: expected an AWS region such as eu-west-1, came "Europe"`}},
		"token of two words":      {stored("http://why403", `{}`, "Bearer hunter2"), []string{"token: expected one word"}},
		"token with a line break": {stored("http://why403", `{}`, "hunter2\nx"), []string{"token: expected one word"}},
		"no object":               {stored("http://why403", `[]`, ""), []string{"the settings cannot be read"}},
		"number as uid":           {stored("http://why403", `{"xrayUid":5}`, ""), []string{"xrayUid: expected text, came number"}},
		"several at once":         {stored("", `{"region":"x","publicUrl":"x"}`, "a b"), []string{"URL:", "public URL:", "region:", "token:"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadSettings(test.source)
			for _, says := range test.says {
				require.ErrorContains(t, err, says)
			}
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestTokenAndBasicAuthenticationExcludeEachOther(t *testing.T) {
	source := stored("http://why403", `{}`, "w403_read_a_b")
	source.BasicAuthEnabled = true
	_, err := LoadSettings(source)
	require.ErrorContains(t, err, "switch one of them off")
}
