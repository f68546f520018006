import { join } from 'node:path';
import { eventually, makeFolder, type Program, run, serve } from '../service/program.js';
import { lines, refusedAmong } from '../service/requests.js';

export interface Token {
  readonly role: string;
  readonly id: string;
  readonly token: string;
  readonly sha256: string;
}

async function createToken(role: string): Promise<Token> {
  const program = run(['token', 'create', '--role', role, '--id', 'tester', '--json']);
  await program.ended;
  return JSON.parse(program.out) as Token;
}

/** Access log lines with everything that links and details are made of. */
const format =
  '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.httpMethod $context.resourcePath $context.status $context.error.responseType $context.identity.sourceIp $context.xrayTraceId';

export const callerIp = '203.0.113.77';
export const traceId = '1-5759e988-bd862e3fe1be46a994272793';

export interface FedService {
  readonly url: string;
  readonly program: Program;
  readonly reader: string;
  /** Requests of one batch, all of one minute; every third is refused. */
  readonly requests: number;
  readonly refused: number;
  send(batch: number, timeMs: number): Promise<void>;
}

const batchSize = 90;

/** The built service with tokens; it knows of nothing but what `send` brought, so answers are known to the unit. */
export async function startFedService(): Promise<FedService> {
  const [reader, sender] = (await Promise.all(['read', 'ingest'].map(createToken))) as [Token, Token];
  const program = serve(join(makeFolder(), 'data'), {
    WHY403_ACCESS_TOKENS: JSON.stringify([reader, sender].map(({ role, id, sha256 }) => ({ role, id, sha256 }))),
  });
  const url = await program.address();
  return {
    url,
    program,
    reader: reader.token,
    requests: batchSize,
    refused: refusedAmong(0, batchSize),
    async send(batch, timeMs) {
      const query = new URLSearchParams({
        format,
        api: 'a1b2c3d4e5',
        stage: 'prod',
        account: '111122223333',
        region: 'eu-west-1',
      });
      const response = await fetch(`${url}/api/v1/ingest?${query}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${sender.token}`,
          'Content-Type': 'application/octet-stream',
          'Batch-Id': `batch-${batch}`,
        },
        body: lines(batch * batchSize, (batch + 1) * batchSize, timeMs)
          .trimEnd()
          .split('\n')
          .map((line) => `${line} ${callerIp} ${traceId}\n`)
          .join(''),
      });
      if (!response.ok) throw new Error(`ingest answered ${response.status}: ${await response.text()}`);
    },
  };
}

/** Waits until the service tells what was sent. */
export async function readable(service: FedService, refused: number): Promise<void> {
  await eventually(`${refused} refused requests`, async () => {
    const response = await fetch(`${service.url}/api/v1/top?by=cause&from=now-24h`, {
      headers: { Authorization: `Bearer ${service.reader}` },
    });
    const { columns } = (await response.json()) as { columns: { name: string; values: number[] }[] };
    return columns.find(({ name }) => name === 'refused')?.values.reduce((sum, value) => sum + value, 0) === refused;
  });
}
