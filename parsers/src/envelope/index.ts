export { createLogReader, type LogReader } from './reader.js';
export type { LeftLines, LineScanner, LogReaderOptions, RecordStart } from './session.js';
