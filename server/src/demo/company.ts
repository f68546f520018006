import type { CallerKind } from './callers.js';
import { account, devicesPlace, erpPlace, type FeedKey, region } from './log-formats.js';
import type { OutcomeName } from './outcomes.js';
import type { Rhythm } from './rhythm.js';

/** What a route asks of its callers. */
export type Gate = 'open' | 'lambda' | 'key' | 'iam' | 'policy' | 'jwt' | 'http_lambda';

export interface DemoStage {
  readonly apiId: string;
  readonly apiName: string;
  readonly kind: 'rest' | 'http';
  readonly name: string;
  readonly feed: FeedKey;
  readonly host: string;
  /** Mapping of a custom domain; null on the default endpoint, where paths begin with the stage. */
  readonly basePath: string | null;
  readonly webAcl: string | null;
  /** Refused requests leave lines there; `trace`: with what the authorizer answered. */
  readonly executionLog: 'off' | 'info' | 'trace';
}

export interface DemoRoute {
  readonly method: string;
  readonly template: string;
  readonly gate: Gate;
  /** For the routes of a JWT authorizer. */
  readonly scope: string | null;
}

/** Requests of one kind of caller to one stage. */
export interface Stream {
  readonly stage: DemoStage;
  readonly callers: CallerKind;
  readonly rhythm: Rhythm;
  readonly perDay: number;
  readonly routes: readonly (readonly [DemoRoute, number])[];
  /** What goes otherwise than well, as a share of all requests. */
  readonly troubles: readonly (readonly [OutcomeName, number])[];
}

type Trouble = Stream['troubles'];

const ordinary: Trouble = [
  ['notFound', 0.014],
  ['badInput', 0.004],
  ['notProcessable', 0.003],
  ['badGateway', 0.0015],
  ['timeout', 0.0005],
];
const troublesOf: Readonly<Record<Gate, Trouble>> = {
  open: [...ordinary, ['notModified', 0.03], ['redirect', 0.008], ['throttled', 0.001], ['backendRefused', 0.002]],
  lambda: [
    ...ordinary,
    ['unauthorized', 0.022],
    ['authorizerDenied', 0.006],
    ['authorizerNotCovered', 0.0015],
    ['backendRefused', 0.006],
    ['invalidBody', 0.004],
    ['conflict', 0.003],
  ],
  key: [...ordinary, ['keyMissing', 0.012], ['keyRefused', 0.005], ['throttled', 0.006], ['notModified', 0.02]],
  iam: [
    ...ordinary,
    ['iamDenied', 0.006],
    ['unsigned', 0.002],
    ['clockSkew', 0.0015],
    ['signatureMismatch', 0.001],
    ['sessionExpired', 0.001],
  ],
  policy: [...ordinary, ['policySilent', 0.012], ['invalidBody', 0.004]],
  jwt: [
    ...ordinary,
    ['httpUnauthorized', 0.035],
    ['scopeMissing', 0.006],
    ['backendRefused', 0.005],
    ['notModified', 0.05],
    ['httpUnavailable', 0.0008],
  ],
  http_lambda: [...ordinary, ['httpUnauthorized', 0.02], ['httpDenied', 0.008]],
};

function stage(
  apiId: string,
  apiName: string,
  name: string,
  rest: Partial<Omit<DemoStage, 'apiId' | 'apiName' | 'name'>> = {},
): DemoStage {
  return {
    apiId,
    apiName,
    name,
    kind: 'rest',
    feed: rest.kind === 'http' ? 'http' : 'rest',
    host: `${apiId}.execute-api.${region}.amazonaws.com`,
    basePath: null,
    webAcl: null,
    executionLog: 'off',
    ...rest,
  };
}

/** `GET /orders/{id} lambda 30` for each line: method, template, gate, weight, scope. */
function routes(...lines: readonly string[]): Stream['routes'] {
  return lines.map((line) => {
    const [method, template, gate, weight, scope] = line.split(' ');
    return [{ method, template, gate, scope: scope ?? null } as DemoRoute, Number(weight)];
  });
}

