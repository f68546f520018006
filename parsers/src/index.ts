export {
  type AccessBatch,
  type AccessCount,
  type AccessLabels,
  type AccessLogScanner,
  type AccessLogTemplate,
  type AccessScannerOptions,
  compileAccessLogFormat,
  createAccessLogScanner,
  createTemplateFormat,
  type LoggedApiKind,
  missingCauseVariables,
  principalOf,
  type RecommendedFormat,
  type RefusalPattern,
  type RefusedLine,
  refusalPattern,
  type ScannedLine,
} from './access-log/index.js';
export {
  type Assembler,
  type AssemblerOptions,
  createAssembler,
  type EventIdentity,
  eventIdOf,
} from './assemble/index.js';
export { causeCatalogue } from './classify/causes.js';
export { classify, type Decision, decide } from './classify/classify.js';
export { causesFromConfig, staleAfterMs } from './classify/config-trust.js';
export { ruleSetVersion } from './classify/rule-set.js';
export {
  createExplainer,
  type ExplainedRequest,
  type Explainer,
  type ExplainOptions,
  type Explanation,
  explainText,
} from './engine/explain.js';
export { type CountedLabels, createIntake, type Intake, type IntakeOptions, type IntakeSink } from './engine/intake.js';
export { rejectReasons } from './engine/reject-reasons.js';
export type { UnlistedRequests } from './engine/request-list.js';
export { type CauseInFormat, type FormatReview, reviewAccessLogFormat } from './engine/review-format.js';
export { createLogReader, type LogReader, type LogReaderOptions, type RecordStart } from './envelope/index.js';
export { type JudgedRequest, judge } from './evidence/judge.js';
export { linksOfRequest } from './evidence/links.js';
export { knownSinceOf } from './evidence/reading-name.js';
export {
  countingVersion,
  createUnitReader,
  type ReadingFormats,
  type ReadingSettings,
  type Sha256,
  type UnitContent,
  type UnitReader,
} from './evidence/unit-reader.js';
export type { UnreadLine } from './evidence/unread-lines.js';
export { executionRefusals, refusedRequestOf } from './execution-log/refusal-lines.js';
export * from './model/index.js';
