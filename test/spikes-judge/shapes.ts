import type { CountedTraffic } from './counted-traffic.js';
import { StageTraffic } from './stage-traffic.js';

export interface Shape {
  readonly name: string;
  readonly make: (stage: StageTraffic) => void;
}

const hourOf = (minute: number): number => (minute / 60) % 24;
/** 1 at its busiest, `low` at its quietest hour. */
const dayShape = (minute: number, low: number, peakHour = 15): number =>
  low + ((1 - low) * (1 + Math.cos(((hourOf(minute) - peakHour) / 12) * Math.PI))) / 2;
/** The first day of the traffic is a Wednesday. */
const isWeekend = (minute: number): boolean => [3, 4].includes(Math.floor(minute / 1440) % 7);
/** From nothing to all within an hour and a half of the morning, and back in the evening. */
const office = (minute: number): number => {
  const hour = hourOf(minute);
  const shape =
    hour < 7
      ? 0.03
      : hour < 8.5
        ? 0.03 + ((hour - 7) / 1.5) * 0.97
        : hour < 17
          ? 1
          : hour < 19
            ? 1 - ((hour - 17) / 2) * 0.97
            : 0.03;
  return isWeekend(minute) ? shape * 0.25 : shape;
};

const constant = (rate: number) => (): number => rate;

