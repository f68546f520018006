import { account } from './log-formats.js';
import { Random } from './random.js';

/** Who calls, as far as logs show it. */
export interface Caller {
  readonly name: string;
  readonly ip: string;
  readonly userAgent: string;
  /** What an authorizer says of them; `-` without one. */
  readonly principal: string;
  readonly userArn: string;
  readonly apiKeyId: string;
  /** As logs show a key: masked but for its end. */
  readonly apiKey: string;
}

export const callerKinds = [
  'mobile',
  'web',
  'partner',
  'service',
  'batch',
  'device',
  'erp',
  'webhook',
  'tester',
] as const;
export type CallerKind = (typeof callerKinds)[number];

const noCaller: Caller = {
  name: 'nobody',
  ip: '192.0.2.1',
  userAgent: '-',
  principal: '-',
  userArn: '-',
  apiKeyId: '-',
  apiKey: '-',
};

const appVersions = ['7.4.1', '7.4.0', '7.3.2', '7.1.0'];
const phones = ['iPhone; iOS 19.1', 'iPhone; iOS 18.6', 'Android 16; Pixel 9', 'Android 15; SM-S921B'];
const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
];
const services = ['checkout', 'fulfilment', 'recommender', 'finance-export'];
/** Customers of the partner API, biggest first. */
const partnerNames = ['nordlicht', 'kestrel', 'quayside', 'bellwether', 'tamarind', 'ostrava'] as const;
export const [biggestPartner] = partnerNames;
/** The service whose credentials run out. */
export const batchRole = 'nightly-pricing';

const digits = 'abcdefghijklmnopqrstuvwxyz0123456789';
const letters = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${digits}`;
const text = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');

const key = (random: Random): Pick<Caller, 'apiKeyId' | 'apiKey'> => ({
  apiKeyId: text(random, digits, 10),
  apiKey: `${'*'.repeat(34)}${text(random, letters, 6)}`,
});

// Addresses that are set aside for documentation.
const home = (random: Random): string =>
  random.unit() < 0.6
    ? `2001:db8:${(0x1000 + random.below(0xe000)).toString(16)}:${random.below(0xffff).toString(16)}::${(1 + random.below(0xfffe)).toString(16)}`
    : `198.51.100.${1 + random.below(254)}`;

const session = (role: string, name: string): string => `arn:aws:sts::${account}:assumed-role/${role}/${name}`;

type Maker = (random: Random, i: number) => Partial<Caller>;

const makers: Readonly<Record<CallerKind, readonly [number, Maker]>> = {
  mobile: [
    5000,
    (random) => ({
      ip: home(random),
      userAgent: `ExampleShop/${random.pick(appVersions)} (${random.pick(phones)})`,
      principal: `u-${text(random, digits, 8)}`,
    }),
  ],
  web: [
    2500,
    (random) => ({ ip: home(random), userAgent: random.pick(browsers), principal: `u-${text(random, digits, 8)}` }),
  ],
  partner: [
    partnerNames.length,
    (random, i) => ({
      name: partnerNames[i] as string,
      ip: `203.0.113.${10 + i}`,
      userAgent: `${partnerNames[i]}-feed/${1 + random.below(4)}.${random.below(10)}`,
      ...key(random),
    }),
  ],
  service: [
    services.length * 3,
    (_, i) => {
      const service = services[i % services.length] as string;
      return {
        name: service,
        ip: `192.0.2.${20 + i}`,
        userAgent: 'aws-sdk-java/2.33.4 md/io#sync Linux/6.1',
        userArn: session(`${service}-service`, `task-${i + 1}`),
      };
    },
  ],
  batch: [
    1,
    () => ({
      name: batchRole,
      ip: '192.0.2.77',
      userAgent: 'Boto3/1.40.2 md/Botocore#1.40.2',
      userArn: session(batchRole, 'worker-1'),
    }),
  ],
  device: [
    300,
    (random) => ({
      ip: home(random),
      userAgent: `label-printer/${2 + random.below(3)}.${random.below(8)}`,
      ...key(random),
    }),
  ],
  erp: [6, (_, i) => ({ ip: `192.0.2.${140 + i}`, userAgent: 'Apache-HttpClient/5.5', principal: `erp-${i + 1}` })],
  webhook: [4, (_, i) => ({ ip: `203.0.113.${200 + i}`, userAgent: 'payments-webhook/3' })],
  tester: [
    8,
    (random, i) => ({
      ip: `192.0.2.${200 + i}`,
      userAgent: i % 2 === 0 ? 'PostmanRuntime/7.46.0' : 'curl/8.5.0',
      principal: `dev-${i + 1}`,
      ...key(random),
    }),
  ],
};

/** The callers of a kind; the first are the busiest. */
export function createCallers(seed: number, kind: CallerKind): readonly Caller[] {
  const [count, make] = makers[kind];
  const random = new Random(seed, 0xca11, callerKinds.indexOf(kind));
  return Array.from({ length: count }, (_, i) => ({ ...noCaller, name: kind, ...make(random, i) }));
}
