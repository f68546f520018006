package frames

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/why403/why403/grafana-plugin/pkg/models"
)

// origin is where more is known of a request.
type origin struct {
	time              time.Time
	traceID, logGroup *string
	account, region   string
}

// What may stand in a link: log lines are written by callers.
var (
	tracePattern    = regexp.MustCompile(`\b1-[0-9a-f]{8}-[0-9a-f]{24}\b`)
	logGroupPattern = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)
	accountPattern  = regexp.MustCompile(`^\d{12}$`)
)

// logWindow around a request: execution lines come while it lasts, at most half a minute.
const logWindow = time.Minute

// eventLinks open an event by the id that the field holds.
func eventLinks(settings models.Settings) []data.DataLink {
	links := []data.DataLink{{
		Title: "Verdict, evidence and fix",
		Internal: &data.InternalDataLink{
			DatasourceUID:  settings.UID,
			DatasourceName: settings.Name,
			Query: map[string]any{
				"refId": "A", "version": models.QueryVersion, "queryType": models.TypeEvent, "eventId": "${__value.raw}",
			},
		},
	}}
	if settings.PublicURL != "" {
		links = append(links, data.DataLink{
			Title: "Open in Why403", TargetBlank: true, URL: settings.PublicURL + "/api/v1/events/${__value.raw}",
		})
	}
	return links
}

// originFields are one row for each origin: trace and log group with links, then what the links need, hidden. Grafana shows no link
// where the value is null.
func originFields(origins []origin, settings models.Settings) []*data.Field {
	rows := len(origins)
	traces, groups := make([]*string, rows), make([]*string, rows)
	traceTargets, groupTargets := make([]*string, rows), make([]*string, rows)
	regions, queries := make([]*string, rows), make([]*string, rows)
	for i, from := range origins {
		region := from.region
		if !models.RegionPattern.MatchString(region) {
			region = settings.Region
		}
		if id := traceOf(from); id != "" && (region != "" || settings.XRayUID != "") {
			traces[i] = &id
			if settings.XRayUID == "" {
				traceTargets[i] = new(traceConsole(region, id))
			}
		}
		if group := logGroupOf(from); group != "" && (region != "" || settings.CloudWatchUID != "") {
			groups[i] = &group
			if settings.CloudWatchUID == "" {
				groupTargets[i] = new(logGroupConsole(region, group, from.time))
			} else {
				groupTargets[i] = new(logGroupARN(region, from.account, group))
			}
			queries[i] = new(logsQuery(from.time))
		}
		if region == "" {
			// Both data sources know it as their own region.
			region = "default"
		}
		regions[i] = &region
	}
	return []*data.Field{
		linked("traceId", traces, traceLink(settings)),
		linked("logGroup", groups, logGroupLink(settings)),
		hidden("linkRegion", regions),
		hidden("traceTarget", traceTargets),
		hidden("logGroupTarget", groupTargets),
		hidden("logsQuery", queries),
	}
}

func traceLink(settings models.Settings) data.DataLink {
	if settings.XRayUID == "" {
		return data.DataLink{Title: "Trace in the X-Ray console", TargetBlank: true, URL: "${__data.fields.traceTarget}"}
	}
	return data.DataLink{Title: "Trace in X-Ray", Internal: &data.InternalDataLink{
		DatasourceUID: settings.XRayUID,
		Query: map[string]any{
			"refId": "A", "queryType": "getTrace", "query": "${__value.raw}", "region": "${__data.fields.linkRegion}",
		},
	}}
}

func logGroupLink(settings models.Settings) data.DataLink {
	if settings.CloudWatchUID == "" {
		return data.DataLink{Title: "Log lines of that minute in the CloudWatch console", TargetBlank: true, URL: "${__data.fields.logGroupTarget}"}
	}
	return data.DataLink{Title: "Log lines of that minute in CloudWatch Logs", Internal: &data.InternalDataLink{
		DatasourceUID: settings.CloudWatchUID,
		Query: map[string]any{
			"refId": "A", "id": "", "queryMode": "Logs", "logsMode": "Insights", "queryLanguage": "CWLI",
			"region":     "${__data.fields.linkRegion}",
			"expression": "${__data.fields.logsQuery}",
			// Which of the two is read depends on the version and its settings.
			"logGroups":     []map[string]any{{"arn": "${__data.fields.logGroupTarget}", "name": "${__value.raw}"}},
			"logGroupNames": []string{"${__value.raw}"},
			"statsGroups":   []string{},
		},
	}}
}

func linked(name string, values []*string, link data.DataLink) *data.Field {
	return data.NewField(name, nil, values).SetConfig(&data.FieldConfig{Links: []data.DataLink{link}})
}

func hidden(name string, values []*string) *data.Field {
	return data.NewField(name, nil, values).SetConfig(&data.FieldConfig{Custom: map[string]any{
		"hidden":   true,
		"hideFrom": map[string]any{"viz": true, "legend": true, "tooltip": true},
	}})
}

// Root=1-67891233-abcdef012345678912345678;Sampled=1 → 1-67891233-abcdef012345678912345678
func traceOf(from origin) string {
	if from.traceID == nil {
		return ""
	}
	return tracePattern.FindString(*from.traceID)
}

func logGroupOf(from origin) string {
	if from.logGroup == nil || !logGroupPattern.MatchString(*from.logGroup) {
		return ""
	}
	return *from.logGroup
}

func logsQuery(at time.Time) string {
	return fmt.Sprintf("fields @timestamp, @message, @logStream | filter toMillis(@timestamp) >= %d and toMillis(@timestamp) <= %d | sort @timestamp asc | limit 1000",
		at.Add(-logWindow).UnixMilli(), at.Add(logWindow).UnixMilli())
}

func logGroupARN(region, account, group string) string {
	if region == "" || !accountPattern.MatchString(account) {
		// CloudWatch takes names where it takes ARNs.
		return group
	}
	partition := "aws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%s:*", partition, region, account, group)
}

func console(region string) string {
	host := region + ".console.aws.amazon.com"
	switch {
	case strings.HasPrefix(region, "cn-"):
		host = region + ".console.amazonaws.cn"
	case strings.HasPrefix(region, "us-gov-"):
		host = region + ".console.amazonaws-us-gov.com"
	}
	return "https://" + host + "/cloudwatch/home?region=" + region
}

func traceConsole(region, id string) string { return console(region) + "#xray:traces/" + id }

// The console escapes twice and writes $ for %: /aws/apigw → $252Faws$252Fapigw. Grafana leaves $ as it is.
func logGroupConsole(region, group string, at time.Time) string {
	return fmt.Sprintf("%s#logsV2:log-groups/log-group/%s/log-events$3Fstart$3D%d$26end$3D%d", console(region),
		strings.ReplaceAll(url.QueryEscape(url.QueryEscape(group)), "%", "$"),
		at.Add(-logWindow).UnixMilli(), at.Add(logWindow).UnixMilli())
}
