export * from './assembler.js';
export * from './event-id.js';
