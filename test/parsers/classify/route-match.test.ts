import { describe, expect, it } from 'vitest';
import { matchRoute } from '../../../parsers/src/classify/route-match.js';
import type { DeployedRoute, RequestRecord } from '../../../parsers/src/model/index.js';
import { accessOf, recordOf } from './records.js';

const route = (method: string, path: string): DeployedRoute => ({
  method,
  path,
  authorizationType: 'NONE',
  apiKeyRequired: false,
});

const findRoute = (routes: readonly DeployedRoute[], record: RequestRecord) => matchRoute({ routes }, record).route;

const deployed = [
  route('GET', '/'),
  route('GET', '/pets'),
  route('GET', '/pets/{id}'),
  route('ANY', '/pets/{id}'),
  route('GET', '/pets/new'),
  route('ANY', '/files/{proxy+}'),
];

describe('the deployed route that a request hits', () => {
  it.each([
    ['a literal path', 'GET', '/pets', 'GET /pets'],
    ['a literal before a parameter', 'GET', '/pets/new', 'GET /pets/new'],
    ['the method before ANY', 'GET', '/pets/7', 'GET /pets/{id}'],
    ['ANY for other methods', 'DELETE', '/pets/7', 'ANY /pets/{id}'],
    ['a greedy path of several segments', 'PUT', '/files/a/b/c', 'ANY /files/{proxy+}'],
    ['the root', 'GET', '/', 'GET /'],
    ['the stage in front of the path on the default host', 'GET', '/prod/pets', 'GET /pets'],
    ['the stage alone as the root', 'GET', '/prod', 'GET /'],
    ['a trailing slash', 'GET', '/pets/', 'GET /pets'],
  ])('%s', (_name, method, path, want) => {
    const found = findRoute(deployed, recordOf({ method, path, stage: 'prod' }));
    expect(found && `${found.method} ${found.path}`).toBe(want);
  });

  it.each([
    ['an unknown path', 'GET', '/owners'],
    ['another method', 'POST', '/pets'],
    ['the parent of a greedy path, which it does not cover', 'GET', '/files'],
    ['a path that is longer than the literal', 'GET', '/pets/new/extra'],
  ])('none: %s', (_name, method, path) => {
    expect(findRoute(deployed, recordOf({ method, path, stage: 'prod' }))).toBeNull();
  });

  it('reads the path of a mapped domain without its base path', () => {
    const access = accessOf({ 'customDomain.basePathMatched': 'v1' });
    expect(findRoute(deployed, recordOf({ method: 'GET', path: '/v1/pets', access }))?.path).toBe('/pets');
    expect(
      findRoute([route('GET', '/v1/pets')], recordOf({ method: 'GET', path: '/v1/pets', stage: 'v1' }))?.path,
    ).toBe('/v1/pets');
  });

  it('takes two slashes for another path', () => {
    expect(findRoute(deployed, recordOf({ method: 'GET', path: '/prod//pets', stage: 'prod' }))).toBeNull();
  });

  it('cannot say without a method or a path', () => {
    expect(findRoute(deployed, recordOf({ path: '/pets' }))).toBeUndefined();
    expect(findRoute(deployed, recordOf({ method: 'GET' }))).toBeUndefined();
  });

  it('takes $default of an HTTP API only when nothing else fits', () => {
    const http = [route('ANY', '$default'), route('GET', '/pets')];
    expect(findRoute(http, recordOf({ method: 'GET', path: '/pets' }))?.path).toBe('/pets');
    expect(findRoute(http, recordOf({ method: 'GET', path: '/other' }))?.path).toBe('$default');
  });
});
