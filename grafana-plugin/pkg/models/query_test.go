package models

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const queries = "../../testdata/queries"

func readFixtures[T any](t *testing.T, pattern string) map[string]T {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(queries, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	fixtures := map[string]T{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var fixture T
		require.NoError(t, json.Unmarshal(text, &fixture), file)
		fixtures[filepath.Base(file)] = fixture
	}
	return fixtures
}

func TestMigrationWritesWhatTheBrowserWrites(t *testing.T) {
	type fixture struct {
		Name     string          `json:"name"`
		Stored   json.RawMessage `json:"stored"`
		Migrated json.RawMessage `json:"migrated"`
	}
	for file, fixture := range readFixtures[fixture](t, "v*.json") {
		t.Run(file, func(t *testing.T) {
			migrated, err := migrate(fixture.Stored)
			require.NoError(t, err)
			require.JSONEq(t, string(fixture.Migrated), string(migrated), fixture.Name)
			again, err := migrate(migrated)
			require.NoError(t, err)
			require.JSONEq(t, string(migrated), string(again), "a migrated query stays as it is")
			_, err = ParseQuery(fixture.Stored)
			require.NoError(t, err)
		})
	}
}

func TestRefusedQueriesNameFieldAndAllowedValues(t *testing.T) {
	type fixture struct {
		Name   string          `json:"name"`
		Stored json.RawMessage `json:"stored"`
		Alert  bool            `json:"alert"`
		Says   string          `json:"says"`
	}
	for file, fixture := range readFixtures[fixture](t, "refused_*.json") {
		t.Run(file, func(t *testing.T) {
			query, err := ParseQuery(fixture.Stored)
			if fixture.Alert {
				require.NoError(t, err, "panels may ask it")
				err = query.CheckAlert()
			}
			require.ErrorContains(t, err, fixture.Says)
		})
	}
}

func TestEveryTypeThatAlertRulesMayUsePassesCheckAlert(t *testing.T) {
	for _, stored := range []string{
		`{"version":1,"queryType":"series","by":["cause"]}`,
		`{"version":1,"queryType":"spikes"}`,
		`{"version":1,"queryType":"newCauses"}`,
		`{"version":1,"queryType":"coverage","table":"feeds","field":"lag"}`,
		`{"version":1,"queryType":"coverage","field":"unknown_ratio"}`,
		`{"by":"cause","cause":"waf_blocked"}`,
	} {
		query, err := ParseQuery(json.RawMessage(stored))
		require.NoError(t, err, stored)
		require.NoError(t, query.CheckAlert(), stored)
	}
}

func TestWhatIsNoQueryIsRefusedWithASentence(t *testing.T) {
	for _, stored := range []string{``, `null`, `[]`, `"x"`, `{`, `{"version":"1"}`, `{"filters":{}}`, `{"version":1,"queryType":"series","by":"cause"}`} {
		_, err := ParseQuery(json.RawMessage(stored))
		require.Error(t, err, stored)
		require.Contains(t, err.Error(), "expected", stored)
	}
}

func TestHostileWordsAreShortenedAndEscapedInErrors(t *testing.T) {
	hostile := strings.Repeat("\x1b[31m<script>", 100)
	text, err := json.Marshal(map[string]any{"version": 1, "queryType": hostile})
	require.NoError(t, err)
	_, err = ParseQuery(text)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "\x1b")
	require.Less(t, len(err.Error()), 500)
}
