export { schemeOfHeader } from './authorization-echo.js';
export { parsePolicyDenial } from './policy-denial.js';
export { findSentence, recognizeMessage } from './recognize.js';
