/** Every number that decides what a spike is. docs/spikes.md explains them; test/spikes-judge says what a change of one does. */

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Counts are those of a window of this length. */
export const windowMs = 5 * minuteMs;

/** As far back as a baseline looks: seven days, and the hour before this time seven days ago. */
export const historyHours = 7 * 24 + 1;
/** Earlier days that must have requests at this time of day, else the day before is taken. */
export const leastDays = 3;
/** Hours with requests, else there is no baseline. */
export const leastHours = 24;
/** Of the day before, the level that so many of its hours keep below: the shape of the day is inside. */
export const dayQuantile = 0.8;

/** What chance alone may add to the expected count, in standard deviations. */
export const leastDeviations = 5;
/** A burst may be so much higher, in standard deviations, than those that came before. */
export const burstMargin = 1.5;
/** The highest burst may have been the only one of its kind: the second counts, with more history a lower one. */
export const burstRank = (hours: number): number => 2 + Math.floor(hours / 48);
/** So many refused requests or fewer are never a spike. */
export const leastUpper = 10;
/** Pseudo-requests of five minutes, so that the load of a stage with hardly any says little. */
export const loadSmoothing = 10;

/** Without a baseline both must be exceeded. */
export const floorCount = 20;
export const floorShare = 0.1;

/** Longer pauses end a spike. */
export const longestPauseMs = 5 * minuteMs;
