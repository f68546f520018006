export { startsHttpExchange } from './exchange.js';
export { httpResponseFormat } from './http-response.js';
