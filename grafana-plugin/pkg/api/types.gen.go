// Code generated from the service's OpenAPI document by `npm run generate:api-types`. DO NOT EDIT.

// Package api holds the types of the service's answers.
package api

import (
	"encoding/json"
)

// Defines values for Baseline.
const (
	BaselineDay       Baseline = "day"
	BaselineNone      Baseline = "none"
	BaselineTimeOfDay Baseline = "time_of_day"
)

// Defines values for Cause.
const (
	CauseAPIKeyInvalid           Cause = "api_key_invalid"
	CauseAPIKeyMissing           Cause = "api_key_missing"
	CauseAuthorizerDenied        Cause = "authorizer_denied"
	CauseBackendRefused          Cause = "backend_refused"
	CauseCacheInvalidationDenied Cause = "cache_invalidation_denied"
	CauseCorsPreflightRefused    Cause = "cors_preflight_refused"
	CauseDomainNotMapped         Cause = "domain_not_mapped"
	CauseEdgeRefused             Cause = "edge_refused"
	CauseExpiredToken            Cause = "expired_token"
	CauseIamDenied               Cause = "iam_denied"
	CauseInvalidSignature        Cause = "invalid_signature"
	CauseJwtScopeMissing         Cause = "jwt_scope_missing"
	CauseMtlsRefused             Cause = "mtls_refused"
	CauseResourcePolicyDenied    Cause = "resource_policy_denied"
	CauseResponseOverride        Cause = "response_override"
	CauseRouteNotFound           Cause = "route_not_found"
	CauseUnknown                 Cause = "unknown"
	CauseUnsignedRequest         Cause = "unsigned_request"
	CauseUsagePlanMismatch       Cause = "usage_plan_mismatch"
	CauseVpcEndpointDenied       Cause = "vpc_endpoint_denied"
	CauseWafBlocked              Cause = "waf_blocked"
)

// Defines values for CauseGroup.
const (
	CauseGroupAPIKey         CauseGroup = "api_key"
	CauseGroupAuthorizer     CauseGroup = "authorizer"
	CauseGroupBackend        CauseGroup = "backend"
	CauseGroupIam            CauseGroup = "iam"
	CauseGroupNetwork        CauseGroup = "network"
	CauseGroupResourcePolicy CauseGroup = "resource_policy"
	CauseGroupRouting        CauseGroup = "routing"
	CauseGroupSignature      CauseGroup = "signature"
	CauseGroupUnknown        CauseGroup = "unknown"
	CauseGroupUsagePlan      CauseGroup = "usage_plan"
	CauseGroupWaf            CauseGroup = "waf"
)

// Defines values for CauseInfoShownBy.
const (
	CauseInfoShownByAccess        CauseInfoShownBy = "access"
	CauseInfoShownByAccessConsole CauseInfoShownBy = "access_console"
	CauseInfoShownByExecution     CauseInfoShownBy = "execution"
	CauseInfoShownByResponse      CauseInfoShownBy = "response"
	CauseInfoShownByWaf           CauseInfoShownBy = "waf"
)

// Defines values for CoverageTable.
const (
	CoverageTableAdvice CoverageTable = "advice"
	CoverageTableFeeds  CoverageTable = "feeds"
	CoverageTableStages CoverageTable = "stages"
)

// Defines values for Detail.
const (
	AuthorizationHeader    Detail = "authorization_header"
	AuthorizerSuppliedNone Detail = "authorizer_supplied_none"
	AwsService             Detail = "aws_service"
	BadRequest             Detail = "bad_request"
	BearerToken            Detail = "bearer_token"
	Boundary               Detail = "boundary"
	CachedPolicy           Detail = "cached_policy"
	Captcha                Detail = "captcha"
	Challenge              Detail = "challenge"
	ClockSkew              Detail = "clock_skew"
	Cloudfront             Detail = "cloudfront"
	CrossAccount           Detail = "cross_account"
	CustomResponse         Detail = "custom_response"
	DefaultAction          Detail = "default_action"
	Disabled               Detail = "disabled"
	EndpointDisabled       Detail = "endpoint_disabled"
	EndpointPolicy         Detail = "endpoint_policy"
	Expired                Detail = "expired"
	ExplicitDeny           Detail = "explicit_deny"
	FailWith403            Detail = "fail_with_403"
	Function               Detail = "function"
	HTTPBackend            Detail = "http_backend"
	InsufficientScope      Detail = "insufficient_scope"
	KeyNotInPlan           Detail = "key_not_in_plan"
	Malformed              Detail = "malformed"
	ManageConnections      Detail = "manage_connections"
	ManagedRule            Detail = "managed_rule"
	Mismatch               Detail = "mismatch"
	NoCauseVariables       Detail = "no_cause_variables"
	NoKey                  Detail = "no_key"
	NoMapping              Detail = "no_mapping"
	NoOptionsMethod        Detail = "no_options_method"
	NoPolicy               Detail = "no_policy"
	NoRoute                Detail = "no_route"
	NoSignature            Detail = "no_signature"
	NotCovered             Detail = "not_covered"
	NotFound               Detail = "not_found"
	OnlyForbidden          Detail = "only_forbidden"
	OtherCertificate       Detail = "other_certificate"
	OtherService           Detail = "other_service"
	PrivateDNS             Detail = "private_dns"
	PrivateHost            Detail = "private_host"
	Propagating            Detail = "propagating"
	ProtectedOptions       Detail = "protected_options"
	Proxy                  Detail = "proxy"
	Quota                  Detail = "quota"
	RateLimit              Detail = "rate_limit"
	Rcp                    Detail = "rcp"
	Rule                   Detail = "rule"
	Scp                    Detail = "scp"
	SelfSigned             Detail = "self_signed"
	ServerError            Detail = "server_error"
	SessionExpired         Detail = "session_expired"
	SessionPolicy          Detail = "session_policy"
	SimpleResponse         Detail = "simple_response"
	Size                   Detail = "size"
	StageNotInPlan         Detail = "stage_not_in_plan"
	StageRepeated          Detail = "stage_repeated"
	Unauthorized           Detail = "unauthorized"
	UnknownCredentials     Detail = "unknown_credentials"
	UnknownKey             Detail = "unknown_key"
	UntrustedIssuer        Detail = "untrusted_issuer"
	WeakSignature          Detail = "weak_signature"
	WebsocketHandshake     Detail = "websocket_handshake"
	WrongScope             Detail = "wrong_scope"
	WrongStage             Detail = "wrong_stage"
)

