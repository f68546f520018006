import { logGroupOfArn } from '../../sources/cloudwatch/unit-names.js';
import type { AccessLog } from './snapshot.js';

/** Where a stage writes its access log; null = it writes none, or an ARN of neither kind. */
export function accessLogOf(format: string | undefined, destinationArn: string | undefined): AccessLog | null {
  if (!format || !destinationArn) return null;
  if (/^arn:[^:]+:firehose:/.test(destinationArn)) {
    return { format, destination: { kind: 'firehose', arn: destinationArn } };
  }
  const found = logGroupOfArn(destinationArn);
  if (found === null) return null;
  const { account, region, name } = found;
  return { format, destination: { kind: 'log_group', group: name, region, account } };
}

const levels = ['OFF', 'ERROR', 'INFO'] as const;

/** The highest of a stage's methods. */
export const highestLevel = (of: Iterable<string | undefined>): (typeof levels)[number] => {
  const seen = new Set(of);
  return levels.findLast((level) => seen.has(level)) ?? 'OFF';
};
