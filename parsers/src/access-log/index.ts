export { toAccessFacts } from './access-facts.js';
export type { AccessLabels } from './access-labels.js';
export type { AccessValues } from './access-values.js';
export { consoleFormats } from './console-formats.js';
export type { FormatPiece } from './format-pieces.js';
export { isAccessLogObject, jsonKeysFormat } from './json-keys.js';
export { fitsObject } from './json-layout.js';
export { LinePlans } from './line-plans.js';
export { type LoggedApiKind, missingCauseVariables } from './missing-cause-variables.js';
export { principalOf } from './principal.js';
export { type RecommendedFormat, recommendFormat } from './recommend-format.js';
export { type RefusalPattern, refusalPattern } from './refusal-pattern.js';
export type {
  AccessBatch,
  AccessCount,
  AccessLogScanner,
  AccessScannerOptions,
  LineReceiver,
  RefusedLine,
  ScannedLine,
} from './scan-types.js';
export { createAccessLogScanner } from './scanner.js';
export { type AccessLogTemplate, compileAccessLogFormat } from './template.js';
export { createTemplateFormat } from './template-format.js';
