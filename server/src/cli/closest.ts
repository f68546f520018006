export { closest } from '../text/closest.js';
