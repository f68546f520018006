// Code generated from the service's OpenAPI document by `npm run generate:api-types`. DO NOT EDIT.
/* eslint-disable */
export interface paths {
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/top": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readTop"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/spikes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readSpikes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/spikes/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readSpikeSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/new-causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readNewCauses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/annotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readAnnotations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readEventReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listLabels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels/{label}/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listLabelValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listCauses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["readSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Series: {
            /** @description Start of the first bucket, ms since the epoch. */
            from: number;
            /** @description End of the last bucket, ms since the epoch. */
            to: number;
            /** @description Width of a bucket, ms. */
            step: number;
            /** @enum {string} */
            metric: "count" | "requests" | "rate" | "share" | "portion";
            /** @description Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for. */
            completeUntil: number | null;
            /**
             * @description `metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.
             * @enum {string}
             */
            basis: "logs" | "metric" | "none";
            /** @description Logs that the requests were counted from. */
            countedFrom: ("access" | "execution" | "waf")[];
            /** @description Series beyond `limit`, the smallest ones. */
            omittedSeries: number;
            /** @description Values up to `completeUntil` that are null since only refusals were read, so that nobody knows how many requests there were. Not there if there are none. */
            untoldValues?: number;
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        Column: components["schemas"]["TimeColumn"] | components["schemas"]["StringColumn"] | components["schemas"]["NumberColumn"];
        /** @description Start of each step, ms since the epoch. */
        TimeColumn: {
            name: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "time";
            /** @enum {string} */
            unit: "ms";
            values: number[];
        };
        StringColumn: {
            name: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "string";
            values: string[];
        };
        NumberColumn: {
            name: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "number";
            /** @enum {string} */
            unit: "requests" | "requests/s" | "ratio" | "s" | "score";
            /** @description What the series is about. */
            labels: {
                [key: string]: string;
            };
            /** @description null: not known (yet), after `completeUntil` or without a denominator. */
            values: (number | null)[];
            /** @description As of the answer, for this series alone. */
            completeUntil?: number | null;
            /** @description Of the group that the labels tell, the same everywhere. */
            color?: string;
            baseline?: components["schemas"]["Baseline"];
        };
        /**
         * @description What the expected range comes from: `time_of_day`: earlier days at this time; `day`: the last 24 hours; `none`: too little history, fixed floors stand in.
         * @enum {string}
         */
        Baseline: "time_of_day" | "day" | "none";
        /** @description RFC 9457. Programs decide by `code`. */
        Problem: {
            /** @description Address of the description of this error. */
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "parameter_unknown" | "parameter_invalid" | "range_invalid" | "range_too_long" | "too_many_points" | "cursor_invalid" | "body_invalid" | "body_corrupt" | "delivery_too_large" | "access_log_format_invalid" | "feed_limit_reached" | "token_missing" | "token_invalid" | "role_insufficient" | "token_bound" | "host_refused" | "origin_refused" | "route_not_found" | "event_not_found" | "cause_not_found" | "backfill_not_found" | "method_not_allowed" | "backfill_running" | "body_too_large" | "content_type_unsupported" | "content_encoding_unsupported" | "nothing_to_read" | "query_too_heavy" | "rate_limited" | "internal_error" | "store_unavailable" | "sources_starting" | "store_full" | "ingest_busy" | "explain_busy" | "streams_busy";
            /** @description What was expected, what came, what to do. */
            detail: string;
            /** @description The same request may succeed later; `Retry-After` says when. */
            retryable: boolean;
            /** @description Each fault of the request. */
            errors?: {
                where: string;
                message: string;
            }[];
        };
        Top: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @enum {string} */
            by: "account" | "region" | "api_id" | "stage" | "route" | "method" | "cause" | "group" | "source_ip" | "principal" | "api_key_id" | "culprit" | "user_agent" | "path" | "detail" | "confidence" | "request_id";
            /** @description Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for. */
            completeUntil: number | null;
            /**
             * @description `metric`: where only refusals were read, all requests are known from the metrics of CloudWatch. `none`: only refusals were read, so there is no share; where that is so in some buckets, only these have none.
             * @enum {string}
             */
            basis: "logs" | "metric" | "none";
            /** @description Logs that the requests were counted from. */
            countedFrom: ("access" | "execution" | "waf")[];
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        Spikes: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @description All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for. */
            completeUntil: number | null;
            spikes: components["schemas"]["Spike"][];
            /** @description Spikes beyond `limit`, the oldest ones. */
            omittedSpikes: number;
        };
        /** @description A cause refused more of a stage than its own history lets expect. */
        Spike: {
            account: string;
            region: string;
            apiId: string;
            stage: string;
            cause: components["schemas"]["Cause"];
            group: components["schemas"]["CauseGroup"];
            /** @description The minute in which the requests rose, ms since the epoch. */
            began: number;
            /** @description null: it goes on. */
            ended: number | null;
            /** @description End of the 5 minutes with the highest score. */
            peakAt: number;
            /** @description Above 1 is a spike; by how much is how far beyond the expected range. */
            peakScore: number;
            /** @description Refused requests of the 5 minutes before `peakAt`. */
            peakRequests: number;
            /** @description Refused requests that 5 minutes usually have; null without a baseline. */
            expected: number | null;
            /** @description As many would still have been no spike. */
            expectedUpper: number;
            /** @description Refused, as a part of the stage's requests of the same 5 minutes; null where nobody knows how many there were. */
            share: number | null;
            /** @description Refused requests from `began` to the end. */
            refused: number;
            baseline: components["schemas"]["Baseline"];
        };
        /**
         * @description Why it was refused.
         * @enum {string}
         */
        Cause: "authorizer_denied" | "jwt_scope_missing" | "waf_blocked" | "resource_policy_denied" | "api_key_missing" | "api_key_invalid" | "usage_plan_mismatch" | "iam_denied" | "cache_invalidation_denied" | "unsigned_request" | "invalid_signature" | "expired_token" | "route_not_found" | "cors_preflight_refused" | "domain_not_mapped" | "mtls_refused" | "vpc_endpoint_denied" | "edge_refused" | "backend_refused" | "response_override" | "unknown";
        /**
         * @description Group of the cause.
         * @enum {string}
         */
        CauseGroup: "authorizer" | "waf" | "resource_policy" | "api_key" | "usage_plan" | "iam" | "signature" | "routing" | "network" | "backend" | "unknown";
        SpikeSeries: {
            /** @description Start of the first bucket, ms since the epoch. */
            from: number;
            /** @description End of the last bucket, ms since the epoch. */
            to: number;
            /** @description Width of a bucket, ms. */
            step: number;
            measures: ("score" | "count" | "expected" | "expected_upper" | "share")[];
            /** @description All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for. */
            completeUntil: number | null;
            /** @description Series beyond `limit`, those with the smallest peaks. */
            omittedSeries: number;
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        NewCauses: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @description Logs were read once up to here, ms since the epoch; null when no feed has told of the stages asked for. */
            completeUntil: number | null;
            /** @description New causes beyond `limit`, the oldest ones. */
            omitted: number;
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        Annotations: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @description All of it is judged up to here, ms since the epoch; null when no feed has told of the stages asked for. */
            completeUntil: number | null;
            /** @description Annotations beyond `limit`, the oldest ones. */
            omitted: number;
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        /**
         * @description The finer word below the cause.
         * @enum {string}
         */
        Detail: "explicit_deny" | "not_covered" | "cached_policy" | "simple_response" | "insufficient_scope" | "rule" | "managed_rule" | "rate_limit" | "default_action" | "captcha" | "challenge" | "size" | "custom_response" | "no_policy" | "no_key" | "authorizer_supplied_none" | "unknown_key" | "disabled" | "stage_not_in_plan" | "key_not_in_plan" | "propagating" | "scp" | "rcp" | "boundary" | "session_policy" | "cross_account" | "manage_connections" | "fail_with_403" | "no_signature" | "bearer_token" | "mismatch" | "clock_skew" | "wrong_scope" | "unknown_credentials" | "malformed" | "session_expired" | "no_route" | "wrong_stage" | "websocket_handshake" | "no_options_method" | "protected_options" | "endpoint_disabled" | "no_mapping" | "stage_repeated" | "private_host" | "untrusted_issuer" | "weak_signature" | "self_signed" | "expired" | "other_certificate" | "endpoint_policy" | "private_dns" | "authorization_header" | "cloudfront" | "proxy" | "other_service" | "function" | "http_backend" | "aws_service" | "quota" | "unauthorized" | "not_found" | "bad_request" | "server_error" | "no_cause_variables" | "only_forbidden";
        EventReport: {
            eventId: string;
            /** @description ms since the epoch */
            time: number;
            account: string;
            region: string;
            apiId: string;
            stage: string;
            /** @description X-Ray trace, if a log names it. */
            traceId: string | null;
            /** @description CloudWatch Logs group that has lines of the request, if one is known to. */
            logGroup: string | null;
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        SamplePage: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @description `cursor` of the next page; null on the last one. */
            next: string | null;
            samples: components["schemas"]["Sample"][];
        };
        /** @description A refused request as a log line. */
        Sample: {
            /** @description ms since the epoch */
            time: number;
            /** @description `eventId`. */
            id: string;
            /**
             * @description Who has to act. `error`: the owner of the API, whose side keeps callers out that should be let in; `warning`: the caller, or whoever gives it a key, a token or a permission; `info`: usually nobody, a gate did what it is there for; `unknown`: no log says why. A verdict that is only possible is never an `error`.
             * @enum {string}
             */
            severity: "error" | "warning" | "info" | "unknown";
            /** @description One line: method, path, status, cause and reason. Control characters and the like are shown as escapes. */
            body: string;
            /** @description What the request is known by, exactly as it was logged; what no log tells is left out. */
            labels: {
                [key: string]: string;
            };
            /** @description Of each of `labels`: a `label` can be filtered and grouped by, a `dimension` filtered by, a `field` is for the eye. */
            labelTypes: {
                [key: string]: "label" | "dimension" | "field";
            };
            /** @description X-Ray trace, if a log names it. */
            traceId: string | null;
            /** @description CloudWatch Logs group that has lines of the request, if one is known to. */
            logGroup: string | null;
        };
        Labels: {
            labels: {
                /** @enum {string} */
                name: "account" | "region" | "api_id" | "stage" | "route" | "method" | "cause" | "group" | "source_ip" | "principal" | "api_key_id" | "culprit" | "user_agent" | "path" | "detail" | "confidence" | "request_id";
                /**
                 * @description Labels are bounded and can group series; dimensions are for filters and `top`.
                 * @enum {string}
                 */
                kind: "label" | "dimension";
                description: string;
            }[];
        };
        LabelValues: {
            /** @enum {string} */
            label: "account" | "region" | "api_id" | "stage" | "route" | "method" | "cause" | "group";
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            values: string[];
            /** @description false: there are more values than `limit`. */
            complete: boolean;
        };
        Causes: {
            causes: components["schemas"]["CauseInfo"][];
        };
        CauseInfo: {
            cause: components["schemas"]["Cause"];
            group: components["schemas"]["CauseGroup"];
            /** @description Of the group, hex; readable on light and dark ground. */
            color: string;
            title: string;
            /** @description What happened, who refused, and what people wrongly believe. */
            meaning: string;
            details: {
                detail: components["schemas"]["Detail"];
                meaning: string;
            }[];
            /** @description Inputs that, alone, can lead to this cause. */
            shownBy: ("access" | "access_console" | "execution" | "waf" | "response")[];
        };
        Coverage: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @description Lags are told as of then, ms since the epoch. */
            at: number;
            /** @enum {string} */
            table: "stages" | "feeds" | "advice";
            /** @description Rows beyond `limit`. */
            omittedRows: number;
            /** @description One array per column, all of one length. */
            columns: components["schemas"]["Column"][];
        };
        Feeds: {
            feeds: components["schemas"]["Feed"][];
            /** @description Log groups that are polled. */
            groups: components["schemas"]["LogGroupState"][];
            /** @description Where they are looked for. */
            accounts: components["schemas"]["AccountState"][];
            /** @description Log groups that two entries find, or that are polled and delivered: they are counted once. */
            overlaps: components["schemas"]["LogGroupOverlap"][];
            /** @description Newest first. */
            rejects: {
                feed: string;
                /** @description Counting unit: which part of the input. */
                unit: string;
                /** @description Line of the unit. */
                line: number;
                reason: string;
                /** @description What was expected, what came, what to do. */
                detail: string;
                /** @description The line with each letter as `a` and each digit as `9`, never its text. */
                shape: string;
                /** @description ms since the epoch */
                seenAt: number;
            }[];
        };
        Feed: {
            feed: string;
            /** @description How its lines come. */
            kind: string;
            /** @description Read once up to here, ms since the epoch. */
            completeUntil: number;
            /** @description Now less `completeUntil`. */
            lagMs: number;
            /** @description Counting units read. */
            units: number;
            /** @description Requests counted. */
            requests: number;
            /** @description Lines that were not read, by reason: unrecognised, malformed, truncated, template_mismatch, line_too_long, record_too_large, payload_too_large, input_too_large, corrupt_gzip, corrupt_base64, invalid_utf8, nul_bytes, nested_too_deep, too_many_requests_held, no_event_time, expired. */
            rejected: {
                [key: string]: number;
            };
        };
        LogGroupState: {
            account: string;
            region: string;
            /** @description Its name. */
            group: string;
            /** @enum {string} */
            kind: "access" | "execution" | "waf";
            /** @description Whose requests it holds. */
            stages: {
                apiId: string;
                stage: string;
            }[];
            /**
             * @description `denied`: a permission is missing; `infrequent_access`: its class cannot be polled; `failing`: no answer, or one that says to come back; `throttled`: AWS refuses calls because of their rate; `deleted`: there is no such group, and a stage logs to it; `reading`: all is well; `absent`: it is not there and need not be: no stage uses it any more, or AWS makes it when there is something to log.
             * @enum {string}
             */
            state: "denied" | "infrequent_access" | "failing" | "throttled" | "deleted" | "reading" | "absent";
            /** @description Since when it has been so, ms since the epoch. */
            since: number;
            /** @description What is wrong and what to do; empty when nothing is. */
            message: string;
            /**
             * @description `thrifty`: AWS is asked for refusals only, because its calls do not suffice for all. Requests counted from this group have no denominator then.
             * @enum {string}
             */
            reading: "whole" | "thrifty";
            /** @description Since when it has been read so, ms since the epoch. */
            readingSince: number;
            /** @description Refusals that are left out while it is read thriftily, a sentence each. */
            misses: string[];
            /** @description Why it is read whole, however busy it is; null: it can be read thriftily. */
            wholeBecause: string | null;
            /** @description Now less `completeUntil`; null before it was looked at. */
            lagMs: number | null;
            /** @description Read once up to here; null as long as nothing was. */
            completeUntil: number | null;
            /** @description Read again by the last sweep up to here. */
            finalUntil: number | null;
            /** @description Windows that could be read and are not. */
            behindWindows: number;
            /** @description Events read since the service started. */
            events: number;
            /** @description Events that only a sweep found, likewise. */
            lateEvents: number;
            /** @description Calls that AWS refused because of their rate, likewise. */
            throttles: number;
            /** @description What was not read because the service stood still, or was not let in, for more than three days; a backfill reads it. */
            gaps: {
                /** @description ms since the epoch */
                from: number;
                /** @description ms since the epoch */
                to: number;
            }[];
        };
        AccountState: {
            /** @description Of the configuration. */
            source: string;
            /** @description null: not known yet. */
            account: string | null;
            region: string;
            /** @description Stages that are read. */
            stages: number;
            /** @description When APIs and stages were last looked at; null: not yet. */
            takenAt: number | null;
            /** @description What could not be read, the first 100 of each look. */
            problems: {
                /** @description The IAM action that was used. */
                action: string;
                /** @description What was asked for. */
                part: string;
                /** @description What is wrong and what to do. */
                message: string;
            }[];
        };
        LogGroupOverlap: {
            account: string;
            region: string;
            /** @description Names of log groups, the first ten. */
            groups: string[];
            /** @description All of them. */
            count: number;
            /** @description The entry of the configuration that reads and counts them. */
            countedBy: string;
            /** @description The other entry, or the feed that delivers them. */
            alsoBy: string;
            /** @description What is done, and what to do. */
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Series = components['schemas']['Series'];
export type Column = components['schemas']['Column'];
export type TimeColumn = components['schemas']['TimeColumn'];
export type StringColumn = components['schemas']['StringColumn'];
export type NumberColumn = components['schemas']['NumberColumn'];
export type Baseline = components['schemas']['Baseline'];
export type Problem = components['schemas']['Problem'];
export type Top = components['schemas']['Top'];
export type Spikes = components['schemas']['Spikes'];
export type Spike = components['schemas']['Spike'];
export type Cause = components['schemas']['Cause'];
export type CauseGroup = components['schemas']['CauseGroup'];
export type SpikeSeries = components['schemas']['SpikeSeries'];
export type NewCauses = components['schemas']['NewCauses'];
export type Annotations = components['schemas']['Annotations'];
export type Detail = components['schemas']['Detail'];
export type EventReport = components['schemas']['EventReport'];
export type SamplePage = components['schemas']['SamplePage'];
export type Sample = components['schemas']['Sample'];
export type Labels = components['schemas']['Labels'];
export type LabelValues = components['schemas']['LabelValues'];
export type Causes = components['schemas']['Causes'];
export type CauseInfo = components['schemas']['CauseInfo'];
export type Coverage = components['schemas']['Coverage'];
export type Feeds = components['schemas']['Feeds'];
export type Feed = components['schemas']['Feed'];
export type LogGroupState = components['schemas']['LogGroupState'];
export type AccountState = components['schemas']['AccountState'];
export type LogGroupOverlap = components['schemas']['LogGroupOverlap'];
export type $defs = Record<string, never>;
export interface operations {
    readSeries: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description What is counted. Default `count`.
                 * @example count
                 */
                metric?: "count" | "requests" | "rate" | "share" | "portion";
                /**
                 * @description Width of a bucket, whole minutes: `60s`, `5m`, `1h`, `1d`. Buckets begin at multiples of it. `auto` (default): as `points` says.
                 * @example 5m
                 */
                step?: string;
                /**
                 * @description With `step=auto`: at most so many buckets. Default 300.
                 * @example 300
                 */
                points?: number;
                /**
                 * @description One series for each combination of these labels, separated by commas: account, region, api_id, stage, route, method, cause, group.
                 * @example cause,api_id
                 */
                by?: string;
                /**
                 * @description Largest series that are answered.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series, largest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Series"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. `too_many_points`: The series would have more points than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readTop: {
        parameters: {
            query: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description Label or dimension to count by.
                 * @example culprit
                 */
                by: "account" | "region" | "api_id" | "stage" | "route" | "method" | "cause" | "group" | "source_ip" | "principal" | "api_key_id" | "culprit" | "user_agent" | "path" | "detail" | "confidence" | "request_id";
                /**
                 * @description Rows. Default 10.
                 * @example 10
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The values, most frequent first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Top"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSpikes: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.
                 * @example 0.2
                 */
                least_share?: number;
                /**
                 * @description Spikes. Default 100.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The spikes, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Spikes"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSpikeSeries: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /** @description What is told. Repeatable. Default `score`. */
                measure?: ("score" | "count" | "expected" | "expected_upper" | "share")[];
                /**
                 * @description A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.
                 * @example 0.2
                 */
                least_share?: number;
                /**
                 * @description Width of a bucket, whole minutes: `60s`, `5m`, `1h`, `1d`. Buckets begin at multiples of it. `auto` (default): as `points` says.
                 * @example 5m
                 */
                step?: string;
                /**
                 * @description With `step=auto`: at most so many buckets. Default 300.
                 * @example 300
                 */
                points?: number;
                /**
                 * @description Stages and causes that are answered, highest peak first. Default 50.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series, highest peak first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpikeSeries"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. `too_many_points`: The series would have more points than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readNewCauses: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description Refused requests that a new cause has at least. Default 3.
                 * @example 3
                 */
                least?: number;
                /**
                 * @description Rows. Default 100.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new causes, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewCauses"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readAnnotations: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /** @description What is marked. Repeatable. Default: all. */
                kind?: ("spike" | "new_cause" | "change")[];
                /**
                 * @description A spike is more than this part of its stage's requests in the same 5 minutes, 0 to below 1; where these are not known, any part. Default: any part.
                 * @example 0.2
                 */
                least_share?: number;
                /**
                 * @description Annotations. Default 100.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The annotations, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Annotations"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readEventReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Event id, request id or extended request id.
                 * @example 8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventReport"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSamples: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description What comes first. Default `newest`.
                 * @example newest
                 */
                order?: "newest" | "oldest";
                /**
                 * @description Samples of a page. Default 100.
                 * @example 50
                 */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of samples. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SamplePage"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. `cursor_invalid`: The cursor was not made by this service. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLabels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All labels and dimensions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Labels"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLabelValues: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description Values. Default 500.
                 * @example 100
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description A label.
                 * @example api_id
                 */
                label: "account" | "region" | "api_id" | "stage" | "route" | "method" | "cause" | "group";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The values in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelValues"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCauses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All causes with their details. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Causes"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readCoverage: {
        parameters: {
            query?: {
                /**
                 * @description Start, inclusive: ISO 8601, ms since the epoch, or relative like `now-6h`. Default `now-24h`.
                 * @example now-6h
                 */
                from?: string;
                /**
                 * @description End, exclusive; like `from`. Default `now`.
                 * @example now
                 */
                to?: string;
                /**
                 * @description What is told. Default `stages`.
                 * @example stages
                 */
                table?: "stages" | "feeds" | "advice";
                /**
                 * @description Only this number and what it is of, for alert rules: of stages requests, refused, unknown_ratio, certain_ratio, lag; of feeds lag, requests, rejected; of advice requests.
                 * @example requests
                 */
                field?: "requests" | "refused" | "unknown_ratio" | "certain_ratio" | "lag" | "rejected";
                /**
                 * @description Lags are told as of then; like `from`. Default `now`.
                 * @example now
                 */
                at?: string;
                /**
                 * @description Rows. Default 500.
                 * @example 100
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The table. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coverage"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. `range_invalid`: The time range is empty or reversed. `range_too_long`: The time range is longer than allowed. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readSources: {
        parameters: {
            query?: {
                /**
                 * @description Rejects. Default 50.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The feeds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feeds"];
                };
            };
            /** @description `parameter_unknown`: There is no such parameter. `parameter_invalid`: A parameter or header has a value that cannot be used. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
type FlattenedDeepRequired<T> = {
    [K in keyof T]-?: FlattenedDeepRequired<T[K] extends unknown[] | undefined | null ? Extract<T[K], unknown[]>[number] : T[K]>;
};
type ReadonlyArray<T> = [
    Exclude<T, undefined>
] extends [
    unknown[]
] ? Readonly<Exclude<T, undefined>> : Readonly<Exclude<T, undefined>[]>;
export const pathsApiV1SeriesGetParametersQueryMetricValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/series"]["get"]["parameters"]["query"]["metric"]> = ["count", "requests", "rate", "share", "portion"];
export const pathsApiV1TopGetParametersQueryByValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/top"]["get"]["parameters"]["query"]["by"]> = ["account", "region", "api_id", "stage", "route", "method", "cause", "group", "source_ip", "principal", "api_key_id", "culprit", "user_agent", "path", "detail", "confidence", "request_id"];
export const pathsApiV1SpikesSeriesGetParametersQueryMeasureValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/spikes/series"]["get"]["parameters"]["query"]["measure"]> = ["score", "count", "expected", "expected_upper", "share"];
export const pathsApiV1AnnotationsGetParametersQueryKindValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/annotations"]["get"]["parameters"]["query"]["kind"]> = ["spike", "new_cause", "change"];
export const pathsApiV1SamplesGetParametersQueryOrderValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/samples"]["get"]["parameters"]["query"]["order"]> = ["newest", "oldest"];
export const pathsApiV1LabelsLabelValuesGetParametersPathLabelValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/labels/{label}/values"]["get"]["parameters"]["path"]["label"]> = ["account", "region", "api_id", "stage", "route", "method", "cause", "group"];
export const pathsApiV1CoverageGetParametersQueryTableValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/coverage"]["get"]["parameters"]["query"]["table"]> = ["stages", "feeds", "advice"];
export const pathsApiV1CoverageGetParametersQueryFieldValues: ReadonlyArray<FlattenedDeepRequired<paths>["/api/v1/coverage"]["get"]["parameters"]["query"]["field"]> = ["requests", "refused", "unknown_ratio", "certain_ratio", "lag", "rejected"];
export const seriesMetricValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Series"]["metric"]> = ["count", "requests", "rate", "share", "portion"];
export const seriesBasisValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Series"]["basis"]> = ["logs", "metric", "none"];
export const seriesCountedFromValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Series"]["countedFrom"]> = ["access", "execution", "waf"];
export const timeColumnTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TimeColumn"]["type"]> = ["time"];
export const timeColumnUnitValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["TimeColumn"]["unit"]> = ["ms"];
export const stringColumnTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["StringColumn"]["type"]> = ["string"];
export const numberColumnTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["NumberColumn"]["type"]> = ["number"];
export const numberColumnUnitValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["NumberColumn"]["unit"]> = ["requests", "requests/s", "ratio", "s", "score"];
export const baselineValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Baseline"]> = ["time_of_day", "day", "none"];
export const problemCodeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Problem"]["code"]> = ["parameter_unknown", "parameter_invalid", "range_invalid", "range_too_long", "too_many_points", "cursor_invalid", "body_invalid", "body_corrupt", "delivery_too_large", "access_log_format_invalid", "feed_limit_reached", "token_missing", "token_invalid", "role_insufficient", "token_bound", "host_refused", "origin_refused", "route_not_found", "event_not_found", "cause_not_found", "backfill_not_found", "method_not_allowed", "backfill_running", "body_too_large", "content_type_unsupported", "content_encoding_unsupported", "nothing_to_read", "query_too_heavy", "rate_limited", "internal_error", "store_unavailable", "sources_starting", "store_full", "ingest_busy", "explain_busy", "streams_busy"];
export const topByValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Top"]["by"]> = ["account", "region", "api_id", "stage", "route", "method", "cause", "group", "source_ip", "principal", "api_key_id", "culprit", "user_agent", "path", "detail", "confidence", "request_id"];
export const topBasisValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Top"]["basis"]> = ["logs", "metric", "none"];
export const topCountedFromValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Top"]["countedFrom"]> = ["access", "execution", "waf"];
export const causeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Cause"]> = ["authorizer_denied", "jwt_scope_missing", "waf_blocked", "resource_policy_denied", "api_key_missing", "api_key_invalid", "usage_plan_mismatch", "iam_denied", "cache_invalidation_denied", "unsigned_request", "invalid_signature", "expired_token", "route_not_found", "cors_preflight_refused", "domain_not_mapped", "mtls_refused", "vpc_endpoint_denied", "edge_refused", "backend_refused", "response_override", "unknown"];
export const causeGroupValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CauseGroup"]> = ["authorizer", "waf", "resource_policy", "api_key", "usage_plan", "iam", "signature", "routing", "network", "backend", "unknown"];
export const spikeSeriesMeasuresValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["SpikeSeries"]["measures"]> = ["score", "count", "expected", "expected_upper", "share"];
export const detailValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Detail"]> = ["explicit_deny", "not_covered", "cached_policy", "simple_response", "insufficient_scope", "rule", "managed_rule", "rate_limit", "default_action", "captcha", "challenge", "size", "custom_response", "no_policy", "no_key", "authorizer_supplied_none", "unknown_key", "disabled", "stage_not_in_plan", "key_not_in_plan", "propagating", "scp", "rcp", "boundary", "session_policy", "cross_account", "manage_connections", "fail_with_403", "no_signature", "bearer_token", "mismatch", "clock_skew", "wrong_scope", "unknown_credentials", "malformed", "session_expired", "no_route", "wrong_stage", "websocket_handshake", "no_options_method", "protected_options", "endpoint_disabled", "no_mapping", "stage_repeated", "private_host", "untrusted_issuer", "weak_signature", "self_signed", "expired", "other_certificate", "endpoint_policy", "private_dns", "authorization_header", "cloudfront", "proxy", "other_service", "function", "http_backend", "aws_service", "quota", "unauthorized", "not_found", "bad_request", "server_error", "no_cause_variables", "only_forbidden"];
export const sampleSeverityValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Sample"]["severity"]> = ["error", "warning", "info", "unknown"];
export const sampleLabelTypesValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Sample"]["labelTypes"][string]> = ["label", "dimension", "field"];
export const labelsLabelsNameValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Labels"]["labels"]["name"]> = ["account", "region", "api_id", "stage", "route", "method", "cause", "group", "source_ip", "principal", "api_key_id", "culprit", "user_agent", "path", "detail", "confidence", "request_id"];
export const labelsLabelsKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Labels"]["labels"]["kind"]> = ["label", "dimension"];
export const labelValuesLabelValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["LabelValues"]["label"]> = ["account", "region", "api_id", "stage", "route", "method", "cause", "group"];
export const causeInfoShownByValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CauseInfo"]["shownBy"]> = ["access", "access_console", "execution", "waf", "response"];
export const coverageTableValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Coverage"]["table"]> = ["stages", "feeds", "advice"];
export const logGroupStateKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["LogGroupState"]["kind"]> = ["access", "execution", "waf"];
export const logGroupStateStateValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["LogGroupState"]["state"]> = ["denied", "infrequent_access", "failing", "throttled", "deleted", "reading", "absent"];
export const logGroupStateReadingValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["LogGroupState"]["reading"]> = ["whole", "thrifty"];
