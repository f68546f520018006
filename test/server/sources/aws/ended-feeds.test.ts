import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../../parsers/src/index.js';
import { groupsOf } from '../../../../server/src/aws/discovery/groups-of.js';
import { LiveGroups } from '../../../../server/src/aws/discovery/live-groups.js';
import type { DiscoveryProblem, Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { GroupsHad, noteEndedFeeds } from '../../../../server/src/sources/aws/ended-feeds.js';
import type { FeedEnd, GroupFeed } from '../../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { account, region } from '../../../fake-aws/harness.js';
import { snapshot, stage, takenMs, unread } from '../../aws/discovery/examples.js';

const feed = (name: string): string => `cwl:${account}:${region}:${name}`;

interface Situation {
  readonly stored: readonly GroupFeed[];
  readonly listed?: readonly string[];
  readonly isKnown?: boolean;
  readonly letGo?: readonly string[];
  readonly problems?: readonly DiscoveryProblem[];
}

async function note({ stored, listed = [], isKnown = true, letGo = [], problems = [] }: Situation) {
  const ends: FeedEnd[] = [];
  const told: string[] = [];
  await noteEndedFeeds(snapshot({ problems }), {
    store: {
      readFeedsOf: async (prefix) => stored.filter(({ feed }) => feed.startsWith(prefix)),
      insertFeedEnds: async (given) => void ends.push(...given),
    },
    groups: { isListed: (name) => listed.map(feed).includes(name), isKnown: () => isKnown },
    letGo: new Set(letGo.map(feed)),
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

describe('where the stages of one API are denied for good', () => {
  const denied = { problems: [unread('/apis/http000001/stages')], isKnown: false };

  it('a feed has ended whose group was let go of, and no other', async () => {
    const stored = [going('deleted'), going('of the denied')];
    expect((await note({ stored, letGo: ['deleted'], ...denied })).ends).toEqual([
      { feed: feed('deleted'), hasEnded: true },
    ]);
  });

  it('a group that another entry finds goes on', async () => {
    const found = { listed: ['shared'], letGo: ['shared'] };
    expect((await note({ stored: [going('shared')], ...found, ...denied })).ends).toEqual([]);
  });

  it('a stage that logs there again opens it again', async () => {
    expect((await note({ stored: [ended('back')], listed: ['back'], ...denied })).ends).toEqual([
      { feed: feed('back'), hasEnded: false },
    ]);
  });

  it('WAF logs that were let go of have not ended while a web ACL cannot be read', async () => {
    const acl = { ...unread('arn:aws:wafv2:x'), action: 'wafv2:GetLoggingConfiguration' };
    const situation = { stored: [going('aws-waf-logs-shop')], letGo: ['aws-waf-logs-shop'] };
    expect((await note({ ...situation, ...denied })).ends).toHaveLength(1);
    expect((await note({ ...situation, problems: [...denied.problems, acl] })).ends).toEqual([]);
  });
});

describe('groups of a run of discovery', () => {
  const hour = 3_600_000;
  const ofX = stage({ apiId: 'rest00000x', executionLog: null });
  const ofY = stage({
    apiId: 'rest00000y',
    executionLog: null,
    accessLog: {
      format: '$context.requestId $context.status',
      destination: { kind: 'log_group', group: '/aws/apigateway/y', region, account },
    },
  });
  const isDenied = { problems: [unread('/restapis/rest00000x/stages')] };
  const look = (hours: number, change: Partial<Snapshot>) => snapshot({ takenMs: takenMs + hours * hour, ...change });

  it.each([
    ['that saw it deleted', { stages: [], ...isDenied }, [feed('/aws/apigateway/y')]],
    ['that could not list APIs any more', { stages: [], problems: [unread('/restapis')] }, []],
  ])('are let go of when they are gone for a day, by looks %s', (_, rest, expected) => {
    const live = new LiveGroups({ filters: everyStage, limits: defaultLimits, compile: compileAccessLogFormat });
    const had = new GroupsHad();
    const letGo = [];
    const looks = [look(0, { stages: [ofX, ofY] }), ...[1, 2, 26, 27].map((hours) => look(hours, rest))];
    for (const each of looks) {
      live.update(each);
      letGo.push([...had.letGo(live.list())]);
    }
    expect(letGo).toEqual([[], [], [], [], expected]);
  });

  it('are let go of too where only another process saw them', async () => {
    const live = new LiveGroups({ filters: everyStage, limits: defaultLimits, compile: compileAccessLogFormat });
    const had = new GroupsHad();
    const looks = [look(0, { stages: [ofX, ofY] }), look(1, { stages: [], ...isDenied })];
    const stored = { keep: async () => {}, recall: async () => ({ looks, known: null }) };
    const earlier = await had.withRecalled(stored, everyStage).recall(account, region, 0);
    for (const each of [...earlier.looks, look(27, { stages: [], ...isDenied })]) live.update(each);
    expect([...had.letGo(live.list())]).toEqual([feed('/aws/apigateway/y')]);
  });

  it('are no longer let go of when a stage logs there again', () => {
    const had = new GroupsHad();
    const both = groupsOf(look(0, { stages: [ofX, ofY] }), everyStage);
    had.letGo(both);
    expect(had.letGo([]).size).toBe(2);
    expect(had.letGo(both).size).toBe(0);
  });
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
