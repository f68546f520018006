export { unicodeEscape, unsafeCharacters } from '../text/unsafe-characters.js';