// Defines values for LabelValuesLabel.
const (
	LabelValuesLabelAPIID   LabelValuesLabel = "api_id"
	LabelValuesLabelAccount LabelValuesLabel = "account"
	LabelValuesLabelCause   LabelValuesLabel = "cause"
	LabelValuesLabelGroup   LabelValuesLabel = "group"
	LabelValuesLabelMethod  LabelValuesLabel = "method"
	LabelValuesLabelRegion  LabelValuesLabel = "region"
	LabelValuesLabelRoute   LabelValuesLabel = "route"
	LabelValuesLabelStage   LabelValuesLabel = "stage"
)

// Defines values for LabelsLabelsKind.
const (
	LabelsLabelsKindDimension LabelsLabelsKind = "dimension"
	LabelsLabelsKindLabel     LabelsLabelsKind = "label"
)

// Defines values for LabelsLabelsName.
const (
	LabelsLabelsNameAPIID      LabelsLabelsName = "api_id"
	LabelsLabelsNameAPIKeyID   LabelsLabelsName = "api_key_id"
	LabelsLabelsNameAccount    LabelsLabelsName = "account"
	LabelsLabelsNameCause      LabelsLabelsName = "cause"
	LabelsLabelsNameConfidence LabelsLabelsName = "confidence"
	LabelsLabelsNameCulprit    LabelsLabelsName = "culprit"
	LabelsLabelsNameDetail     LabelsLabelsName = "detail"
	LabelsLabelsNameGroup      LabelsLabelsName = "group"
	LabelsLabelsNameMethod     LabelsLabelsName = "method"
	LabelsLabelsNamePath       LabelsLabelsName = "path"
	LabelsLabelsNamePrincipal  LabelsLabelsName = "principal"
	LabelsLabelsNameRegion     LabelsLabelsName = "region"
	LabelsLabelsNameRequestID  LabelsLabelsName = "request_id"
	LabelsLabelsNameRoute      LabelsLabelsName = "route"
	LabelsLabelsNameSourceIP   LabelsLabelsName = "source_ip"
	LabelsLabelsNameStage      LabelsLabelsName = "stage"
	LabelsLabelsNameUserAgent  LabelsLabelsName = "user_agent"
)

// Defines values for LogGroupStateKind.
const (
	LogGroupStateKindAccess    LogGroupStateKind = "access"
	LogGroupStateKindExecution LogGroupStateKind = "execution"
	LogGroupStateKindWaf       LogGroupStateKind = "waf"
)

// Defines values for LogGroupStateReading.
const (
	Thrifty LogGroupStateReading = "thrifty"
	Whole   LogGroupStateReading = "whole"
)

// Defines values for LogGroupStateState.
const (
	Absent           LogGroupStateState = "absent"
	Deleted          LogGroupStateState = "deleted"
	Denied           LogGroupStateState = "denied"
	Failing          LogGroupStateState = "failing"
	InfrequentAccess LogGroupStateState = "infrequent_access"
	Reading          LogGroupStateState = "reading"
	Throttled        LogGroupStateState = "throttled"
)

// Defines values for NumberColumnType.
const (
	Number NumberColumnType = "number"
)

// Defines values for NumberColumnUnit.
const (
	NumberColumnUnitRatio     NumberColumnUnit = "ratio"
	NumberColumnUnitRequests  NumberColumnUnit = "requests"
	NumberColumnUnitRequestsS NumberColumnUnit = "requests/s"
	NumberColumnUnitS         NumberColumnUnit = "s"
	NumberColumnUnitScore     NumberColumnUnit = "score"
)

// Defines values for ProblemCode.
const (
	ProblemCodeAccessLogFormatInvalid     ProblemCode = "access_log_format_invalid"
	ProblemCodeBackfillNotFound           ProblemCode = "backfill_not_found"
	ProblemCodeBackfillRunning            ProblemCode = "backfill_running"
	ProblemCodeBodyCorrupt                ProblemCode = "body_corrupt"
	ProblemCodeBodyInvalid                ProblemCode = "body_invalid"
	ProblemCodeBodyTooLarge               ProblemCode = "body_too_large"
	ProblemCodeCauseNotFound              ProblemCode = "cause_not_found"
	ProblemCodeContentEncodingUnsupported ProblemCode = "content_encoding_unsupported"
	ProblemCodeContentTypeUnsupported     ProblemCode = "content_type_unsupported"
	ProblemCodeCursorInvalid              ProblemCode = "cursor_invalid"
	ProblemCodeDeliveryTooLarge           ProblemCode = "delivery_too_large"
	ProblemCodeEventNotFound              ProblemCode = "event_not_found"
	ProblemCodeExplainBusy                ProblemCode = "explain_busy"
	ProblemCodeFeedLimitReached           ProblemCode = "feed_limit_reached"
	ProblemCodeHostRefused                ProblemCode = "host_refused"
	ProblemCodeIngestBusy                 ProblemCode = "ingest_busy"
	ProblemCodeInternalError              ProblemCode = "internal_error"
	ProblemCodeMethodNotAllowed           ProblemCode = "method_not_allowed"
	ProblemCodeNothingToRead              ProblemCode = "nothing_to_read"
	ProblemCodeOriginRefused              ProblemCode = "origin_refused"
	ProblemCodeParameterInvalid           ProblemCode = "parameter_invalid"
	ProblemCodeParameterUnknown           ProblemCode = "parameter_unknown"
	ProblemCodeQueryTooHeavy              ProblemCode = "query_too_heavy"
	ProblemCodeRangeInvalid               ProblemCode = "range_invalid"
	ProblemCodeRangeTooLong               ProblemCode = "range_too_long"
	ProblemCodeRateLimited                ProblemCode = "rate_limited"
	ProblemCodeRoleInsufficient           ProblemCode = "role_insufficient"
	ProblemCodeRouteNotFound              ProblemCode = "route_not_found"
	ProblemCodeSourcesStarting            ProblemCode = "sources_starting"
	ProblemCodeStoreFull                  ProblemCode = "store_full"
	ProblemCodeStoreUnavailable           ProblemCode = "store_unavailable"
	ProblemCodeStreamsBusy                ProblemCode = "streams_busy"
	ProblemCodeTokenBound                 ProblemCode = "token_bound"
	ProblemCodeTokenInvalid               ProblemCode = "token_invalid"
	ProblemCodeTokenMissing               ProblemCode = "token_missing"
	ProblemCodeTooManyPoints              ProblemCode = "too_many_points"
)

