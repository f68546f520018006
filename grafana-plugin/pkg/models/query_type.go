package models

import "strings"

// Query types, as stored queries name them.
const (
	TypeSeries      = "series"
	TypeSpikes      = "spikes"
	TypeNewCauses   = "newCauses"
	TypeCoverage    = "coverage"
	TypeTop         = "top"
	TypeSamples     = "samples"
	TypeEvent       = "event"
	TypeAnnotations = "annotations"
)

// QueryType says what people see and what alert rules may ask.
type QueryType struct {
	Type string
	// Name is shown in the query editor.
	Name string
	// InsteadInAlerts is the name of the type that an alert rule takes; empty: this one.
	InsteadInAlerts string
}

// To add one: a line here, its parameters in params.go, its verb in plugin/query_data.go, and the browser's list.
var queryTypes = []QueryType{
	{Type: TypeSeries, Name: "Cause series"},
	{Type: TypeSpikes, Name: "Spike score"},
	{Type: TypeNewCauses, Name: "New causes"},
	{Type: TypeCoverage, Name: "Coverage"},
	{Type: TypeTop, Name: "Top", InsteadInAlerts: "Cause series"},
	{Type: TypeSamples, Name: "Samples", InsteadInAlerts: "Cause series"},
	{Type: TypeEvent, Name: "Event", InsteadInAlerts: "Cause series"},
	{Type: TypeAnnotations, Name: "Annotations", InsteadInAlerts: "Spike score"},
}

func typeOf(name string) (QueryType, error) {
	words := make([]string, len(queryTypes))
	for i, known := range queryTypes {
		if known.Type == name {
			return known, nil
		}
		words[i] = known.Type
	}
	return QueryType{}, checkWord("queryType", name, words)
}

func alertableNames() string {
	var names []string
	for _, known := range queryTypes {
		if known.InsteadInAlerts == "" {
			names = append(names, known.Name)
		}
	}
	return strings.Join(names, ", ")
}
