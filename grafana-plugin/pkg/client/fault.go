package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/why403/why403/grafana-plugin/pkg/api"
)

// Fault is why there is no answer, told for people: which system failed, and what to do.
type Fault struct {
	Status  backend.Status
	Message string
	// RetryAfter is how long the service asks to wait; 0: it does not say.
	RetryAfter time.Duration
	// Lasting faults do not go away by asking again.
	Lasting bool
	cause   error
}

func (f *Fault) Error() string { return f.Message }
func (f *Fault) Unwrap() error { return f.cause }

// outcome is all that is known of a request that failed.
type outcome struct {
	address string

	// failure of the connection, or while reading the answer.
	failure error
	reading bool
	context context.Context

	// What was answered instead.
	status            int
	contentType       string
	location          string
	retryAfterSeconds int
	problem           *api.Problem
	malformed         error
}

// Misfit is an answer that can be read but not shown, such as columns of different length.
func Misfit(err error) *Fault { return explain(outcome{status: http.StatusOK, malformed: err}) }

// explain is the one place that decides what a failure means.
func explain(o outcome) *Fault {
	var fault *Fault
	switch {
	case o.failure != nil:
		fault = explainFailure(o)
	case o.problem != nil:
		fault = explainProblem(o)
	default:
		fault = explainForeign(o)
	}
	fault.cause = errors.Join(o.failure, o.malformed)
	fault.RetryAfter = time.Duration(o.retryAfterSeconds) * time.Second
	return fault
}

// explainFailure: no answer came, or not all of it.
func explainFailure(o outcome) *Fault {
	where := hostOf(o.address)
	var (
		unknownHost *net.DNSError
		operation   *net.OpError
		timed       net.Error
		unverified  *tls.CertificateVerificationError
		invalid     x509.CertificateInvalidError
		otherName   x509.HostnameError
	)
	switch err := o.failure; {
	case tooLarge(err):
		return &Fault{Status: backend.StatusBadGateway, Lasting: true, Message: fmt.Sprintf(
			"The answer of Why403 is larger than this plugin takes (%d MiB, or the response limit of Grafana): ask for a shorter range, a larger step or a smaller limit.", maxAnswerBytes>>20)}
	case o.context != nil && errors.Is(o.context.Err(), context.Canceled):
		return &Fault{Status: statusClientClosed, Message: "Grafana ended the query before Why403 had answered."}
	case errors.As(err, &unknownHost) && !unknownHost.IsTimeout:
		return &Fault{Status: backend.StatusBadGateway, Message: fmt.Sprintf(
			"The host %s of the Why403 service is not known (DNS): check the URL of the data source, and that Grafana's machine can resolve it.", where)}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timed) && timed.Timeout():
		return &Fault{Status: backend.StatusTimeout, Message: fmt.Sprintf(
			"Why403 at %s did not answer in time: ask for a shorter range or fewer labels, raise the timeout of the data source, or see whether the service is overloaded (its /metrics).", where)}
	case errors.Is(err, http.ErrSchemeMismatch):
		return &Fault{Status: backend.StatusBadGateway, Lasting: true, Message: fmt.Sprintf(
			"%s does not speak TLS: the URL of the data source must begin with http:// there.", where)}
	case errors.As(err, &otherName):
		return tlsFault(where, "the certificate is for another name", "use the name that it is for in the URL, or set the server name in the TLS settings")
	case errors.As(err, &invalid):
		return tlsFault(where, "the certificate is not valid (expired, not yet valid, or not for servers)", "renew it")
	case errors.As(err, &unverified):
		return tlsFault(where, "the certificate is of an authority that Grafana does not know", "enter the CA certificate in the TLS settings of the data source")
	case errors.As(err, &operation) && operation.Op == "remote error":
		return tlsFault(where, "the server ended it ("+operation.Err.Error()+")", "if it asks for a client certificate, enter one in the TLS settings of the data source")
	case errors.As(err, &operation) && operation.Op == "dial":
		return &Fault{Status: backend.StatusBadGateway, Message: fmt.Sprintf(
			"Nothing takes connections at %s (%s): start the Why403 service, or correct the URL of the data source (inside a container, localhost is the container itself).", where, operation.Err)}
	case o.reading:
		return &Fault{Status: backend.StatusBadGateway, Message: fmt.Sprintf(
			"The connection to Why403 at %s broke in the middle of the answer: ask again, and see the log of the service and of proxies before it.", where)}
	}
	return &Fault{Status: backend.StatusBadGateway, Message: fmt.Sprintf(
		"The connection to Why403 at %s failed (%s): see whether the service runs and the URL of the data source is right.", where, reasonOf(o.failure))}
}

func tlsFault(where, what, remedy string) *Fault {
	return &Fault{Status: backend.StatusBadGateway, Lasting: true, Message: fmt.Sprintf("The TLS connection to Why403 at %s failed: %s. To mend it, %s.", where, what, remedy)}
}

// statusClientClosed is what proxies log for callers that left; nobody is there to see it.
const statusClientClosed backend.Status = 499