// Defines values for SampleLabelTypes.
const (
	SampleLabelTypesDimension SampleLabelTypes = "dimension"
	SampleLabelTypesField     SampleLabelTypes = "field"
	SampleLabelTypesLabel     SampleLabelTypes = "label"
)

// Defines values for SampleSeverity.
const (
	SampleSeverityError   SampleSeverity = "error"
	SampleSeverityInfo    SampleSeverity = "info"
	SampleSeverityUnknown SampleSeverity = "unknown"
	SampleSeverityWarning SampleSeverity = "warning"
)

// Defines values for SeriesBasis.
const (
	SeriesBasisLogs   SeriesBasis = "logs"
	SeriesBasisMetric SeriesBasis = "metric"
	SeriesBasisNone   SeriesBasis = "none"
)

// Defines values for SeriesCountedFrom.
const (
	SeriesCountedFromAccess    SeriesCountedFrom = "access"
	SeriesCountedFromExecution SeriesCountedFrom = "execution"
	SeriesCountedFromWaf       SeriesCountedFrom = "waf"
)

// Defines values for SeriesMetric.
const (
	SeriesMetricCount    SeriesMetric = "count"
	SeriesMetricPortion  SeriesMetric = "portion"
	SeriesMetricRate     SeriesMetric = "rate"
	SeriesMetricRequests SeriesMetric = "requests"
	SeriesMetricShare    SeriesMetric = "share"
)

// Defines values for SpikeSeriesMeasures.
const (
	SpikeSeriesMeasuresCount         SpikeSeriesMeasures = "count"
	SpikeSeriesMeasuresExpected      SpikeSeriesMeasures = "expected"
	SpikeSeriesMeasuresExpectedUpper SpikeSeriesMeasures = "expected_upper"
	SpikeSeriesMeasuresScore         SpikeSeriesMeasures = "score"
	SpikeSeriesMeasuresShare         SpikeSeriesMeasures = "share"
)

// Defines values for StringColumnType.
const (
	String StringColumnType = "string"
)

// Defines values for TimeColumnType.
const (
	Time TimeColumnType = "time"
)

// Defines values for TimeColumnUnit.
const (
	Ms TimeColumnUnit = "ms"
)

// Defines values for TopBasis.
const (
	TopBasisLogs   TopBasis = "logs"
	TopBasisMetric TopBasis = "metric"
	TopBasisNone   TopBasis = "none"
)

// Defines values for TopBy.
const (
	TopByAPIID      TopBy = "api_id"
	TopByAPIKeyID   TopBy = "api_key_id"
	TopByAccount    TopBy = "account"
	TopByCause      TopBy = "cause"
	TopByConfidence TopBy = "confidence"
	TopByCulprit    TopBy = "culprit"
	TopByDetail     TopBy = "detail"
	TopByGroup      TopBy = "group"
	TopByMethod     TopBy = "method"
	TopByPath       TopBy = "path"
	TopByPrincipal  TopBy = "principal"
	TopByRegion     TopBy = "region"
	TopByRequestID  TopBy = "request_id"
	TopByRoute      TopBy = "route"
	TopBySourceIP   TopBy = "source_ip"
	TopByStage      TopBy = "stage"
	TopByUserAgent  TopBy = "user_agent"
)

// Defines values for TopCountedFrom.
const (
	TopCountedFromAccess    TopCountedFrom = "access"
	TopCountedFromExecution TopCountedFrom = "execution"
	TopCountedFromWaf       TopCountedFrom = "waf"
)

// Defines values for ReadAnnotationsParamsKind.
const (
	ReadAnnotationsParamsKindChange   ReadAnnotationsParamsKind = "change"
	ReadAnnotationsParamsKindNewCause ReadAnnotationsParamsKind = "new_cause"
	ReadAnnotationsParamsKindSpike    ReadAnnotationsParamsKind = "spike"
)

// Defines values for ReadCoverageParamsTable.
const (
	ReadCoverageParamsTableAdvice ReadCoverageParamsTable = "advice"
	ReadCoverageParamsTableFeeds  ReadCoverageParamsTable = "feeds"
	ReadCoverageParamsTableStages ReadCoverageParamsTable = "stages"
)

// Defines values for ReadCoverageParamsField.
const (
	ReadCoverageParamsFieldCertainRatio ReadCoverageParamsField = "certain_ratio"
	ReadCoverageParamsFieldLag          ReadCoverageParamsField = "lag"
	ReadCoverageParamsFieldRefused      ReadCoverageParamsField = "refused"
	ReadCoverageParamsFieldRejected     ReadCoverageParamsField = "rejected"
	ReadCoverageParamsFieldRequests     ReadCoverageParamsField = "requests"
	ReadCoverageParamsFieldUnknownRatio ReadCoverageParamsField = "unknown_ratio"
)