/** Stages that have little in common with each other and nothing with the demo. To add one: here. */
export const shapes: readonly Shape[] = [
  {
    name: 'steady',
    make(stage) {
      stage.accept(constant(600));
      stage.refuse('authorizer_denied', constant(6));
      stage.refuse('backend_refused', constant(0.5));
      for (let day = 0; day < 10; day++) {
        stage.incident('a fifth more refused', 'authorizer_denied', day, 4, 40, constant(stage.chance.between(12, 40)));
        stage.incident('small and new', 'waf_blocked', day, 16, 25, constant(stage.chance.between(3, 8)));
      }
    },
  },
  {
    name: 'overdispersed',
    make(stage) {
      let mood = 0;
      stage.accept((minute) => 300 * dayShape(minute, 0.4));
      stage.refuse('waf_blocked', (minute) => {
        mood = 0.9 * mood + 0.25 * stage.chance.normal();
        return 2.5 * dayShape(minute, 0.5) * Math.exp(mood) * stage.chance.gamma(0.8);
      });
      for (let day = 0; day < 10; day++) {
        stage.incident('a rule blocks too much', 'waf_blocked', day, 2, 30, constant(stage.chance.between(30, 90)));
      }
    },
  },
  {
    name: 'office week',
    make(stage) {
      stage.accept((minute) => 900 * office(minute));
      stage.refuse('api_key_invalid', (minute) => 18 * office(minute));
      stage.refuse('authorizer_denied', (minute) => 4 * office(minute));
      for (let day = 0; day < 10; day++) {
        stage.incident('a key is switched off', 'api_key_invalid', day, 10, 45, constant(stage.chance.between(40, 90)));
        stage.incident('at night', 'authorizer_denied', day, 2, 30, constant(stage.chance.between(4, 12)));
      }
    },
  },
  {
    name: 'campaigns',
    make(stage) {
      const starts = Array.from({ length: 10 }, (_, day) => (day * 24 + stage.chance.between(8, 20)) * 60);
      const surge = (minute: number): number =>
        starts.some((start) => minute >= start && minute < start + 50) ? 4 : 1;
      stage.accept((minute) => 400 * dayShape(minute, 0.3) * surge(minute));
      stage.refuse('jwt_scope_missing', (minute) => 10 * dayShape(minute, 0.3) * surge(minute));
      stage.refuse('backend_refused', (minute) => 2 * dayShape(minute, 0.3) * surge(minute));
      for (let day = 0; day < 10; day += 2) {
        stage.incident('a scope is gone', 'jwt_scope_missing', day, 22, 40, constant(stage.chance.between(40, 80)));
      }
    },
  },
  {
    name: 'slow leaks',
    make(stage) {
      stage.accept((minute) => 500 * dayShape(minute, 0.4));
      stage.refuse('expired_token', constant(0.3));
      for (let day = 1; day < 10; day += 2) {
        stage.incident('tokens run out one by one', 'expired_token', day, 6, 300, (since) => since / 20);
      }
    },
  },
  {
    name: 'retries',
    make(stage) {
      stage.accept((minute) => 80 * dayShape(minute, 0.3));
      stage.refuse('api_key_invalid', constant(0.1));
      for (let day = 0; day < 10; day++) {
        const wave = stage.chance.whole(2, 6);
        stage.incident('one client retries for ever', 'api_key_invalid', day, 3, 60, (since) =>
          since % wave === 0 ? 12 : 2,
        );
      }
    },
  },
  {
    name: 'scanners',
    make(stage) {
      const { chance } = stage;
      stage.accept((minute) => 120 * dayShape(minute, 0.5));
      stage.refuse('waf_blocked', constant(0.2));
      stage.refuse('route_not_found', constant(0.5));
      for (let day = 0; day < 10; day++) {
        for (let left = chance.poisson(8); left > 0; left--) {
          const minute = day * 1440 + chance.whole(0, 1430);
          const size = chance.between(20, 200);
          stage.burst('route_not_found', minute, chance.whole(1, 4), size);
          if (chance.unit() < 0.6) stage.burst('waf_blocked', minute, chance.whole(1, 4), size / 3);
        }
        stage.incident('a rule blocks customers', 'waf_blocked', day, 12, 40, constant(chance.between(40, 80)));
      }
    },
  },
  {
    name: 'outages',
    make(stage) {
      const outages = [1, 3, 5, 7, 9].map((day) => ({
        start: (day * 24 + stage.chance.between(5, 18)) * 60,
        length: stage.chance.whole(30, 180),
      }));
      const flow = (minute: number): number => {
        for (const { start, length } of outages) {
          if (minute >= start && minute < start + length) return 0;
          // All come back at once.
          if (minute >= start + length && minute < start + length + 10) return 2.5;
        }
        return 1;
      };
      stage.accept((minute) => 350 * dayShape(minute, 0.4) * flow(minute));
      stage.refuse('authorizer_denied', (minute) => 7 * dayShape(minute, 0.4) * flow(minute));
      for (let day = 0; day < 10; day += 2) {
        stage.incident(
          'an authorizer denies',
          'authorizer_denied',
          day,
          21,
          30,
          constant(stage.chance.between(25, 60)),
        );
      }
    },
  },
  {
    name: 'new stage',
    make(stage) {
      const born = 5 * 1440;
      const alive = (minute: number): number => (minute < born ? 0 : 1);
      stage.accept((minute) => alive(minute) * 60 * dayShape(minute, 0.3));
      stage.refuse('authorizer_denied', (minute) => alive(minute) * 0.6 * dayShape(minute, 0.3));
      for (let day = 5; day < 10; day++) {
        stage.incident(
          'wrong from a deploy on',
          'authorizer_denied',
          day,
          14,
          30,
          constant(stage.chance.between(12, 30)),
        );
      }
    },
  },
  {
    name: 'tiny stage',
    make(stage) {
      stage.accept(constant(0.35));
      stage.refuse('usage_plan_mismatch', constant(0.01));
      for (let day = 0; day < 10; day++) {
        stage.incident('everything is refused', 'usage_plan_mismatch', day, 9, 120, constant(0.35));
        stage.incident('everything, and again', 'usage_plan_mismatch', day, 18, 60, constant(4));
      }
    },
  },
  {
    name: 'nightly job',
    make(stage) {
      stage.accept((minute) => 150 * dayShape(minute, 0.4));
      const isJob = (minute: number): boolean => minute % 1440 >= 130 && minute % 1440 < 170;
      // It is new for three nights, and a habit from then on.
      stage.refuse('iam_denied', (minute) => 0.2 + (isJob(minute) && minute >= 3 * 1440 ? 15 : 0));
      for (let day = 0; day < 3; day++)
        stage.repeated('a job is refused', 'iam_denied', day * 1440 + 130, 40, constant(15));
      for (let day = 0; day < 10; day++) {
        stage.incident('a role is changed', 'iam_denied', day, 4, 30, constant(stage.chance.between(6, 20)));
      }
    },
  },
  {
    name: 'huge stage',
    make(stage) {
      stage.accept((minute) => 20_000 * dayShape(minute, 0.35));
      stage.refuse('backend_refused', (minute) => 100 * dayShape(minute, 0.35));
      stage.refuse('route_not_found', (minute) => 40 * dayShape(minute, 0.8));
      for (let day = 0; day < 10; day++) {
        stage.incident('half as much again', 'backend_refused', day, 20, 30, constant(stage.chance.between(60, 120)));
      }
    },
  },
  {
    name: 'shifts',
    make(stage) {
      stage.accept((minute) => 200 * dayShape(minute, 0.4));
      stage.refuse('authorizer_denied', (minute) => 2 * dayShape(minute, 0.4));
      stage.incident('a deploy changes it for good', 'authorizer_denied', 4, 11, 10 * 1440, constant(8));
    },
  },
];

export function shapeTraffic({ name, make }: Shape, seed: number, fromMs: number, days: number): CountedTraffic {
  const stage = new StageTraffic(name, seed, fromMs, days);
  make(stage);
  return stage.count(name, days);
}
