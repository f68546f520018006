import { expect, it } from 'vitest';
import type { DiscoveryProblem } from '../../../../server/src/aws/discovery/snapshot.js';
import { noteEndedFeeds } from '../../../../server/src/sources/aws/ended-feeds.js';
import type { FeedEnd, GroupFeed } from '../../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { account, region } from '../../../fake-aws/harness.js';
import { snapshot, takenMs, unread } from '../../aws/discovery/examples.js';

const feed = (name: string): string => `cwl:${account}:${region}:${name}`;

interface Situation {
  readonly stored: readonly GroupFeed[];
  readonly listed?: readonly string[];
  readonly isKnown?: boolean;
  readonly problems?: readonly DiscoveryProblem[];
}

async function note({ stored, listed = [], isKnown = true, problems = [] }: Situation) {
  const ends: FeedEnd[] = [];
  const told: string[] = [];
  await noteEndedFeeds(snapshot({ problems }), {
    store: {
      readFeedsOf: async (prefix) => stored.filter(({ feed }) => feed.startsWith(prefix)),
      insertFeedEnds: async (given) => void ends.push(...given),
    },
    groups: { isListed: (name) => listed.map(feed).includes(name), isKnown: () => isKnown },
    telemetry: { ...silentTelemetry, sourceProblem: ({ source, problem }) => told.push(`${source}: ${problem}`) },
    nowMs: () => takenMs,
  });
  return { ends, told };
}

const going = (name: string, lagMs = 60_000): GroupFeed => ({
  feed: feed(name),
  completeUntilMs: takenMs - lagMs,
  hasEnded: false,
});
const ended = (name: string): GroupFeed => ({ ...going(name), hasEnded: true });

it('a feed whose group no stage logs to any more has ended; one that a stage logs to has not, however far it lags', async () => {
  const { ends, told } = await note({
    stored: [going('gone'), going('denied', 86_400_000), going('silent')],
    listed: ['denied', 'silent'],
  });
  expect(ends).toEqual([{ feed: feed('gone'), hasEnded: true }]);
  expect(told).toEqual([]);
});

it('what is known to have ended, or to go on, is not written again', async () => {
  expect((await note({ stored: [ended('gone'), going('shop')], listed: ['shop'] })).ends).toEqual([]);
});

it('a stage that logs there again opens it again', async () => {
  expect((await note({ stored: [ended('back')], listed: ['back'] })).ends).toEqual([
    { feed: feed('back'), hasEnded: false },
  ]);
});

it('feeds of other accounts and regions, and those that are no groups, are not touched', async () => {
  const others = ['cwl:444455556666:eu-west-1:/x', `cwl:${account}:us-east-1:/x`, 'http:orders'];
  const stored = others.map((name) => ({ ...going('x'), feed: name }));
  expect((await note({ stored })).ends).toEqual([]);
});

it.each([
  ['the APIs could not be listed', { problems: [unread('/restapis')] }],
  ['the stages of one API could not be listed', { problems: [unread('/apis/http000001/stages')] }],
  ['another entry may find it and has not looked yet', { isKnown: false }],
])('nothing is known to have ended while %s', async (_, more) => {
  expect((await note({ stored: [going('gone')], ...more })).ends).toEqual([]);
});

it('what else could not be read does not matter; a web ACL only to WAF logs', async () => {
  const stored = [going('gone'), going('aws-waf-logs-shop')];
  const acl = { ...unread('arn:aws:wafv2:x'), action: 'wafv2:GetLoggingConfiguration' };
  expect((await note({ stored, problems: [unread('/usageplans')] })).ends).toHaveLength(2);
  expect((await note({ stored, problems: [acl] })).ends).toEqual([{ feed: feed('gone'), hasEnded: true }]);
});

it('says so when what came before the end may not all have been read', async () => {
  const { told } = await note({ stored: [going('gone', 7_200_000)] });
  expect(told).toEqual([
    `${feed('gone')}: No stage that is read logs there any more. It was read until ${new Date(takenMs - 7_200_000).toISOString()}; what came later, if anything did, is not read.`,
  ]);
});