// Defines values for ListLabelValuesParamsLabel.
const (
	ListLabelValuesParamsLabelAPIID   ListLabelValuesParamsLabel = "api_id"
	ListLabelValuesParamsLabelAccount ListLabelValuesParamsLabel = "account"
	ListLabelValuesParamsLabelCause   ListLabelValuesParamsLabel = "cause"
	ListLabelValuesParamsLabelGroup   ListLabelValuesParamsLabel = "group"
	ListLabelValuesParamsLabelMethod  ListLabelValuesParamsLabel = "method"
	ListLabelValuesParamsLabelRegion  ListLabelValuesParamsLabel = "region"
	ListLabelValuesParamsLabelRoute   ListLabelValuesParamsLabel = "route"
	ListLabelValuesParamsLabelStage   ListLabelValuesParamsLabel = "stage"
)

// Defines values for ReadSamplesParamsOrder.
const (
	Newest ReadSamplesParamsOrder = "newest"
	Oldest ReadSamplesParamsOrder = "oldest"
)

// Defines values for ReadSeriesParamsMetric.
const (
	ReadSeriesParamsMetricCount    ReadSeriesParamsMetric = "count"
	ReadSeriesParamsMetricPortion  ReadSeriesParamsMetric = "portion"
	ReadSeriesParamsMetricRate     ReadSeriesParamsMetric = "rate"
	ReadSeriesParamsMetricRequests ReadSeriesParamsMetric = "requests"
	ReadSeriesParamsMetricShare    ReadSeriesParamsMetric = "share"
)

// Defines values for ReadSpikeSeriesParamsMeasure.
const (
	ReadSpikeSeriesParamsMeasureCount         ReadSpikeSeriesParamsMeasure = "count"
	ReadSpikeSeriesParamsMeasureExpected      ReadSpikeSeriesParamsMeasure = "expected"
	ReadSpikeSeriesParamsMeasureExpectedUpper ReadSpikeSeriesParamsMeasure = "expected_upper"
	ReadSpikeSeriesParamsMeasureScore         ReadSpikeSeriesParamsMeasure = "score"
	ReadSpikeSeriesParamsMeasureShare         ReadSpikeSeriesParamsMeasure = "share"
)

// Defines values for ReadTopParamsBy.
const (
	ReadTopParamsByAPIID      ReadTopParamsBy = "api_id"
	ReadTopParamsByAPIKeyID   ReadTopParamsBy = "api_key_id"
	ReadTopParamsByAccount    ReadTopParamsBy = "account"
	ReadTopParamsByCause      ReadTopParamsBy = "cause"
	ReadTopParamsByConfidence ReadTopParamsBy = "confidence"
	ReadTopParamsByCulprit    ReadTopParamsBy = "culprit"
	ReadTopParamsByDetail     ReadTopParamsBy = "detail"
	ReadTopParamsByGroup      ReadTopParamsBy = "group"
	ReadTopParamsByMethod     ReadTopParamsBy = "method"
	ReadTopParamsByPath       ReadTopParamsBy = "path"
	ReadTopParamsByPrincipal  ReadTopParamsBy = "principal"
	ReadTopParamsByRegion     ReadTopParamsBy = "region"
	ReadTopParamsByRequestID  ReadTopParamsBy = "request_id"
	ReadTopParamsByRoute      ReadTopParamsBy = "route"
	ReadTopParamsBySourceIP   ReadTopParamsBy = "source_ip"
	ReadTopParamsByStage      ReadTopParamsBy = "stage"
	ReadTopParamsByUserAgent  ReadTopParamsBy = "user_agent"
)

// AccountState defines model for AccountState.
type AccountState struct {
	// Account null: not known yet.
	Account *string `json:"account"`

	// Problems What could not be read, the first 100 of each look.
	Problems []struct {
		// Action The IAM action that was used.
		Action string `json:"action"`

		// Message What is wrong and what to do.
		Message string `json:"message"`

		// Part What was asked for.
		Part string `json:"part"`
	} `json:"problems"`
	Region string `json:"region"`

	// Source Of the configuration.
	Source string `json:"source"`

	// Stages Stages that are read.
	Stages int64 `json:"stages"`

	// TakenAt When APIs and stages were last looked at; null: not yet.
	TakenAt *int64 `json:"takenAt"`
}

// Annotations defines model for Annotations.
type Annotations struct {
	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`

	// CompleteUntil All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for.
	CompleteUntil *int64 `json:"completeUntil"`

	// From ms since the epoch
	From int64 `json:"from"`

	// Omitted Annotations beyond `limit`, the oldest ones.
	Omitted int64 `json:"omitted"`

	// To ms since the epoch
	To int64 `json:"to"`
}

// Baseline What the expected range comes from: `time_of_day`: earlier days at this time; `day`: the last 24 hours; `none`: too little history, fixed floors stand in.
type Baseline string

// Cause Why it was refused.
type Cause string

// CauseGroup Group of the cause.
type CauseGroup string

// CauseInfo defines model for CauseInfo.
type CauseInfo struct {
	// Cause Why it was refused.
	Cause Cause `json:"cause"`

	// Color Of the group, hex; readable on light and dark ground.
	Color   string `json:"color"`
	Details []struct {
		// Detail The finer word below the cause.
		Detail  Detail `json:"detail"`
		Meaning string `json:"meaning"`
	} `json:"details"`

	// Group Group of the cause.
	Group CauseGroup `json:"group"`

	// Meaning What happened, who refused, and what people wrongly believe.
	Meaning string `json:"meaning"`

	// ShownBy Inputs that, alone, can lead to this cause.
	ShownBy []CauseInfoShownBy `json:"shownBy"`
	Title   string             `json:"title"`
}

// CauseInfoShownBy defines model for CauseInfo.ShownBy.
type CauseInfoShownBy string

// Causes defines model for Causes.
type Causes struct {
	Causes []CauseInfo `json:"causes"`
}

// Column defines model for Column.
type Column struct {
	union json.RawMessage
}

// Coverage defines model for Coverage.
type Coverage struct {
	// At Lags are told as of then, ms since the epoch.
	At int64 `json:"at"`

	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`

	// From ms since the epoch
	From int64 `json:"from"`

	// OmittedRows Rows beyond `limit`.
	OmittedRows int64         `json:"omittedRows"`
	Table       CoverageTable `json:"table"`

	// To ms since the epoch
	To int64 `json:"to"`
}

