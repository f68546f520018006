import { describe, expect, it } from 'vitest';
import { GroupRegistry, type Overlap } from '../../../server/src/sources/group-registry.js';

const account = '111122223333';
const region = 'eu-west-1';
const found = (...names: readonly string[]) => names.map((name) => ({ group: { account, region, name } }));
const namesOf = (groups: readonly { readonly group: { readonly name: string } }[]): string[] =>
  groups.map(({ group }) => group.name);
const minuteMs = 60_000;

function bed() {
  const clock = { nowMs: 1_000_000 };
  const told: Overlap[] = [];
  const registry = new GroupRegistry({ nowMs: () => clock.nowMs, onOverlap: (overlap) => told.push(overlap) });
  const first = registry.open('aws eu-west-1', null, [region]);
  const second = registry.open(`aws ${account}`, account, [region]);
  return { clock, told, registry, first, second };
}

describe('two entries that find the same log groups', () => {
  it('the first one reads them, the second one the rest', () => {
    const { first, second } = bed();
    expect(namesOf(first.own(found('shop', 'pay')))).toEqual(['shop', 'pay']);
    expect(namesOf(second.own(found('pay', 'web')))).toEqual(['web']);
    expect(namesOf(first.own(found('shop', 'pay')))).toEqual(['shop', 'pay']);
  });

  it('nobody reads a group beside another, even when the second one came earlier', () => {
    const { clock, first, second } = bed();
    expect(namesOf(second.own(found('shop')))).toEqual(['shop']);
    const readers = (): string[] => [
      ...namesOf(first.own(found('shop'))).map(() => 'first'),
      ...namesOf(second.own(found('shop'))).map(() => 'second'),
    ];
    // What the second one has under way is let be finished.
    expect(readers()).toEqual([]);
    clock.nowMs += minuteMs;
    expect(readers()).toEqual([]);
    clock.nowMs += minuteMs;
    expect(readers()).toEqual(['first']);
  });

  it('the second one takes over what the first one finds no more', () => {
    const { clock, registry, first, second } = bed();
    first.own(found('shop'));
    second.own(found('shop'));
    first.own([]);
    expect(namesOf(second.own(found('shop')))).toEqual([]);
    clock.nowMs += 2 * minuteMs;
    expect(namesOf(second.own(found('shop')))).toEqual(['shop']);
    expect(registry.overlaps()).toEqual([]);
  });

  it('are told once in the log, and as long as it lasts to whoever asks', () => {
    const { told, registry, first, second } = bed();
    first.own(found('shop', 'pay'));
    for (let times = 0; times < 3; times++) second.own(found('shop', 'pay', 'web'));
    expect(told).toHaveLength(1);
    expect(registry.overlaps()).toEqual([
      {
        ...{ account, region, groups: ['pay', 'shop'], count: 2, countedBy: 'aws eu-west-1', alsoBy: `aws ${account}` },
        message: `Log groups pay, shop of ${account} ${region}: found by two entries of \`sources\`, aws eu-west-1 and aws ${account}. The first one reads; leave them out of one of the two (\`include\`, \`exclude\`).`,
      },
    ]);
    first.own(found('pay'));
    expect(registry.overlaps()[0]).toMatchObject({ groups: ['pay'], count: 1 });
    second.own(found('web'));
    expect(registry.overlaps()).toEqual([]);
  });

  it('have names of their own, and long lists are cut', () => {
    const { registry } = bed();
    const names = Array.from({ length: 30 }, (_, i) => `group-${i}`);
    registry.open(`aws ${account}`, account, [region]).own(found(...names));
    registry.open(`aws ${account}`, account, [region]).own(found(...names));
    const [overlap] = registry.overlaps();
    expect(overlap).toMatchObject({ countedBy: `aws ${account} #2`, alsoBy: `aws ${account} #3`, count: 30 });
    expect(overlap?.groups).toHaveLength(10);
    expect(overlap?.message).toContain(' and 20 more of ');
  });

  it('in another region or account are other groups', () => {
    const { registry, first, second } = bed();
    first.own(found('shop'));
    const elsewhere = [{ group: { account, region: 'us-east-1', name: 'shop' } }];
    expect(second.own(elsewhere)).toEqual(elsewhere);
    expect(registry.overlaps()).toEqual([]);
  });
});

describe('what is polled', () => {
  const [shop, web] = [found('shop')[0]?.group, found('web')[0]?.group] as const;
  if (shop === undefined || web === undefined) throw new Error('expected two groups');

  it('is not known before all entries that may find it have looked', () => {
    const { registry, first, second } = bed();
    expect(registry.isPolled(shop)).toBeNull();
    first.own(found('shop'));
    first.looked(account, region);
    expect([registry.isPolled(shop), registry.isPolled(web)]).toEqual([true, null]);
    second.own([]);
    second.looked(account, region);
    expect([registry.isPolled(shop), registry.isPolled(web)]).toEqual([true, false]);
    expect(registry.isPolled({ ...shop, region: 'us-east-1' })).toBe(false);
  });

  it('an entry of other credentials may turn out to be of another account', () => {
    const { registry, first, second } = bed();
    second.looked(account, region);
    expect(registry.isKnown(account, region)).toBe(false);
    first.looked('444455556666', region);
    expect(registry.isKnown(account, region)).toBe(true);
  });

  it('is nothing that nobody has found for as long as reading would go back', () => {
    const { clock, registry } = bed();
    clock.nowMs += 71 * 60 * minuteMs;
    expect(registry.isPolled(shop)).toBeNull();
    clock.nowMs += 60 * minuteMs;
    expect(registry.isPolled(shop)).toBe(false);
  });

  it('is not known any more when an entry begins anew', () => {
    const { registry, first, second } = bed();
    first.own(found('shop'));
    for (const each of [first, second]) each.looked(account, region);
    expect([registry.isPolled(shop), registry.isPolled(web)]).toEqual([true, false]);
    first.begun();
    first.own([]);
    expect([registry.isPolled(shop), registry.isPolled(web)]).toEqual([null, null]);
  });

  it('and delivered is told: once in the log, and for an hour', () => {
    const { clock, told, registry, first } = bed();
    first.own(found('shop'));
    for (let times = 0; times < 3; times++) registry.delivered(shop, 'firehose:111122223333:eu-west-1:logs');
    expect(told).toHaveLength(1);
    expect(registry.overlaps()).toEqual([
      {
        ...{ account, region, groups: ['shop'], count: 1 },
        ...{ countedBy: 'aws eu-west-1', alsoBy: 'firehose:111122223333:eu-west-1:logs' },
        message: `Log group shop of ${account} ${region}: polled by aws eu-west-1, and delivered by a subscription (firehose:111122223333:eu-west-1:logs) as well. What is delivered is taken as evidence and not counted; remove the subscription filter, or leave the stage out of the source (\`exclude\`).`,
      },
    ]);
    clock.nowMs += 3_600_001;
    expect(registry.overlaps()).toEqual([]);
  });
});