// explainProblem: the service itself says what is wrong.
func explainProblem(o outcome) *Fault {
	detail := sentence(o.problem.Detail)
	fault := &Fault{Status: backend.Status(o.status), Lasting: true}
	switch code := o.problem.Code; {
	case code == api.ProblemCodeRouteNotFound:
		fault.Message = "This Why403 service does not know what the plugin asks: it is older than the plugin. Update the service."
	case code == api.ProblemCodeParameterUnknown:
		fault.Message = "Why403 does not know a part of this query: " + detail + " Remove it, also where it is an ad hoc filter; if the query editor offers it, update the service."
	case o.status == http.StatusUnauthorized:
		fault.Message = "Why403 does not accept the token of this data source: " + detail + " Make one with `why403 token create --role read --id grafana`, and enter it in the settings of the data source."
	case code == api.ProblemCodeRoleInsufficient:
		fault.Message = "The token of this data source may not read: " + detail + " It needs one with the role read (`why403 token create --role read --id grafana`)."
	case o.status == http.StatusForbidden:
		fault.Message = "Why403 refuses this Grafana: " + detail + " Configure tokens in Why403 and enter one with the role read in the settings of the data source."
	case o.status == http.StatusTooManyRequests:
		fault.Lasting = false
		fault.Message = "Why403 limits how often this token may ask: " + detail + waitFor(o) + " Refresh dashboards less often, or raise limits.requestsPerMinute of the service."
	case code == api.ProblemCodeInternalError:
		fault.Status = backend.StatusBadGateway
		fault.Lasting = false
		fault.Message = "Why403 failed on this query, a defect of the service: " + detail + " The log of the service has the details."
	case o.status >= http.StatusInternalServerError:
		fault.Status = backend.StatusBadGateway
		fault.Lasting = false
		fault.Message = "Why403 cannot answer now: " + detail + waitFor(o) + " If it stays so, see the log of the service."
	case o.status == http.StatusNotFound:
		fault.Message = "Why403 found nothing: " + detail
	default:
		fault.Message = "Why403 refused the query: " + detail
	}
	return fault
}

// explainForeign: something answered, but not as Why403 does.
func explainForeign(o outcome) *Fault {
	where := hostOf(o.address)
	fault := &Fault{Status: backend.StatusBadGateway, Lasting: true}
	switch {
	case o.malformed != nil:
		fault.Message = fmt.Sprintf("The answer of Why403 cannot be read (%s): service and plugin do not fit together. Update the older one of the two.", clip(o.malformed.Error(), 200))
	case o.status == http.StatusServiceUnavailable && isJSONType(o.contentType):
		// /readyz
		fault.Lasting = false
		fault.Message = "Why403 is not ready yet, for example while its event store starts." + waitFor(o)
	case o.status >= http.StatusMultipleChoices && o.status < http.StatusBadRequest:
		fault.Message = fmt.Sprintf("%s redirects to %s, and the token is not sent after it: enter the final address as URL of the data source.", where, hostOf(o.location))
	case o.status == http.StatusUnauthorized || o.status == http.StatusForbidden:
		fault.Status = backend.Status(o.status)
		fault.Message = fmt.Sprintf("Something in front of Why403 at %s (a proxy or login page) refused the request with %d: let Grafana through there.", where, o.status)
	case o.status == http.StatusTooManyRequests:
		fault.Status = backend.StatusTooManyRequests
		fault.Lasting = false
		fault.Message = fmt.Sprintf("Something in front of Why403 at %s limits how often it may be asked.%s", where, waitFor(o))
	case o.status == http.StatusNotFound || o.status == http.StatusMethodNotAllowed:
		fault.Message = fmt.Sprintf("What answers at %s is not Why403, or is another version of it (%d%s): check the URL of the data source, or update the service.", where, o.status, ofType(o))
	case o.status >= http.StatusInternalServerError:
		fault.Lasting = false
		fault.Message = fmt.Sprintf("Something in front of Why403 at %s answered %d%s: the proxy does not reach the service. Start it, or see the log of the proxy.%s", where, o.status, ofType(o), waitFor(o))
	default:
		fault.Message = fmt.Sprintf("What answers at %s is not Why403: expected JSON, came status %d%s. Check the URL of the data source, and whether a proxy shows its own page there.", where, o.status, ofType(o))
	}
	return fault
}

func ofType(o outcome) string {
	switch {
	case o.contentType == "":
		return ""
	case strings.HasSuffix(o.contentType, "html"):
		return " with a web page"
	}
	return " with " + clip(o.contentType, 60)
}

func waitFor(o outcome) string {
	if o.retryAfterSeconds == 0 {
		return ""
	}
	return fmt.Sprintf(" It asks to wait %d s.", o.retryAfterSeconds)
}

func isJSONType(contentType string) bool {
	return contentType == "application/json"
}

// hostOf leaves out whatever could hold a secret.
func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return "another address"
	}
	return parsed.Scheme + "://" + parsed.Host
}

// reasonOf is the inner cause: outer ones repeat the address with all its parameters.
func reasonOf(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return clip(err.Error(), 200)
}

func sentence(detail string) string {
	text := strings.TrimSpace(clip(detail, 600))
	if text == "" {
		return "it does not say why."
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