// CoverageTable defines model for Coverage.Table.
type CoverageTable string

// Detail The finer word below the cause.
type Detail string

// EventReport defines model for EventReport.
type EventReport struct {
	Account string `json:"account"`
	APIID   string `json:"apiId"`

	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`
	EventID string   `json:"eventId"`

	// LogGroup CloudWatch Logs group that has lines of the request, if one is known to.
	LogGroup *string `json:"logGroup"`
	Region   string  `json:"region"`
	Stage    string  `json:"stage"`

	// Time ms since the epoch
	Time int64 `json:"time"`

	// TraceID X-Ray trace, if a log names it.
	TraceID *string `json:"traceId"`
}

// Feed defines model for Feed.
type Feed struct {
	// CompleteUntil Read once up to here, ms since the epoch.
	CompleteUntil int64  `json:"completeUntil"`
	Feed          string `json:"feed"`

	// Kind How its lines come.
	Kind string `json:"kind"`

	// LagMs Now less `completeUntil`.
	LagMs int64 `json:"lagMs"`

	// Rejected Lines that were not read, by reason: unrecognised, malformed, truncated, template_mismatch, line_too_long, record_too_large, payload_too_large, input_too_large, corrupt_gzip, corrupt_base64, invalid_utf8, nul_bytes, nested_too_deep, too_many_requests_held, no_event_time, expired.
	Rejected map[string]int64 `json:"rejected"`

	// Requests Requests counted.
	Requests int64 `json:"requests"`

	// Units Counting units read.
	Units int64 `json:"units"`
}

// Feeds defines model for Feeds.
type Feeds struct {
	// Accounts Where they are looked for.
	Accounts []AccountState `json:"accounts"`
	Feeds    []Feed         `json:"feeds"`

	// Groups Log groups that are polled.
	Groups []LogGroupState `json:"groups"`

	// Overlaps Log groups that two entries find, or that are polled and delivered: they are counted once.
	Overlaps []LogGroupOverlap `json:"overlaps"`

	// Rejects Newest first.
	Rejects []struct {
		// Detail What was expected, what came, what to do.
		Detail string `json:"detail"`
		Feed   string `json:"feed"`

		// Line Line of the unit.
		Line   int64  `json:"line"`
		Reason string `json:"reason"`

		// SeenAt ms since the epoch
		SeenAt int64 `json:"seenAt"`

		// Shape The line with each letter as `a` and each digit as `9`, never its text.
		Shape string `json:"shape"`

		// Unit Counting unit: which part of the input.
		Unit string `json:"unit"`
	} `json:"rejects"`
}

// LabelValues defines model for LabelValues.
type LabelValues struct {
	// Complete false: there are more values than `limit`.
	Complete bool `json:"complete"`

	// From ms since the epoch
	From  int64            `json:"from"`
	Label LabelValuesLabel `json:"label"`

	// To ms since the epoch
	To     int64    `json:"to"`
	Values []string `json:"values"`
}

// LabelValuesLabel defines model for LabelValues.Label.
type LabelValuesLabel string

// Labels defines model for Labels.
type Labels struct {
	Labels []struct {
		Description string `json:"description"`

		// Kind Labels are bounded and can group series; dimensions are for filters and `top`.
		Kind LabelsLabelsKind `json:"kind"`
		Name LabelsLabelsName `json:"name"`
	} `json:"labels"`
}

// LabelsLabelsKind Labels are bounded and can group series; dimensions are for filters and `top`.
type LabelsLabelsKind string

// LabelsLabelsName defines model for Labels.Labels.Name.
type LabelsLabelsName string

// LogGroupOverlap defines model for LogGroupOverlap.
type LogGroupOverlap struct {
	Account string `json:"account"`

	// AlsoBy The other entry, or the feed that delivers them.
	AlsoBy string `json:"alsoBy"`

	// Count All of them.
	Count int64 `json:"count"`

	// CountedBy The entry of the configuration that reads and counts them.
	CountedBy string `json:"countedBy"`

	// Groups Names of log groups, the first ten.
	Groups []string `json:"groups"`

	// Message What is done, and what to do.
	Message string `json:"message"`
	Region  string `json:"region"`
}

// LogGroupState defines model for LogGroupState.
type LogGroupState struct {
	Account string `json:"account"`

	// BehindWindows Windows that could be read and are not.
	BehindWindows int64 `json:"behindWindows"`

	// CompleteUntil Read once up to here; null as long as nothing was.
	CompleteUntil *int64 `json:"completeUntil"`

	// Events Events read since the service started.
	Events int64 `json:"events"`

	// FinalUntil Read again by the last sweep up to here.
	FinalUntil *int64 `json:"finalUntil"`

	// Gaps What was not read because the service stood still, or was not let in, for more than three days; a backfill reads it.
	Gaps []struct {
		// From ms since the epoch
		From int64 `json:"from"`

		// To ms since the epoch
		To int64 `json:"to"`
	} `json:"gaps"`

	// Group Its name.
	Group string            `json:"group"`
	Kind  LogGroupStateKind `json:"kind"`

	// LagMs Now less `completeUntil`; null before it was looked at.
	LagMs *int64 `json:"lagMs"`

	// LateEvents Events that only a sweep found, likewise.
	LateEvents int64 `json:"lateEvents"`

	// Message What is wrong and what to do; empty when nothing is.
	Message string `json:"message"`

	// Misses Refusals that are left out while it is read thriftily, a sentence each.
	Misses []string `json:"misses"`

	// Reading `thrifty`: AWS is asked for refusals only, because its calls do not suffice for all. Requests counted from this group have no denominator then.
	Reading LogGroupStateReading `json:"reading"`

	// ReadingSince Since when it has been read so, ms since the epoch.
	ReadingSince int64  `json:"readingSince"`
	Region       string `json:"region"`

	// Since Since when it has been so, ms since the epoch.
	Since int64 `json:"since"`

	// Stages Whose requests it holds.
	Stages []struct {
		APIID string `json:"apiId"`
		Stage string `json:"stage"`
	} `json:"stages"`

	// State `denied`: a permission is missing; `infrequent_access`: its class cannot be polled; `failing`: no answer, or one that says to come back; `throttled`: AWS refuses calls because of their rate; `deleted`: there is no such group, and a stage logs to it; `reading`: all is well; `absent`: it is not there and need not be: no stage uses it any more, or AWS makes it when there is something to log.
	State LogGroupStateState `json:"state"`

	// Throttles Calls that AWS refused because of their rate, likewise.
	Throttles int64 `json:"throttles"`

	// WholeBecause Why it is read whole, however busy it is; null: it can be read thriftily.
	WholeBecause *string `json:"wholeBecause"`
}

// LogGroupStateKind defines model for LogGroupState.Kind.
type LogGroupStateKind string

// LogGroupStateReading `thrifty`: AWS is asked for refusals only, because its calls do not suffice for all. Requests counted from this group have no denominator then.
type LogGroupStateReading string

// LogGroupStateState `denied`: a permission is missing; `infrequent_access`: its class cannot be polled; `failing`: no answer, or one that says to come back; `throttled`: AWS refuses calls because of their rate; `deleted`: there is no such group, and a stage logs to it; `reading`: all is well; `absent`: it is not there and need not be: no stage uses it any more, or AWS makes it when there is something to log.
type LogGroupStateState string

// NewCauses defines model for NewCauses.
type NewCauses struct {
	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`

	// CompleteUntil Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for.
	CompleteUntil *int64 `json:"completeUntil"`

	// From ms since the epoch
	From int64 `json:"from"`

	// Omitted New causes beyond `limit`, the oldest ones.
	Omitted int64 `json:"omitted"`

	// To ms since the epoch
	To int64 `json:"to"`
}

