package plugin

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/experimental"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each shape of answer, as panels and as alert rules ask for it.
var shapes = []struct {
	name   string
	answer string
	stored string
	alert  bool
}{
	{"series", "series", `{"version":1,"queryType":"series","by":["cause","api_id","stage"]}`, false},
	{"series_alert", "series", `{"version":1,"queryType":"series","by":["cause","api_id","stage"]}`, true},
	{"series_share_without_basis", "series_share_without_basis", `{"version":1,"queryType":"series","metric":"share"}`, false},
	{"series_share_by_metric", "series_share_by_metric", `{"version":1,"queryType":"series","metric":"share"}`, false},
	{"series_no_data", "series_no_data", `{"version":1,"queryType":"series"}`, true},
	{"series_empty", "series_empty", `{"version":1,"queryType":"series"}`, true},
	{"series_version_0", "series", `{"by":"cause","cause":"waf_blocked"}`, true},
	{"spikes", "spikes", `{"version":1,"queryType":"spikes"}`, true},
	{"spikes_expected_range", "spikes_expected_range", `{"version":1,"queryType":"spikes","measures":["count","expected","expected_upper"]}`, false},
	{"new_causes", "new_causes", `{"version":1,"queryType":"newCauses"}`, false},
	{"new_causes_alert", "new_causes", `{"version":1,"queryType":"newCauses"}`, true},
	{"new_causes_none", "new_causes_none", `{"version":1,"queryType":"newCauses"}`, false},
	{"new_causes_none_alert", "new_causes_none", `{"version":1,"queryType":"newCauses"}`, true},
	{"coverage", "coverage", `{"version":1,"queryType":"coverage"}`, false},
	{"coverage_alert", "coverage_lag_of_feeds", `{"version":1,"queryType":"coverage","table":"feeds","field":"lag"}`, true},
	{"top", "top", `{"version":1,"queryType":"top","topBy":"culprit"}`, false},
	{"samples", "samples", `{"version":1,"queryType":"samples"}`, false},
	{"samples_none", "samples_none", `{"version":1,"queryType":"samples"}`, false},
	{"event", "event", `{"version":1,"queryType":"event","eventId":"6f1c2d3e4f5a6b7c"}`, false},
	{"annotations", "annotations", `{"version":1,"queryType":"annotations"}`, false},
}

func TestFramesOfEachQueryType(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			res := ask(t, openAt(t, shape.answer), shape.stored, shape.alert)
			require.NoError(t, res.Error)
			experimental.CheckGoldenJSONResponse(t, "../../testdata/frames", shape.name, &res, *update)
		})
	}
}

func TestAlertRulesCanTellInstancesApart(t *testing.T) {
	for _, shape := range shapes {
		if !shape.alert {
			continue
		}
		t.Run(shape.name, func(t *testing.T) {
			res := ask(t, openAt(t, shape.answer), shape.stored, true)
			require.NoError(t, res.Error)
			noData := slices.Contains([]string{"series_no_data", "new_causes_none"}, shape.answer)
			require.Equal(t, noData, requireInstances(t, res.Frames) == 0)
		})
	}
}

// requireInstances counts the instances of an alert rule on these frames. Grafana's expressions read them with the same library: what
// it does not understand, no alert rule does.
func requireInstances(t *testing.T, frames data.Frames) int {
	t.Helper()
	var names, labels []string
	switch frames[0].Meta.Type {
	case data.FrameTypeTimeSeriesMulti:
		reader, err := timeseries.CollectionReaderFromFrames(frames)
		require.NoError(t, err)
		collection, err := reader.GetCollection(true)
		require.NoError(t, err)
		require.NoError(t, collection.Warning)
		require.Empty(t, collection.RemainderIndices, "nothing is left over")
		for _, ref := range collection.Refs {
			names, labels = append(names, ref.GetMetricName()), append(labels, ref.GetLabels().String())
		}
	case data.FrameTypeNumericLong:
		reader, err := numeric.CollectionReaderFromFrames(frames)
		require.NoError(t, err)
		collection, err := reader.GetCollection(false)
		require.NoError(t, err)
		require.NoError(t, collection.Warning)
		for _, ref := range collection.Refs {
			names, labels = append(names, ref.GetMetricName()), append(labels, ref.GetLabels().String())
		}
	default:
		require.Fail(t, "expected frames that alert rules understand", frames[0].Meta.Type)
	}
	require.LessOrEqual(t, len(slices.Compact(slices.Sorted(slices.Values(names)))), 1, "one metric name")
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(labels))), len(labels), "labels are unique")
	return len(labels)
}

func TestQueriesThatAreWrongAreTheUsersAndReachNoService(t *testing.T) {
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the service was asked")
	})).URL))
	for stored, says := range map[string]string{
		`{"version":1,"queryType":"serie"}`:             `queryType: expected series, spikes`,
		`nonsense`:                                      `expected a JSON object`,
		`{"version":1,"queryType":"top","topBy":"ip"}`:  `topBy: expected account`,
		`{"version":1,"queryType":"series","limit":-1}`: `limit: expected a whole number of at least 1, came -1`,
	} {
		res := ask(t, d, stored, false)
		require.ErrorContains(t, res.Error, says)
		require.Equal(t, backend.StatusBadRequest, res.Status)
		require.Equal(t, backend.ErrorSourceDownstream, res.ErrorSource)
	}
	res := ask(t, d, `{"version":1,"queryType":"samples"}`, true)
	require.ErrorContains(t, res.Error, "take Cause series")
	require.Equal(t, backend.StatusBadRequest, res.Status)
}

