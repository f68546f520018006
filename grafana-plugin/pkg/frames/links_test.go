package frames

import (
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/stretchr/testify/require"

	"github.com/why403/why403/grafana-plugin/pkg/models"
)

func fieldsOf(settings models.Settings, origins ...origin) map[string]*data.Field {
	named := map[string]*data.Field{}
	for _, field := range originFields(origins, settings) {
		named[field.Name] = field
	}
	return named
}

func text(t *testing.T, field *data.Field) string {
	t.Helper()
	value, ok := field.ConcreteAt(0)
	if !ok {
		return "null"
	}
	return value.(string)
}

var at = time.UnixMilli(1_772_366_460_000)

func seen(trace, group, account, region string) origin {
	return origin{time: at, traceID: &trace, logGroup: &group, account: account, region: region}
}

const traceID = "1-67891233-abcdef012345678912345678"

func TestLinksOpenTheDataSourcesThatAreSet(t *testing.T) {
	settings := models.Settings{UID: "why403", XRayUID: "xray", CloudWatchUID: "cloudwatch"}
	fields := fieldsOf(settings, seen("Root="+traceID+";Sampled=1", "/aws/apigw/orders", "111122223333", "eu-west-1"))

	trace := fields["traceId"].Config.Links[0].Internal
	require.Equal(t, "xray", trace.DatasourceUID)
	require.Equal(t, "getTrace", trace.Query.(map[string]any)["queryType"])
	require.Equal(t, traceID, text(t, fields["traceId"]))

	logs := fields["logGroup"].Config.Links[0].Internal
	require.Equal(t, "cloudwatch", logs.DatasourceUID)
	require.Equal(t, "Logs", logs.Query.(map[string]any)["queryMode"])
	require.Equal(t, "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/apigw/orders:*", text(t, fields["logGroupTarget"]))
	require.Equal(t, "fields @timestamp, @message, @logStream | filter toMillis(@timestamp) >= 1772366400000 and toMillis(@timestamp) <= 1772366520000 | sort @timestamp asc | limit 1000",
		text(t, fields["logsQuery"]))
	require.Equal(t, "eu-west-1", text(t, fields["linkRegion"]))
}

func TestLinksOpenTheConsoleWithoutDataSources(t *testing.T) {
	for region, host := range map[string]string{
		"eu-west-1":     "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1",
		"cn-north-1":    "https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1",
		"us-gov-east-1": "https://us-gov-east-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-east-1",
	} {
		fields := fieldsOf(models.Settings{}, seen(traceID, "/aws/apigw/orders", "", region))
		require.Equal(t, host+"#xray:traces/"+traceID, text(t, fields["traceTarget"]))
		require.Equal(t, host+"#logsV2:log-groups/log-group/$252Faws$252Fapigw$252Forders/log-events$3Fstart$3D1772366400000$26end$3D1772366520000",
			text(t, fields["logGroupTarget"]))
	}
}

func TestNothingThatACallerWroteGetsIntoALink(t *testing.T) {
	for _, hostile := range []string{"", "javascript:alert(1)", "x' | fields @ptr", "${__value.raw}", "a\nb", "/a?b#c d", "../"} {
		for _, settings := range []models.Settings{{}, {XRayUID: "x", CloudWatchUID: "c"}, {Region: "eu-west-1"}} {
			fields := fieldsOf(settings, seen(hostile, hostile+"%", hostile, hostile+".evil.example.com/#"))
			for _, name := range []string{"traceId", "logGroup", "traceTarget", "logGroupTarget", "logsQuery"} {
				require.Equal(t, "null", text(t, fields[name]), "%s for %q", name, hostile)
			}
		}
	}
}

func TestAnUnknownRegionIsTheOneOfTheSettings(t *testing.T) {
	known := fieldsOf(models.Settings{Region: "eu-central-1"}, seen(traceID, "g", "unknown", "unknown"))
	require.Contains(t, text(t, known["traceTarget"]), "https://eu-central-1.console")
	unknown := fieldsOf(models.Settings{}, seen(traceID, "g", "unknown", "unknown"))
	require.Equal(t, "null", text(t, unknown["traceId"]), "no link that leads nowhere")
	inGrafana := fieldsOf(models.Settings{XRayUID: "x", CloudWatchUID: "c"}, seen(traceID, "g", "unknown", "unknown"))
	require.Equal(t, "default", text(t, inGrafana["linkRegion"]))
	require.Equal(t, "g", text(t, inGrafana["logGroupTarget"]), "without account the name stands for the ARN")
}
