import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../../parsers/src/index.js';
import { groupsOf } from '../../../../server/src/aws/discovery/groups-of.js';
import { LiveGroups } from '../../../../server/src/aws/discovery/live-groups.js';
import type { AccessLog, DiscoveredStage, Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { settingsOf } from '../../../../server/src/sources/cloudwatch/settings-history.js';
import { compileFilterPattern } from '../../../fake-aws/filter-pattern/compile-filter-pattern.js';
import { account, region } from '../../../fake-aws/harness.js';
import { asking } from '../../sources/cloudwatch/bed.js';
import { snapshot, stage, takenMs, unread } from './examples.js';

const hour = 3_600_000;

const accessLog = (group: string, format = '$context.requestId $context.status'): AccessLog => ({
  format,
  destination: { kind: 'log_group', group, region, account },
});

const shown = (...stages: DiscoveredStage[]) =>
  groupsOf(snapshot({ stages }), everyStage).map(({ group, kind, settings, mayBeMissing }) => [
    group.name,
    kind,
    settings.format === null ? 'any' : 'format',
    settings.api,
    settings.stage,
    mayBeMissing,
  ]);

describe('groups of stages', () => {
  const silent = { executionLog: null };
  const access = ['access', 'format', 'rest000001', 'prod', false];
  it.each<[string, DiscoveredStage[], unknown[][]]>([
    [
      'access and execution log',
      [stage()],
      [
        ['/aws/apigateway/shop', ...access],
        ['API-Gateway-Execution-Logs_rest000001/prod', 'execution', 'any', 'rest000001', 'prod', true],
      ],
    ],
    [
      'a level that logs nothing',
      [stage({ executionLog: { level: 'OFF', groups: ['x'] } })],
      [['/aws/apigateway/shop', ...access]],
    ],
    ['no access log', [stage({ ...silent, accessLog: null })], []],
    [
      'an access log in Firehose',
      [stage({ ...silent, accessLog: { format: 'x', destination: { kind: 'firehose', arn: 'arn' } } })],
      [],
    ],
    [
      'a canary has its own',
      [stage({ ...silent, canary: { deploymentId: 'dep002', percent: 5 } })],
      [
        ['/aws/apigateway/shop', ...access],
        ['/aws/apigateway/shop/Canary', 'access', 'format', 'rest000001', 'prod', true],
      ],
    ],
    [
      'a web ACL’s log tells the stage itself',
      [stage({ ...silent, accessLog: null, webAcl: { arn: 'acl', logGroup: 'aws-waf-logs-edge' } })],
      [['aws-waf-logs-edge', 'waf', 'any', null, null, false]],
    ],
    [
      'two stages with one format share a group',
      [stage(silent), stage({ ...silent, stage: 'dev' })],
      [['/aws/apigateway/shop', 'access', 'format', 'rest000001', null, false]],
    ],
    [
      'two APIs with one format share a group',
      [stage(silent), stage({ ...silent, apiId: 'rest000002' })],
      [['/aws/apigateway/shop', 'access', 'format', null, null, false]],
    ],
    [
      'two formats share a group',
      [
        stage(silent),
        stage({ ...silent, stage: 'dev', accessLog: accessLog('/aws/apigateway/shop', '$context.status') }),
      ],
      [['/aws/apigateway/shop', 'access', 'any', 'rest000001', null, false]],
    ],
  ])('%s', (_, stages, expected) => {
    expect(shown(...stages)).toEqual(expected);
  });

  it('are only those of stages that the filters let through', () => {
    const filters = { include: [], exclude: [{ stage: 'prod' }] };
    expect(groupsOf(snapshot(), filters)).toEqual([]);
  });
});

describe('the view of groups', () => {
  const live = () =>
    new LiveGroups({
      filters: everyStage,
      limits: defaultLimits,
      compile: compileAccessLogFormat,
      lingerMs: 26 * hour,
    });
  const at = (hours: number, change: Partial<Snapshot> = {}) =>
    snapshot({ takenMs: takenMs + hours * hour, ...change });
  const only = (change: Partial<DiscoveredStage> = {}) => stage({ executionLog: null, ...change });
  const names = (groups: LiveGroups) => groups.list().map(({ group }) => group.name);

  it('reads what was logged before a change of format by the old one, and what came after by the new one', () => {
    const groups = live();
    const changedMs = takenMs + 30 * 60_000;
    groups.update(at(0, { stages: [only()] }));
    groups.update(
      at(1, {
        stages: [only({ lastUpdatedMs: changedMs, accessLog: accessLog('/aws/apigateway/shop', '$context.status') })],
      }),
    );
    const [group] = groups.list();
    if (group === undefined) throw new Error('no group');
    const formatAt = (ms: number) => settingsOf(group.settings, { fromMs: ms, toMs: ms + 60_000 }).template?.source;
    expect(formatAt(changedMs - 1)).toBe('$context.requestId $context.status');
    expect(formatAt(changedMs)).toBe('$context.status');
    expect(formatAt(0)).toBe('$context.requestId $context.status');
  });

  it('asks thriftily for what the old format took for refusals too, where it may have been read by that', async () => {
    const groups = live();
    const changedMs = takenMs + 30 * 60_000;
    const changed = { format: 'new=$context.status;', destination: accessLog('/aws/apigateway/shop').destination };
    groups.update(at(0, { stages: [only({ accessLog: { ...changed, format: 'old=$context.status;' } })] }));
    groups.update(at(1, { stages: [only({ lastUpdatedMs: changedMs, accessLog: changed })] }));
    const asked = async (fromMs: number) => {
      const window = { fromMs, toMs: fromMs + 60_000 };
      const patterns = await groups.list()[0]?.thrifty?.patternsOf(window, asking());
      return ['old=403', 'new=403'].filter((text) => patterns?.join(' ').includes(text));
    };
    expect(await asked(takenMs - 10 * 60_000)).toEqual(['old=403']);
    expect(await asked(changedMs)).toEqual(['old=403', 'new=403']);
    expect(await asked(takenMs + hour)).toEqual(['old=403', 'new=403']);
    expect(await asked(takenMs + 3 * hour)).toEqual(['new=403']);
  });

  it('takes the time of the look where AWS gives none that can be right', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    groups.update(at(1, { stages: [only({ accessLog: accessLog('/aws/apigateway/shop', '$context.status') })] }));
    expect(groups.list()[0]?.settings.map(({ fromMs }) => fromMs)).toEqual([0, takenMs + hour]);
  });

  it('forgets formats that no window can have any more', () => {
    const groups = live();
    for (let hours = 0; hours < 200; hours++) {
      groups.update(
        at(hours, { stages: [only({ accessLog: accessLog('/aws/apigateway/shop', `$context.status ${hours}`) })] }),
      );
    }
    const settings = groups.list()[0]?.settings ?? [];
    expect(settings.length).toBeLessThan(110);
    expect(settings[0]?.fromMs).toBeLessThanOrEqual(takenMs + (199 - 98) * hour);
  });

  describe('when AWS is asked for refusals only', () => {
    const asked = async (groups: LiveGroups, fromMs: number, name = '/aws/apigateway/shop') => {
      const thrifty = groups.list().find(({ group }) => group.name === name)?.thrifty;
      return thrifty?.patternsOf({ fromMs, toMs: fromMs + 60_000 }, asking());
    };
    const jsonLog = accessLog('/aws/apigateway/shop', '{"s":"$context.status","t":$context.requestTimeEpoch}');

    it('the pattern is that of the format, also of both that a line may have around a change', async () => {
      const groups = live();
      groups.update(at(0, { stages: [only()] }));
      const [plain] = (await asked(groups, takenMs)) ?? [];
      const changedMs = takenMs + 5 * hour;
      groups.update(at(4, { stages: [only()] }));
      groups.update(at(6, { stages: [only({ lastUpdatedMs: changedMs, accessLog: jsonLog })] }));
      const [json] = (await asked(groups, takenMs + 20 * hour)) ?? [];
      expect(plain).toMatch(/^\?" 403/);
      expect(json).toMatch(/^\?"\{?\\"s\\":\\"403/);
      expect(await asked(groups, takenMs + hour)).toEqual([plain]);
      // In one call.
      expect(await asked(groups, changedMs)).toEqual([`${plain} ${json}`]);
    });

    it('stages with formats of their own share a group: the refusals of all, also while one cannot be looked at', async () => {
      const groups = live();
      const other = { apiId: 'rest000002', accessLog: jsonLog };
      groups.update(at(0, { stages: [only(), only(other)] }));
      const both = await asked(groups, takenMs);
      expect(both).toHaveLength(1);
      expect(both?.[0]).toContain('?" 403');
      expect(both?.[0]).toContain('\\"s\\":');
      for (const hours of [1, 1.2, 1.5]) {
        groups.update(at(hours, { stages: [only()], problems: [unread('/restapis/rest000002/stages')] }));
      }
      expect(await asked(groups, takenMs + 50 * hour)).toEqual(both);
      groups.update(at(2, { stages: [only()] }));
      expect((await asked(groups, takenMs + 50 * hour))?.[0]).not.toContain('\\"s\\":');
    });

    it('is never done where nothing can be made of the format, and people are told', async () => {
      const groups = live();
      groups.update(at(0, { stages: [only({ accessLog: accessLog('/aws/apigateway/shop', '$context.requestId') })] }));
      expect(groups.list()).toMatchObject([
        { thrifty: null, wholeBecause: expect.stringContaining('$context.status') },
      ]);
      // A better one is of use at once; until then lines may be of any kind.
      groups.update(at(1, { stages: [only()] }));
      expect(await asked(groups, takenMs)).toEqual(['']);
      expect(await asked(groups, takenMs + 9 * hour)).toEqual([expect.stringContaining('403')]);
    });

    it('web ACLs give what ends a request', async () => {
      const groups = live();
      groups.update(at(0, { stages: [only({ webAcl: { arn: 'acl', logGroup: 'aws-waf-logs-edge' } })] }));
      const [pattern = ''] = (await asked(groups, takenMs, 'aws-waf-logs-edge')) ?? [];
      const ends = compileFilterPattern(pattern);
      const actions = ['BLOCK', 'CAPTCHA', 'CHALLENGE', 'ALLOW', 'COUNT'];
      expect(actions.filter((action) => ends(JSON.stringify({ action, terminatingRuleId: 'x' })))).toEqual([
        'BLOCK',
        'CAPTCHA',
        'CHALLENGE',
      ]);
    });

    it.each<[string, Partial<DiscoveredStage>, string[]]>([
      ['access logs, if there are any', {}, ['/aws/apigateway/shop']],
      ['else execution logs', { accessLog: null }, ['API-Gateway-Execution-Logs_rest000001/prod']],
      ['else the log of a web ACL', { accessLog: null, executionLog: null }, ['aws-waf-logs-edge']],
    ])('shares are missing of what is counted: %s', (_, change, counted) => {
      const groups = live();
      groups.update(at(0, { stages: [stage({ webAcl: { arn: 'acl', logGroup: 'aws-waf-logs-edge' }, ...change })] }));
      const of = groups
        .list()
        .flatMap(({ group, discovered }) =>
          discovered.countedStages.length > 0 ? [[group.name, discovered.countedStages]] : [],
        );
      expect(of).toEqual(counted.map((name) => [name, [{ account, region, api_id: 'rest000001', stage: 'prod' }]]));
    });
  });

  it('recognises lines by themselves where a format is none', () => {
    const groups = live();
    groups.update(at(0, { stages: [only({ accessLog: accessLog('/aws/apigateway/shop', 'no variable in it') })] }));
    expect(groups.list()[0]?.settings[0]?.settings.template).toBeNull();
  });

  it('reads a new stage from the look that shows it', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    groups.update(at(1, { stages: [only(), only({ stage: 'dev', accessLog: accessLog('/aws/apigateway/dev') })] }));
    expect(names(groups)).toEqual(['/aws/apigateway/shop', '/aws/apigateway/dev']);
  });

  it('reads what a deleted stage left until the last sweep has been there, then stops', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    groups.update(at(1, { stages: [] }));
    groups.update(at(26, { stages: [] }));
    expect(names(groups)).toEqual(['/aws/apigateway/shop']);
    groups.update(at(27, { stages: [] }));
    expect(names(groups)).toEqual([]);
  });

  it('never stops reading because the control plane could not be asked', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    for (const hours of [1, 50, 500]) groups.update(at(hours, { stages: [], problems: [unread('/restapis')] }));
    expect(names(groups)).toEqual(['/aws/apigateway/shop']);
  });

  describe('while one API cannot be asked for its stages', () => {
    const plain = '$context.requestId $context.status';
    const json = '{"s":"$context.status","t":$context.requestTimeEpoch}';
    const ofA = (format = plain) => only({ accessLog: accessLog('/aws/apigateway/shop', format) });
    const ofB = (format = plain) => only({ apiId: 'rest000002', accessLog: accessLog('/aws/apigateway/shop', format) });
    const withoutA = [unread('/restapis/rest000001/stages')];
    const read = (groups: LiveGroups) =>
      groups
        .list()[0]
        ?.settings.map(({ settings: { template, fallbackPlace } }) => [
          template?.source ?? null,
          fallbackPlace.apiId,
          fallbackPlace.stage,
        ]);

    it('its requests are not taken for those of another API that logs to the same group', () => {
      const groups = live();
      groups.update(at(0, { stages: [ofA(), ofB()] }));
      for (const hours of [1, 2, 50]) groups.update(at(hours, { stages: [ofB()], problems: withoutA }));
      expect(read(groups)).toEqual([[plain, null, null]]);
      groups.update(at(51, { stages: [ofB()] }));
      expect(read(groups)).toEqual([
        [plain, null, null],
        [plain, 'rest000002', 'prod'],
      ]);
    });

    it('its stages keep their names beside a stage of the same API', () => {
      const groups = live();
      groups.update(at(0, { stages: [ofA(), only({ stage: 'dev' })] }));
      groups.update(at(1, { stages: [], problems: withoutA }));
      groups.update(at(2, { stages: [only({ stage: 'dev' })], problems: [unread('/restapis')] }));
      expect(read(groups)).toEqual([[plain, 'rest000001', null]]);
    });

    it('its lines are not read by the format of another', () => {
      const groups = live();
      groups.update(at(0, { stages: [ofA(), ofB(json)] }));
      groups.update(at(1, { stages: [ofB(json)], problems: withoutA }));
      expect(read(groups)).toEqual([[null, null, null]]);
      expect(groups.list()[0]?.discovered.formats).toEqual([plain, json]);
    });

    it('what the others change counts', () => {
      const groups = live();
      groups.update(at(0, { stages: [ofA(), ofB(json)] }));
      groups.update(at(1, { stages: [ofB()], problems: withoutA }));
      expect(read(groups)).toEqual([
        [null, null, null],
        [plain, null, null],
      ]);
      groups.update(at(2, { stages: [], problems: withoutA }));
      expect(read(groups)?.at(-1)).toEqual([plain, 'rest000001', 'prod']);
      expect(groups.list()[0]?.discovered.countedStages).toEqual([
        { account, region, api_id: 'rest000001', stage: 'prod' },
      ]);
    });

    it('what it changed meanwhile is known to lie between the looks that showed it', () => {
      const groups = live();
      groups.update(at(0, { stages: [ofA()] }));
      groups.update(at(2, { stages: [], problems: withoutA }));
      groups.update(at(4, { stages: [{ ...ofA(json), lastUpdatedMs: takenMs + hour }] }));
      const settings = groups.list()[0]?.settings;
      expect(settings?.at(-1)?.fromMs).toBe(takenMs + hour);
      expect(settings?.at(-1)?.change?.mixed.fromMs).toBe(takenMs - 5 * 60_000);
    });
  });

  it('of one region says nothing about another', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    groups.update(at(1, { region: 'us-east-1', stages: [] }));
    groups.update(at(99, { region: 'us-east-1', stages: [] }));
    expect(names(groups)).toEqual(['/aws/apigateway/shop']);
  });
});