function stream(
  to: DemoStage,
  callers: CallerKind,
  rhythm: Rhythm,
  perDay: number,
  offered: Stream['routes'],
  more: Trouble = [],
): Stream {
  const gates = new Set(offered.map(([{ gate }]) => gate));
  const troubles = [...more, ...[...gates].flatMap((gate) => troublesOf[gate])];
  return { stage: to, callers, rhythm, perDay, routes: offered, troubles };
}

const webAcl = (name: string, id: string): string => `arn:aws:wafv2:${region}:${account}:regional/webacl/${name}/${id}`;
const shopAcl = webAcl('shop-edge', '5c0d7a31-8f42-4b6e-9d15-0e7a2c94b6f8');
const mediaAcl = webAcl('media-edge', 'b2f4e6d8-1a3c-4e5f-8071-92a3b4c5d6e7');

const shop = { host: 'api.example.com' };

/** Example Outfitters, an online shop with its own warehouse. To add an API: its stages here, its streams below. */
export const stages = {
  storefront: stage('s7k2m9qx4b', 'storefront', 'prod', { ...shop, basePath: 'shop', webAcl: shopAcl }),
  storefrontStaging: stage('s7k2m9qx4b', 'storefront', 'staging'),
  orders: stage('o4r8t1wz6c', 'orders', 'prod', { ...shop, basePath: 'sales', executionLog: 'info' }),
  ordersStaging: stage('o4r8t1wz6c', 'orders', 'staging', { executionLog: 'trace' }),
  media: stage('m3p6v2yk9d', 'media', 'prod', { host: 'media.example.com', basePath: 'v1', webAcl: mediaAcl }),
  partnerCatalog: stage('p9x5c3hn7e', 'partner-catalog', 'prod', { host: 'partners.example.com', basePath: 'catalog' }),
  partnerCatalogV2: stage('p9x5c3hn7e', 'partner-catalog', 'v2', { executionLog: 'info' }),
  pricing: stage('c6d1j8ql5f', 'pricing', 'prod'),
  pricingStaging: stage('c6d1j8ql5f', 'pricing', 'staging'),
  inventory: stage('i8w4z7ps2g', 'inventory', 'prod'),
  reports: stage('r5n9b2fk8h', 'reports', 'prod', { executionLog: 'info' }),
  payments: stage('y1t7g4mv3j', 'payments', 'prod', { host: 'pay.example.com', basePath: 'hooks' }),
  devices: stage(devicesPlace.apiId as string, 'warehouse-devices', 'prod', { feed: 'devices', executionLog: 'info' }),
  erp: stage(erpPlace.apiId as string, 'legacy-erp', 'prod', { feed: 'erp' }),
  mobile: stage('a2f6k9rw1l', 'mobile-bff', '$default', { kind: 'http', host: 'app.example.com', basePath: '(none)' }),
  sessions: stage('z3h7q5xt9n', 'sessions', '$default', { kind: 'http' }),
} as const satisfies Record<string, DemoStage>;

const shopRoutes = routes(
  'GET /products open 30',
  'GET /products/{productId} open 36',
  'GET /categories/{categoryId}/products open 12',
  'GET /cart open 9',
  'OPTIONS /cart open 9',
  'POST /cart/items open 7',
  'OPTIONS /cart/items open 7',
  'POST /checkout open 3',
  'OPTIONS /checkout open 3',
);
const orderRoutes = routes(
  'GET /orders lambda 30',
  'GET /orders/{orderId} lambda 38',
  'POST /orders lambda 12',
  'PUT /orders/{orderId}/address lambda 4',
  'DELETE /orders/{orderId} lambda 2',
  'GET /returns/{returnId} lambda 8',
);
const catalogRoutes = routes(
  'GET /catalog key 18',
  'GET /catalog/{sku} key 52',
  'GET /availability/{sku} key 24',
  'POST /orders key 6',
);
const pricingRoutes = routes('GET /prices/{sku} iam 60', 'POST /quotes iam 30', 'GET /discounts iam 10');

