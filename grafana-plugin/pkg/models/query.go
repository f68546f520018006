package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// QueryVersion is what the editors write; what is older passes migrate.
const QueryVersion = 1

// Query is one question as dashboards and alert rules store it, in the current version.
type Query struct {
	Version   int      `json:"version"`
	QueryType string   `json:"queryType"`
	Filters   []Filter `json:"filters,omitempty"`

	// Step is the width of a bucket, for series and spikes.
	Step string `json:"step,omitempty"`
	// Limit is the most series, rows or lines.
	Limit *int64 `json:"limit,omitempty"`

	Metric     string   `json:"metric,omitempty"`
	By         []string `json:"by,omitempty"`
	Measures   []string `json:"measures,omitempty"`
	LeastShare *float64 `json:"leastShare,omitempty"`
	Least      *int64   `json:"least,omitempty"`
	Table      string   `json:"table,omitempty"`
	Field      string   `json:"field,omitempty"`
	TopBy      string   `json:"topBy,omitempty"`
	Order      string   `json:"order,omitempty"`
	EventID    string   `json:"eventId,omitempty"`
	Kinds      []string `json:"kinds,omitempty"`
}

// ParseQuery reads a stored query of any version. Its errors are the user's to mend.
func ParseQuery(stored json.RawMessage) (Query, error) {
	migrated, err := migrate(stored)
	if err != nil {
		return Query{}, err
	}
	var query Query
	if err := json.Unmarshal(migrated, &query); err != nil {
		return Query{}, errors.New(unmarshalFault(err))
	}
	query.Filters = effective(query.Filters)
	return query, query.check()
}

func unmarshalFault(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%s: expected %s, came %s", wrong.Field, kindOf(wrong.Type), wrong.Value)
	}
	return fmt.Sprintf("expected a JSON object, came something else (%s)", err)
}

func kindOf(wanted reflect.Type) string {
	switch wanted.Kind() {
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list"
	case reflect.String:
		return "text"
	}
	return "an object"
}
