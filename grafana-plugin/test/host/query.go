package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// What Grafana takes where a query does not say it.
const (
	defaultMaxDataPoints = 100
	defaultIntervalMs    = 1000
)

// fromAlertHeader of a request to this host marks its queries as those of an alert rule.
const fromAlertHeader = "X-From-Alert"

// queryRequest is the body of POST /api/ds/query; times are ms since the epoch as text, or relative like now-6h.
type queryRequest struct {
	From    string            `json:"from"`
	To      string            `json:"to"`
	Queries []json.RawMessage `json:"queries"`
}

type queryHead struct {
	RefID         string `json:"refId"`
	QueryType     string `json:"queryType"`
	MaxDataPoints int64  `json:"maxDataPoints"`
	IntervalMs    int64  `json:"intervalMs"`
	Hide          bool   `json:"hide"`
}

func (h *host) query(w http.ResponseWriter, r *http.Request) {
	var asked queryRequest
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "bad request data: "+err.Error())
		return
	}
	request, err := toProto(asked)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	request.PluginContext = h.dataSource.context()
	if r.Header.Get(fromAlertHeader) == "true" {
		request.Headers[backend.FromAlertHeaderName] = "true"
	}
	answer, err := h.backend.data.QueryData(r.Context(), request)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	results, err := backend.FromProto().QueryDataResponse(answer)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	writeJSON(w, statusOf(results), results)
}

// statusOf is 400 as soon as one query failed; each result tells its own status.
func statusOf(results *backend.QueryDataResponse) int {
	for _, result := range results.Responses {
		if result.Error != nil {
			return http.StatusBadRequest
		}
	}
	return http.StatusOK
}

func toProto(asked queryRequest) (*pluginv2.QueryDataRequest, error) {
	span, err := toTimeRange(asked.From, asked.To)
	if err != nil {
		return nil, err
	}
	request := &pluginv2.QueryDataRequest{Headers: map[string]string{}}
	for _, text := range asked.Queries {
		head := queryHead{RefID: "A", MaxDataPoints: defaultMaxDataPoints, IntervalMs: defaultIntervalMs}
		if err := json.Unmarshal(text, &head); err != nil {
			return nil, fmt.Errorf("query: %w", err)
		}
		if head.Hide {
			continue
		}
		request.Queries = append(request.Queries, &pluginv2.DataQuery{
			RefId:         head.RefID,
			QueryType:     head.QueryType,
			MaxDataPoints: head.MaxDataPoints,
			IntervalMS:    head.IntervalMs,
			TimeRange:     span,
			Json:          text,
		})
	}
	if len(request.Queries) == 0 {
		return nil, fmt.Errorf("no queries found")
	}
	return request, nil
}

func toTimeRange(from, to string) (*pluginv2.TimeRange, error) {
	now := time.Now()
	start, err := toMs(from, now)
	if err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	end, err := toMs(to, now)
	if err != nil {
		return nil, fmt.Errorf("to: %w", err)
	}
	return &pluginv2.TimeRange{FromEpochMS: start, ToEpochMS: end}, nil
}

// toMs reads 1767225600000, now, now-90m and now-7d.
func toMs(text string, now time.Time) (int64, error) {
	offset, relative := strings.CutPrefix(text, "now")
	if !relative {
		return strconv.ParseInt(text, 10, 64)
	}
	if offset == "" {
		return now.UnixMilli(), nil
	}
	days, inDays := strings.CutSuffix(offset, "d")
	if inDays {
		count, err := strconv.Atoi(days)
		return now.AddDate(0, 0, count).UnixMilli(), err
	}
	span, err := time.ParseDuration(offset)
	return now.Add(span).UnixMilli(), err
}
