export { jsonText } from '../text/json-text.js';
