export { visible, visibleExcerpt } from '../text/visible.js';
