import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../../parsers/src/index.js';
import { groupsOf } from '../../../../server/src/aws/discovery/groups-of.js';
import { LiveGroups } from '../../../../server/src/aws/discovery/live-groups.js';
import type { AccessLog, DiscoveredStage, Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { settingsAt } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import { account, region } from '../../../fake-aws/harness.js';
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
    const formatAt = (ms: number) => settingsAt(group, ms).template?.source;
    expect(formatAt(changedMs - 1)).toBe('$context.requestId $context.status');
    expect(formatAt(changedMs)).toBe('$context.status');
    expect(formatAt(0)).toBe('$context.requestId $context.status');
  });

  it('takes the time of the look where AWS gives none that can be right', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    groups.update(at(1, { stages: [only({ accessLog: accessLog('/aws/apigateway/shop', '$context.status') })] }));
    expect(groups.list()[0]?.settings.map(({ fromMs }) => fromMs)).toEqual([0, takenMs + hour]);
  });

  it('forgets formats that no window can have any more', () => {
    const groups = live();
    for (let hours = 0; hours < 100; hours++) {
      groups.update(
        at(hours, { stages: [only({ accessLog: accessLog('/aws/apigateway/shop', `$context.status ${hours}`) })] }),
      );
    }
    const settings = groups.list()[0]?.settings ?? [];
    expect(settings.length).toBeLessThan(30);
    expect(settings[0]?.fromMs).toBeLessThanOrEqual(takenMs + (99 - 26) * hour);
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

  it('of one region says nothing about another', () => {
    const groups = live();
    groups.update(at(0, { stages: [only()] }));
    groups.update(at(1, { region: 'us-east-1', stages: [] }));
    groups.update(at(99, { region: 'us-east-1', stages: [] }));
    expect(names(groups)).toEqual(['/aws/apigateway/shop']);
  });
});