// NumberColumn defines model for NumberColumn.
type NumberColumn struct {
	// Baseline What the expected range comes from: `time_of_day`: earlier days at this time; `day`: the last 24 hours; `none`: too little history, fixed floors stand in.
	Baseline *Baseline `json:"baseline,omitempty"`

	// Color Of the group that the labels tell, the same everywhere.
	Color *string `json:"color,omitempty"`

	// CompleteUntil As of the answer, for this series alone.
	CompleteUntil *int64 `json:"completeUntil,omitempty"`

	// Labels What the series is about.
	Labels map[string]string `json:"labels"`
	Name   string            `json:"name"`
	Type   NumberColumnType  `json:"type"`
	Unit   NumberColumnUnit  `json:"unit"`

	// Values null: not known (yet), after `completeUntil` or without a denominator.
	Values []*float64 `json:"values"`
}

// NumberColumnType defines model for NumberColumn.Type.
type NumberColumnType string

// NumberColumnUnit defines model for NumberColumn.Unit.
type NumberColumnUnit string

// Problem RFC 9457. Programs decide by `code`.
type Problem struct {
	Code ProblemCode `json:"code"`

	// Detail What was expected, what came, what to do.
	Detail string `json:"detail"`

	// Errors Each fault of the request.
	Errors *[]struct {
		Message string `json:"message"`
		Where   string `json:"where"`
	} `json:"errors,omitempty"`

	// Retryable The same request may succeed later; `Retry-After` says when.
	Retryable bool   `json:"retryable"`
	Status    int64  `json:"status"`
	Title     string `json:"title"`

	// Type Address of the description of this error.
	Type string `json:"type"`
}

// ProblemCode defines model for Problem.Code.
type ProblemCode string

// Sample A refused request as a log line.
type Sample struct {
	// Body One line: method, path, status, cause and reason. Control characters and the like are shown as escapes.
	Body string `json:"body"`

	// ID `eventId`.
	ID string `json:"id"`

	// LabelTypes Of each of `labels`: a `label` can be filtered and grouped by, a `dimension` filtered by, a `field` is for the eye.
	LabelTypes map[string]SampleLabelTypes `json:"labelTypes"`

	// Labels What the request is known by, exactly as it was logged; what no log tells is left out.
	Labels map[string]string `json:"labels"`

	// LogGroup CloudWatch Logs group that has lines of the request, if one is known to.
	LogGroup *string `json:"logGroup"`

	// Severity Who has to act. `error`: the owner of the API, whose side keeps callers out that should be let in; `warning`: the caller, or whoever gives it a key, a token or a permission; `info`: usually nobody, a gate did what it is there for; `unknown`: no log says why. A verdict that is only possible is never an `error`.
	Severity SampleSeverity `json:"severity"`

	// Time ms since the epoch
	Time int64 `json:"time"`

	// TraceID X-Ray trace, if a log names it.
	TraceID *string `json:"traceId"`
}

// SampleLabelTypes defines model for Sample.LabelTypes.
type SampleLabelTypes string

// SampleSeverity Who has to act. `error`: the owner of the API, whose side keeps callers out that should be let in; `warning`: the caller, or whoever gives it a key, a token or a permission; `info`: usually nobody, a gate did what it is there for; `unknown`: no log says why. A verdict that is only possible is never an `error`.
type SampleSeverity string

// SamplePage defines model for SamplePage.
type SamplePage struct {
	// From ms since the epoch
	From int64 `json:"from"`

	// Next `cursor` of the next page; null on the last one.
	Next    *string  `json:"next"`
	Samples []Sample `json:"samples"`

	// To ms since the epoch
	To int64 `json:"to"`
}

