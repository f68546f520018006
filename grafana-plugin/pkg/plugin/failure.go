package plugin

import (
	"errors"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/why403/why403/grafana-plugin/pkg/client"
)

// refuse answers a query that its author has to mend.
func refuse(err error) backend.DataResponse {
	return backend.ErrDataResponseWithSource(backend.StatusBadRequest, backend.ErrorSourceDownstream, err.Error())
}

// failed answers with the fault of the service or of the way to it; anything else is a defect of ours.
func failed(err error) backend.DataResponse {
	if fault, ok := errors.AsType[*client.Fault](err); ok {
		return backend.ErrDataResponseWithSource(fault.Status, backend.ErrorSourceDownstream, fault.Message)
	}
	return backend.ErrDataResponseWithSource(backend.StatusInternal, backend.ErrorSourcePlugin, "The Why403 plugin failed, a defect of its own: "+err.Error())
}

// unconfigured says what is wrong with the settings.
func unconfigured(fault error) string {
	return "The settings of this Why403 data source are not right: " + fault.Error()
}
