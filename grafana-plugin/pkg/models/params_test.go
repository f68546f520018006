package models

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// 2026-03-01T12:00:00Z and an hour later.
var window = Window{From: time.UnixMilli(1_772_366_400_000), To: time.UnixMilli(1_772_370_000_000), MaxDataPoints: 1234}

func TestParamsOfEachQueryType(t *testing.T) {
	alert := window
	alert.Alert = true
	coarse := window
	coarse.Interval = 5 * time.Minute
	const span = "from=1772366400000"
	const end = "to=1772370000000"
	for name, test := range map[string]struct {
		stored string
		window Window
		want   string
	}{
		"a panel gets as many points as it is wide, bounded": {
			`{"version":1,"queryType":"series","metric":"rate","by":["cause","stage"],"limit":5}`, window,
			"by=cause%2Cstage&" + span + "&limit=5&metric=rate&points=1000&step=auto&" + end,
		},
		"nor more than its least interval lets": {
			`{"version":1,"queryType":"series"}`, coarse,
			span + "&points=12&step=auto&" + end,
		},
		"an alert rule gets minutes": {
			`{"version":1,"queryType":"series","by":["cause"]}`, alert,
			"by=cause&" + span + "&step=60s&" + end,
		},
		"a step that was chosen stays, in alert rules as well": {
			`{"version":1,"queryType":"spikes","step":"5m","measures":["score","count"],"leastShare":0.2}`, alert,
			span + "&least_share=0.2&measure=score&measure=count&step=5m&" + end,
		},
		"auto is no chosen step": {
			`{"version":1,"queryType":"spikes","step":"auto"}`, alert,
			span + "&step=60s&" + end,
		},
		"new causes": {
			`{"version":1,"queryType":"newCauses","least":3}`, window,
			span + "&least=3&" + end,
		},
		"coverage of a panel is of now": {
			`{"version":1,"queryType":"coverage","table":"advice"}`, window,
			span + "&table=advice&" + end,
		},
		"coverage of an alert rule is of the moment it is evaluated for": {
			`{"version":1,"queryType":"coverage","table":"feeds","field":"lag"}`, alert,
			"at=1772370000000&field=lag&" + span + "&table=feeds&" + end,
		},
		"top": {
			`{"version":1,"queryType":"top","topBy":"culprit","limit":3}`, window,
			"by=culprit&" + span + "&limit=3&" + end,
		},
		"samples": {
			`{"version":1,"queryType":"samples","order":"oldest"}`, window,
			span + "&order=oldest&" + end,
		},
		"annotations": {
			`{"version":1,"queryType":"annotations","kinds":["spike"],"leastShare":0}`, window,
			span + "&kind=spike&least_share=0&" + end,
		},
		"filters for and out; those that say nothing are left out": {
			`{"version":1,"queryType":"samples","filters":[
				{"label":"cause","operator":"=|","values":["waf_blocked","iam_denied"]},
				{"label":"path","operator":"!=","values":["/a?b=c&limit=1"]},
				{"label":"stage","operator":"=","values":["$__all"]},
				{"label":"region","operator":"=","values":[]},
				{"label":"","operator":"=","values":["x"]}]}`, window,
			"cause=waf_blocked&cause=iam_denied&" + span + "&not.path=%2Fa%3Fb%3Dc%26limit%3D1&" + end,
		},
		"two filters on one label are their common values": {
			`{"version":1,"queryType":"samples","filters":[
				{"label":"cause","operator":"=|","values":["waf_blocked","iam_denied"]},
				{"label":"cause","operator":"=","values":["iam_denied"]}]}`, window,
			"cause=iam_denied&" + span + "&" + end,
		},
	} {
		t.Run(name, func(t *testing.T) {
			query, err := ParseQuery(json.RawMessage(test.stored))
			require.NoError(t, err)
			params, err := query.Params(test.window)
			require.NoError(t, err)
			require.Equal(t, test.want, params.Encode())
		})
	}
}

func TestFiltersWithoutCommonValueAreNoFault(t *testing.T) {
	query, err := ParseQuery(json.RawMessage(`{"version":1,"queryType":"samples","filters":[
		{"label":"cause","operator":"=","values":["waf_blocked"]},
		{"label":"cause","operator":"=","values":["iam_denied"]}]}`))
	require.NoError(t, err)
	_, err = query.Params(window)
	contradiction, ok := errors.AsType[*ContradictionError](err)
	require.True(t, ok)
	require.Equal(t, "Nothing can fit: the filters on cause have no value in common.", contradiction.Error())
}