// Series defines model for Series.
type Series struct {
	// Basis `metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.
	Basis SeriesBasis `json:"basis"`

	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`

	// CompleteUntil Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for.
	CompleteUntil *int64 `json:"completeUntil"`

	// CountedFrom Logs that the requests were counted from.
	CountedFrom []SeriesCountedFrom `json:"countedFrom"`

	// From Start of the first bucket, ms since the epoch.
	From   int64        `json:"from"`
	Metric SeriesMetric `json:"metric"`

	// OmittedSeries Series beyond `limit`, the smallest ones.
	OmittedSeries int64 `json:"omittedSeries"`

	// Step Width of a bucket, ms.
	Step int64 `json:"step"`

	// To End of the last bucket, ms since the epoch.
	To int64 `json:"to"`

	// UntoldValues Values up to `completeUntil` that are null since only refusals were read, so that nobody knows how many requests there were. Not there if there are none.
	UntoldValues *int64 `json:"untoldValues,omitempty"`
}

// SeriesBasis `metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.
type SeriesBasis string

// SeriesCountedFrom defines model for Series.CountedFrom.
type SeriesCountedFrom string

// SeriesMetric defines model for Series.Metric.
type SeriesMetric string

// Spike A cause refused more of a stage than its own history lets expect.
type Spike struct {
	Account string `json:"account"`
	APIID   string `json:"apiId"`

	// Baseline What the expected range comes from: `time_of_day`: earlier days at this time; `day`: the last 24 hours; `none`: too little history, fixed floors stand in.
	Baseline Baseline `json:"baseline"`

	// Began The minute in which the requests rose, ms since the epoch.
	Began int64 `json:"began"`

	// Cause Why it was refused.
	Cause Cause `json:"cause"`

	// Ended null: it goes on.
	Ended *int64 `json:"ended"`

	// Expected Refused requests that 5 minutes usually have; null without a baseline.
	Expected *float64 `json:"expected"`

	// ExpectedUpper As many would still have been no spike.
	ExpectedUpper float64 `json:"expectedUpper"`

	// Group Group of the cause.
	Group CauseGroup `json:"group"`

	// PeakAt End of the 5 minutes with the highest score.
	PeakAt int64 `json:"peakAt"`

	// PeakRequests Refused requests of the 5 minutes before `peakAt`.
	PeakRequests int64 `json:"peakRequests"`

	// PeakScore Above 1 is a spike; by how much is how far beyond the expected range.
	PeakScore float64 `json:"peakScore"`

	// Refused Refused requests from `began` to the end.
	Refused int64  `json:"refused"`
	Region  string `json:"region"`

	// Share Refused, as a part of the stage's requests of the same 5 minutes; null where nobody knows how many there were.
	Share *float64 `json:"share"`
	Stage string   `json:"stage"`
}

// SpikeSeries defines model for SpikeSeries.
type SpikeSeries struct {
	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`

	// CompleteUntil All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for.
	CompleteUntil *int64 `json:"completeUntil"`

	// From Start of the first bucket, ms since the epoch.
	From     int64                 `json:"from"`
	Measures []SpikeSeriesMeasures `json:"measures"`

	// OmittedSeries Series beyond `limit`, those with the smallest peaks.
	OmittedSeries int64 `json:"omittedSeries"`

	// Step Width of a bucket, ms.
	Step int64 `json:"step"`

	// To End of the last bucket, ms since the epoch.
	To int64 `json:"to"`
}

// SpikeSeriesMeasures defines model for SpikeSeries.Measures.
type SpikeSeriesMeasures string

// Spikes defines model for Spikes.
type Spikes struct {
	// CompleteUntil All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for.
	CompleteUntil *int64 `json:"completeUntil"`

	// From ms since the epoch
	From int64 `json:"from"`

	// OmittedSpikes Spikes beyond `limit`, the oldest ones.
	OmittedSpikes int64   `json:"omittedSpikes"`
	Spikes        []Spike `json:"spikes"`

	// To ms since the epoch
	To int64 `json:"to"`
}

// StringColumn defines model for StringColumn.
type StringColumn struct {
	Name   string           `json:"name"`
	Type   StringColumnType `json:"type"`
	Values []string         `json:"values"`
}

// StringColumnType defines model for StringColumn.Type.
type StringColumnType string

// TimeColumn Start of each step, ms since the epoch.
type TimeColumn struct {
	Name   string         `json:"name"`
	Type   TimeColumnType `json:"type"`
	Unit   TimeColumnUnit `json:"unit"`
	Values []int64        `json:"values"`
}

// TimeColumnType defines model for TimeColumn.Type.
type TimeColumnType string

// TimeColumnUnit defines model for TimeColumn.Unit.
type TimeColumnUnit string

// Top defines model for Top.
type Top struct {
	// Basis `metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.
	Basis TopBasis `json:"basis"`
	By    TopBy    `json:"by"`

	// Columns One array per column, all of one length.
	Columns []Column `json:"columns"`

	// CompleteUntil Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for.
	CompleteUntil *int64 `json:"completeUntil"`

	// CountedFrom Logs that the requests were counted from.
	CountedFrom []TopCountedFrom `json:"countedFrom"`

	// From ms since the epoch
	From int64 `json:"from"`

	// To ms since the epoch
	To int64 `json:"to"`
}

// TopBasis `metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.
type TopBasis string

// TopBy defines model for Top.By.
type TopBy string

// TopCountedFrom defines model for Top.CountedFrom.
type TopCountedFrom string

// ReadAnnotationsParams defines parameters for ReadAnnotations.
type ReadAnnotationsParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Kind What is marked. Repeatable. Default: all.
	Kind *[]ReadAnnotationsParamsKind `form:"kind,omitempty" json:"kind,omitempty"`

	// LeastShare A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.
	LeastShare *float64 `form:"least_share,omitempty" json:"least_share,omitempty"`

	// Limit Annotations. Default 100.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadAnnotationsParamsKind defines parameters for ReadAnnotations.
type ReadAnnotationsParamsKind string

// ReadCoverageParams defines parameters for ReadCoverage.
type ReadCoverageParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Table What is told. Default `stages`.
	Table *ReadCoverageParamsTable `form:"table,omitempty" json:"table,omitempty"`

	// Field Only this number and what it is of, for alert rules: of stages requests, refused, unknown_ratio, certain_ratio, lag; of feeds lag, requests, rejected; of advice requests.
	Field *ReadCoverageParamsField `form:"field,omitempty" json:"field,omitempty"`

	// At Lags are told as of then; like `from`. Default `now`.
	At *string `form:"at,omitempty" json:"at,omitempty"`

	// Limit Rows. Default 500.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadCoverageParamsTable defines parameters for ReadCoverage.
type ReadCoverageParamsTable string

// ReadCoverageParamsField defines parameters for ReadCoverage.
type ReadCoverageParamsField string

// ListLabelValuesParams defines parameters for ListLabelValues.
type ListLabelValuesParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Limit Values. Default 500.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ListLabelValuesParamsLabel defines parameters for ListLabelValues.
type ListLabelValuesParamsLabel string

// ReadNewCausesParams defines parameters for ReadNewCauses.
type ReadNewCausesParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Least Refused requests that a new cause has at least. Default 3.
	Least *int64 `form:"least,omitempty" json:"least,omitempty"`

	// Limit Rows. Default 100.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadSamplesParams defines parameters for ReadSamples.
type ReadSamplesParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Order What comes first. Default `newest`.
	Order *ReadSamplesParamsOrder `form:"order,omitempty" json:"order,omitempty"`

	// Limit Samples of a page. Default 100.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`

	// Cursor `next` of the page before.
	Cursor *string `form:"cursor,omitempty" json:"cursor,omitempty"`
}

