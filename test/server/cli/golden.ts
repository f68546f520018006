import { goldenIn } from '../../support/golden.js';

export const expectGolden = goldenIn('cli');
