/** Below so many refused requests a few unknown ones say nothing of a stage: no alert rule is to ring for them. */
const fewRefused = 20;

/** Which part of a stage's refused requests has the cause `unknown`, 0 to 1; told as less where there are few. */
export const unknownRatio = (unknown: number, refused: number): number => unknown / Math.max(refused, fewRefused);
