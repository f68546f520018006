package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// migrate writes a stored query as the current version does. The browser does the same with what it opens (testdata/queries
// holds both to it), but what alert rules store never passes there.
//
//	{"by": "cause, api_id", "cause": "waf_blocked", "api": "a1b2c3d4e5"} →
//	{"version": 1, "queryType": "series", "by": ["cause", "api_id"],
//	 "filters": [{"label": "cause", "operator": "=", "values": ["waf_blocked"]}, {"label": "api_id", …}]}
func migrate(stored json.RawMessage) (json.RawMessage, error) {
	var head struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(stored, &head); err != nil {
		return nil, errors.New(unmarshalFault(err))
	}
	switch {
	case head.Version == nil || *head.Version < 1:
		return migrateFrom0(stored)
	case *head.Version > QueryVersion:
		return nil, fmt.Errorf("version: expected at most %d, came %d: a newer Why403 plugin wrote this query, update this one", QueryVersion, *head.Version)
	}
	return stored, nil
}

// Version 0 had labels as comma text, and a cause and an API as fields of their own.
func migrateFrom0(stored json.RawMessage) (json.RawMessage, error) {
	var query map[string]json.RawMessage
	var old struct {
		By      json.RawMessage `json:"by"`
		Cause   string          `json:"cause"`
		API     string          `json:"api"`
		Filters []Filter        `json:"filters"`
	}
	if err := errors.Join(json.Unmarshal(stored, &query), json.Unmarshal(stored, &old)); err != nil {
		return nil, errors.New(unmarshalFault(err))
	}
	if query == nil {
		return nil, errors.New("expected a JSON object, came null")
	}
	filters := old.Filters
	for _, plain := range []struct{ label, value string }{{"cause", old.Cause}, {"api_id", old.API}} {
		if plain.value != "" {
			filters = append(filters, Filter{Label: plain.label, Operator: "=", Values: []string{plain.value}})
		}
	}
	delete(query, "cause")
	delete(query, "api")
	set := func(key string, value any) {
		// Strings and lists of strings always can be written.
		query[key], _ = json.Marshal(value)
	}
	set("version", QueryVersion)
	if filters != nil {
		set("filters", filters)
	}
	var text string
	if json.Unmarshal(old.By, &text) == nil {
		by := []string{}
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				by = append(by, part)
			}
		}
		set("by", by)
	}
	var queryType string
	if json.Unmarshal(query["queryType"], &queryType) != nil || queryType == "" {
		set("queryType", TypeSeries)
	}
	return json.Marshal(query)
}
