import { describe, expect, it } from 'vitest';
import { annotateChange, annotateNewCause } from '../../../server/src/api/annotation.js';
import { causesOfChange, changeKinds } from '../../../server/src/store/change-event.js';
import { annotate, beganMs, causes, change, labels, minute, newCause } from './annotated.js';

describe('the annotation of a spike', () => {
  it('says what, where, how many, how many usually, and that it goes on', () => {
    expect(annotate()).toMatchObject({
      timeMs: beganMs,
      endMs: beganMs + 10 * minute,
      title: 'Spike: Blocked by AWS WAF',
      text: '<b>orders/prod</b> waf_blocked<br>Up to 130 refused requests in 5 minutes, at most 21 usual, 23 % of the requests of the stage.<br>410 refused requests so far; it goes on.',
      tags: ['spike', 'waf', 'waf_blocked', 'orders', 'prod'],
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
    });
  });

  it('that is over ends where it ended', () => {
    const { endMs, text } = annotate({ endedMs: beganMs + 7 * minute, share: null, baseline: 'none' });
    expect(endMs).toBe(beganMs + 7 * minute);
    expect(text).toContain('410 refused requests in all.');
    expect(text).toContain('too little history to know what is usual.');
  });

  it('keeps its id while it grows, and no two have the same', () => {
    const { id } = annotate();
    expect(annotate({ endedMs: beganMs + minute, peakScore: 9, peakRequests: 900, refused: 5000 }).id).toBe(id);
    const others = [
      annotate({ beganMs: beganMs + minute }),
      annotate({ labels: { ...labels, stage: 'test' } }),
      annotate({ labels: { ...labels, cause: 'iam_denied' } }),
      annotate({ labels: { ...labels, account: '', region: '111122223333eu-west-1' } }),
      annotateNewCause(newCause(), causes),
      annotateNewCause(newCause({ route: '/b' }), causes),
    ];
    expect(new Set([id, ...others.map((each) => each.id)]).size).toBe(others.length + 1);
  });
});

describe('the annotation of a change', () => {
  it('says what, where, when it took effect, and which causes it may explain', () => {
    const { id } = change();
    expect(annotateChange(change(), causes)).toEqual({
      timeMs: beganMs,
      endMs: beganMs,
      title: 'Changed: web ACL',
      text: '<b>orders/prod</b> The web ACL of stage prod of orders is now front.<br>May explain: Blocked by AWS WAF.',
      tags: ['change', 'web_acl', 'orders', 'prod'],
      id: `change-${id}`,
      color: annotate().color,
    });
  });

  it('of a whole API, and of an account, names those', () => {
    expect(annotateChange(change({ stage: '' }), causes).text).toMatch(/^<b>orders<\/b> /);
    const ofAccount = annotateChange(change({ apiId: '', stage: '', kind: 'api_key' }), causes);
    expect(ofAccount.text).toMatch(/^<b>111122223333 eu-west-1<\/b> /);
    expect(ofAccount.tags).toEqual(['change', 'api_key']);
  });

  it('of any kind has a title, and the colour of a group only when all that it may explain are of one', () => {
    for (const kind of changeKinds) {
      const { title, color } = annotateChange(change({ kind, mayExplain: causesOfChange[kind] }), causes);
      expect(title).toMatch(/^Changed: \w/);
      expect(color).toMatch(/^#[0-9a-f]{6}$/);
    }
    const grey = annotateChange(change({ mayExplain: ['unknown'] }), causes).color;
    expect(annotateChange(change({ mayExplain: ['waf_blocked', 'iam_denied'] }), causes).color).toBe(grey);
    expect(annotateChange(change({ mayExplain: [] }), causes)).toMatchObject({
      color: grey,
      text: expect.not.stringContaining('explain'),
    });
  });
});

describe('values of callers', () => {
  it('a script in the name of a stage stays text', () => {
    const { text, tags: list } = annotate({ labels: { ...labels, stage: '<img src=x onerror="alert(1)">' } });
    expect(text).toContain('<b>orders/&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</b>');
    expect(list).toEqual(['spike', 'waf', 'waf_blocked', 'orders']);
  });
});
