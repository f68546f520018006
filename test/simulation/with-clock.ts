const preload = new URL('set-clock.mjs', import.meta.url).href;

/** Environment that lets the built program start at this moment; its clock runs on from there. */
export const withClock = (clockMs: number): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import ${preload}`,
  TEST_CLOCK_MS: String(clockMs),
});