// ReadSamplesParamsOrder defines parameters for ReadSamples.
type ReadSamplesParamsOrder string

// ReadSeriesParams defines parameters for ReadSeries.
type ReadSeriesParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Metric What is counted. Default `count`.
	Metric *ReadSeriesParamsMetric `form:"metric,omitempty" json:"metric,omitempty"`

	// Step Width of a bucket, whole minutes: `60s`, `5m`, `1h`, `1d`. Buckets begin at multiples of it. `auto` (default): as `points` says.
	Step *string `form:"step,omitempty" json:"step,omitempty"`

	// Points With `step=auto`: at most so many buckets. Default 300.
	Points *int64 `form:"points,omitempty" json:"points,omitempty"`

	// By One series for each combination of these labels, separated by commas: account, region, api_id, stage, route, method, cause, group.
	By *string `form:"by,omitempty" json:"by,omitempty"`

	// Limit Largest series that are answered.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadSeriesParamsMetric defines parameters for ReadSeries.
type ReadSeriesParamsMetric string

// ReadSourcesParams defines parameters for ReadSources.
type ReadSourcesParams struct {
	// Limit Rejects. Default 50.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadSpikesParams defines parameters for ReadSpikes.
type ReadSpikesParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// LeastShare A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.
	LeastShare *float64 `form:"least_share,omitempty" json:"least_share,omitempty"`

	// Limit Spikes. Default 100.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadSpikeSeriesParams defines parameters for ReadSpikeSeries.
type ReadSpikeSeriesParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// Measure What is told. Repeatable. Default `score`.
	Measure *[]ReadSpikeSeriesParamsMeasure `form:"measure,omitempty" json:"measure,omitempty"`

	// LeastShare A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.
	LeastShare *float64 `form:"least_share,omitempty" json:"least_share,omitempty"`

	// Step Width of a bucket, whole minutes: `60s`, `5m`, `1h`, `1d`. Buckets begin at multiples of it. `auto` (default): as `points` says.
	Step *string `form:"step,omitempty" json:"step,omitempty"`

	// Points With `step=auto`: at most so many buckets. Default 300.
	Points *int64 `form:"points,omitempty" json:"points,omitempty"`

	// Limit Stages and causes that are answered, highest peak first. Default 50.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadSpikeSeriesParamsMeasure defines parameters for ReadSpikeSeries.
type ReadSpikeSeriesParamsMeasure string

// ReadTopParams defines parameters for ReadTop.
type ReadTopParams struct {
	// From Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
	From *string `form:"from,omitempty" json:"from,omitempty"`

	// To End, exclusive; like `from`. Default `now`.
	To *string `form:"to,omitempty" json:"to,omitempty"`

	// By Label or dimension to count by.
	By ReadTopParamsBy `form:"by" json:"by"`

	// Limit Rows. Default 10.
	Limit *int64 `form:"limit,omitempty" json:"limit,omitempty"`
}

// ReadTopParamsBy defines parameters for ReadTop.
type ReadTopParamsBy string

// AsTimeColumn reads it as a TimeColumn.
func (t Column) AsTimeColumn() (TimeColumn, error) {
	var body TimeColumn
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// AsStringColumn reads it as a StringColumn.
func (t Column) AsStringColumn() (StringColumn, error) {
	var body StringColumn
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// AsNumberColumn reads it as a NumberColumn.
func (t Column) AsNumberColumn() (NumberColumn, error) {
	var body NumberColumn
	err := json.Unmarshal(t.union, &body)
	return body, err
}

// Discriminator tells which kind it is.
func (t Column) Discriminator() (string, error) {
	var head struct {
		Value string `json:"type"`
	}
	err := json.Unmarshal(t.union, &head)
	return head.Value, err
}

// UnmarshalJSON keeps the text until the kind is asked for.
func (t *Column) UnmarshalJSON(text []byte) error {
	return t.union.UnmarshalJSON(text)
}

// MarshalJSON writes the text that was read.
func (t Column) MarshalJSON() ([]byte, error) {
	return t.union.MarshalJSON()
}