func TestFiltersThatContradictEachOtherAreNoDataWithANotice(t *testing.T) {
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the service was asked")
	})).URL))
	res := ask(t, d, `{"version":1,"queryType":"samples","filters":[
		{"label":"cause","operator":"=","values":["waf_blocked"]},{"label":"cause","operator":"=","values":["iam_denied"]}]}`, false)
	require.NoError(t, res.Error)
	require.Len(t, res.Frames, 1)
	require.Zero(t, res.Frames[0].Rows())
	require.Contains(t, res.Frames[0].Meta.Notices[0].Text, "the filters on cause have no value in common")
}

func TestTheTokenIsSentAndShownNowhere(t *testing.T) {
	var sent atomic.Value
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		sent.Store(req.Header.Get("Authorization"))
		answering(t, http.StatusOK, "application/json", answerFile(t, "series")).ServeHTTP(res, req)
	})).URL))
	res := ask(t, d, `{"version":1,"queryType":"series"}`, false)
	require.NoError(t, res.Error)
	require.Equal(t, "Bearer "+token, sent.Load())
	text, err := json.Marshal(res)
	require.NoError(t, err)
	require.NotContains(t, string(text), token)
}

func TestOneBadQueryDoesNotTakeTheOthersAlong(t *testing.T) {
	d := openAt(t, "series")
	good, bad := queryOf(`{"version":1,"queryType":"series"}`), queryOf(`{"version":1,"queryType":"x"}`)
	bad.RefID = "B"
	res, err := d.QueryData(context.Background(), &backend.QueryDataRequest{Queries: []backend.DataQuery{good, bad}})
	require.NoError(t, err)
	require.NoError(t, res.Responses["A"].Error)
	require.Error(t, res.Responses["B"].Error)
}

func TestQueriesRunSideBySideButNotWithoutBound(t *testing.T) {
	var running, most atomic.Int64
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		most.Store(max(most.Load(), running.Add(1)))
		arrived <- struct{}{}
		<-release
		running.Add(-1)
		answering(t, http.StatusOK, "application/json", answerFile(t, "series")).ServeHTTP(res, req)
	})).URL))
	req := &backend.QueryDataRequest{}
	for i := range 3 * atOnce {
		query := queryOf(`{"version":1,"queryType":"series"}`)
		query.RefID = fmt.Sprint(i)
		req.Queries = append(req.Queries, query)
	}
	done := make(chan *backend.QueryDataResponse)
	go func() {
		res, err := d.QueryData(context.Background(), req)
		if err != nil {
			t.Error(err)
		}
		done <- res
	}()
	for range atOnce {
		<-arrived
	}
	close(release)
	require.Len(t, (<-done).Responses, 3*atOnce)
	require.EqualValues(t, atOnce, most.Load())
}

func TestASlowServiceEndsWithTheQuery(t *testing.T) {
	asked, release := make(chan struct{}, 1), make(chan struct{})
	d := open(t, settingsFor(serve(t, http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		asked <- struct{}{}
		select {
		case <-req.Context().Done():
		case <-release:
		}
	})).URL))
	defer close(release)

	t.Run("Grafana gives up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			<-asked
			cancel()
		}()
		res, err := d.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{queryOf(`{"version":1,"queryType":"series"}`)}})
		require.NoError(t, err)
		require.ErrorContains(t, res.Responses["A"].Error, "Grafana ended the query")
		require.Equal(t, backend.ErrorSourceDownstream, res.Responses["A"].ErrorSource)
	})
	t.Run("the deadline passes", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		res, err := d.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{queryOf(`{"version":1,"queryType":"series"}`)}})
		require.NoError(t, err)
		require.ErrorContains(t, res.Responses["A"].Error, "did not answer in time")
		require.Equal(t, backend.StatusTimeout, res.Responses["A"].Status)
		require.Equal(t, backend.ErrorSourceDownstream, res.Responses["A"].ErrorSource)
	})
}

func TestAnswersThatDoNotFitAreToldAndNotShown(t *testing.T) {
	for name, columns := range map[string]string{
		"columns of different length": `[{"name":"time","type":"time","unit":"ms","values":[1,2]},{"name":"count","type":"number","unit":"requests","labels":{},"values":[1]}]`,
		"no time first":               `[{"name":"count","type":"number","unit":"requests","labels":{},"values":[1]},{"name":"count","type":"number","unit":"requests","labels":{},"values":[1]}]`,
		"text as a series":            `[{"name":"time","type":"time","unit":"ms","values":[1]},{"name":"x","type":"string","values":["a"]}]`,
		"a kind of a later version":   `[{"name":"x","type":"histogram","values":[]}, 1]`,
		"text as numbers":             `[{"name":"time","type":"time","unit":"ms","values":[1]},{"name":"x","type":"number","unit":"s","labels":{},"values":["a"]}]`,
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"from":0,"to":1,"step":60000,"metric":"count","completeUntil":null,"basis":"logs","countedFrom":[],"omittedSeries":0,"columns":` + columns + `}`
			d := open(t, settingsFor(serve(t, answering(t, http.StatusOK, "application/json", body)).URL))
			res := ask(t, d, `{"version":1,"queryType":"series"}`, false)
			require.ErrorContains(t, res.Error, "service and plugin do not fit together")
			require.Equal(t, backend.ErrorSourceDownstream, res.ErrorSource)
			require.Empty(t, res.Frames)
		})
	}
}
