/**
 * Anscombe's transform: counts of independent events have a standard deviation of about 1 after it, whatever their mean is.
 * One unit is called a deviation here.
 */
export const toDeviations = (count: number): number => 2 * Math.sqrt(count + 3 / 8);

export const fromDeviations = (deviations: number): number => (deviations / 2) ** 2 - 3 / 8;
