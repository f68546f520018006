package models

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The generated types name every word of the service as a constant; the lists here must have the same.
func TestWordsAreThoseOfTheService(t *testing.T) {
	generated := constantsByType(t, "../api/types.gen.go")
	for name, words := range map[string][]string{
		"ReadSeriesParamsMetric":       metrics,
		"ReadSpikeSeriesParamsMeasure": measures,
		"ReadCoverageParamsTable":      tables,
		"ReadCoverageParamsField":      numbers,
		"ReadSamplesParamsOrder":       orders,
		"ReadAnnotationsParamsKind":    kinds,
		"LabelValuesLabel":             labels,
		"ReadTopParamsBy":              fields,
		"LabelsLabelsName":             fields,
	} {
		require.ElementsMatch(t, generated[name], words, name)
	}
}

func constantsByType(t *testing.T, path string) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	found := map[string][]string{}
	for _, declared := range file.Decls {
		group, ok := declared.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			constant := spec.(*ast.ValueSpec)
			name, typed := constant.Type.(*ast.Ident)
			value, literal := constant.Values[0].(*ast.BasicLit)
			if !typed || !literal {
				continue
			}
			word, err := strconv.Unquote(value.Value)
			require.NoError(t, err)
			found[name.Name] = append(found[name.Name], word)
		}
	}
	return found
}
