import { type FormatReview, reviewAccessLogFormat } from '@why403/parsers';
import type { AccessLog, DiscoveredStage } from '../aws/discovery/snapshot.js';
import { partitionOf } from '../aws/partition.js';
import { type FormatChange, formatChanges } from './format-change.js';

export interface ReviewedStage {
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly apiName: string;
  readonly apiKind: DiscoveredStage['apiKind'];
  readonly stage: string;
  /** null: access logging is off. */
  readonly format: string | null;
  /** null: the format is none, as `unreadable` says. */
  readonly review: FormatReview | null;
  readonly unreadable: string | null;
  /** Empty when nothing is recommended. */
  readonly changes: readonly FormatChange[];
}

/** Reviews formats, each once however many stages have it. */
export function createStageReviewer(): (account: string, region: string, stage: DiscoveredStage) => ReviewedStage {
  const reviews = new Map<string, ReturnType<typeof reviewAccessLogFormat>>();
  return (account, region, { apiId, apiName, apiKind, stage, accessLog }) => {
    const format = accessLog?.format ?? null;
    const key = `${apiKind} ${format === null ? '' : `=${format}`}`;
    const reviewed = reviews.get(key) ?? reviewAccessLogFormat(format, apiKind);
    reviews.set(key, reviewed);
    const review = reviewed.ok ? reviewed.value : null;
    const recommended = review?.recommended?.format ?? null;
    const place = { account, region, apiId, stage, apiKind };
    return {
      ...place,
      apiName,
      format,
      review,
      unreadable: reviewed.ok ? null : reviewed.detail,
      changes:
        recommended === null
          ? []
          : formatChanges({ ...place, destinationArn: destinationOf(accessLog), format: recommended }),
    };
  };
}

function destinationOf(accessLog: AccessLog | null): string | null {
  if (accessLog === null) return null;
  const { destination } = accessLog;
  if (destination.kind === 'firehose') return destination.arn;
  return `arn:${partitionOf(destination.region)}:logs:${destination.region}:${destination.account}:log-group:${destination.group}`;
}