/** About 400,000 requests on a working day; of each incident, enough to be seen within minutes at the quietest hour. */
export const streams: readonly Stream[] = [
  stream(
    stages.mobile,
    'mobile',
    'people',
    44_000,
    routes(
      'GET /home jwt 26 home/read',
      'GET /feed jwt 24 home/read',
      'GET /orders jwt 14 orders/read',
      'GET /orders/{orderId} jwt 12 orders/read',
      'POST /cart jwt 10 cart/write',
      'PUT /profile jwt 3 profile/write',
      'POST /devices/push jwt 5 profile/write',
      'DELETE /account jwt 0.4 account/delete',
    ),
  ),
  stream(
    stages.sessions,
    'mobile',
    'people',
    16_000,
    routes(
      'POST /sessions/refresh http_lambda 60',
      'GET /sessions/current http_lambda 36',
      'DELETE /sessions http_lambda 4',
    ),
  ),
  stream(stages.storefront, 'web', 'people', 60_000, shopRoutes),
  stream(
    stages.storefront,
    'mobile',
    'people',
    24_000,
    shopRoutes.filter(([route]) => route.method !== 'OPTIONS'),
  ),
  stream(stages.storefrontStaging, 'tester', 'office', 2_500, shopRoutes, [['noRoute', 0.012]]),
  stream(stages.orders, 'mobile', 'people', 18_000, orderRoutes),
  stream(stages.orders, 'web', 'people', 14_000, orderRoutes),
  stream(stages.ordersStaging, 'tester', 'office', 1_800, orderRoutes, [
    ['authorizerDenied', 0.02],
    ['noRoute', 0.01],
  ]),
  stream(
    stages.media,
    'web',
    'people',
    48_000,
    routes('GET /images/{imageId} open 62', 'POST /uploads open 18', 'PUT /uploads/{uploadId}/parts/{part} open 20'),
  ),
  stream(stages.partnerCatalog, 'partner', 'office', 48_000, catalogRoutes, [['quotaAs403', 0.002]]),
  stream(stages.partnerCatalogV2, 'partner', 'office', 20_000, catalogRoutes, [['keyInNoPlan', 0.002]]),
  stream(stages.pricing, 'service', 'machines', 17_000, pricingRoutes),
  stream(stages.pricing, 'batch', 'night', 10_000, routes('PUT /prices/{sku} iam 80', 'POST /price-lists iam 20')),
  stream(stages.pricingStaging, 'service', 'office', 1_200, pricingRoutes, [['signatureMismatch', 0.01]]),
  stream(
    stages.inventory,
    'service',
    'machines',
    9_000,
    routes('GET /stock/{sku} iam 70', 'PUT /stock/{sku} iam 22', 'GET /locations iam 8'),
  ),
  stream(
    stages.reports,
    'service',
    'office',
    18_000,
    routes('GET /reports policy 20', 'GET /reports/{reportId} policy 60', 'POST /exports policy 20'),
  ),
  stream(stages.payments, 'webhook', 'people', 8_000, routes('POST /events policy 90', 'GET /health policy 10')),
  stream(
    stages.devices,
    'device',
    'machines',
    11_000,
    routes('POST /heartbeat key 60', 'GET /jobs/{deviceId} key 34', 'POST /labels key 6'),
  ),
  stream(
    stages.erp,
    'erp',
    'office',
    8_000,
    routes('GET /stock lambda 40', 'POST /bookings lambda 34', 'GET /bookings/{bookingId} lambda 26'),
  ),
];

export const troublesShare = ({ troubles }: Stream): number => troubles.reduce((sum, [, share]) => sum + share, 0);
