export * from './assembler.js';
export { type EventIdentity, eventIdOf } from './event-id.js';
