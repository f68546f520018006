// Preloaded into the built program (`node --import`): its clock begins at TEST_CLOCK_MS and runs on from there, so that the
// days of a simulation are the same ones on every day that it is run.
const Clock = globalThis.Date;
const offsetMs = Number(process.env.TEST_CLOCK_MS) - Clock.now();

globalThis.Date = class SetClock extends Clock {
  constructor(...given) {
    if (given.length === 0) super(Clock.now() + offsetMs);
    else super(...given);
  }
  static now() {
    return Clock.now() + offsetMs;
  }
};
