import { describe, expect, it } from 'vitest';
import { ownMember } from '../../../parsers/src/text/json-members.js';
import type { JsonObject } from '../../../parsers/src/text/lenient-json.js';

describe('ownMember', () => {
  const object = JSON.parse('{"message":"Forbidden","status":null,"__proto__":{"admin":true}}') as JsonObject;

  it.each([
    ['a member', 'message', 'Forbidden'],
    ['a member that is null', 'status', null],
    ['a member with a name of the prototype', '__proto__', { admin: true }],
    ['no member', 'Message', undefined],
    ["the prototype's constructor", 'constructor', undefined],
    ['what a member would inherit', 'admin', undefined],
  ])('%s', (_name, key, value) => {
    expect(ownMember(object, key)).toEqual(value);
  });
});
