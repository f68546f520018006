export { createLogReader, type LogReader } from './reader.js';
export type { LogReaderOptions, RecordStart } from './session.js';
