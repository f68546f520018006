import { describe, expect, it } from 'vitest';
import { matchRoute } from '../../../parsers/src/classify/route-match.js';
import type { ConfigFacts, DeployedRoute, RequestRecord } from '../../../parsers/src/model/index.js';
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

  it('is sure when every way to read the path asks the same of the request', () => {
    const signed = { ...route('GET', '/{tenant}/{item}'), authorizationType: 'AWS_IAM' as const };
    const isSure = (record: Partial<RequestRecord>, routes = deployed, domains?: ConfigFacts['domains']) =>
      matchRoute({ routes, ...(domains ? { domains } : {}) }, recordOf({ method: 'GET', stage: 'prod', ...record }))
        .isSure;
    expect(isSure({ path: '/pets' })).toBe(true);
    expect(isSure({ path: '/prod/owners' })).toBe(true);
    // Behind a base path that nobody named there may be a route.
    expect(isSure({ path: '/owners' })).toBe(false);
    expect(
      isSure({ path: '/v1/owners' }, deployed, [{ name: 'a', basePath: 'v1', stage: 'prod', mutualTls: false }]),
    ).toBe(true);
    expect(
      isSure({ path: '/v2/owners' }, deployed, [{ name: 'a', basePath: 'v1', stage: 'prod', mutualTls: false }]),
    ).toBe(false);
    const named = [{ name: 'a', basePath: 'v1', stage: '', mutualTls: false }];
    expect(isSure({ path: '/v1/prod/pets' }, deployed, named)).toBe(true);
    // `/pets` of the default host, or a path of a domain that leads to the stage already.
    expect(isSure({ path: '/prod/pets' })).toBe(false);
    expect(isSure({ path: '/prod/pets' }, [...deployed, signed])).toBe(false);
    const host = { domainName: 'k4t7wq2zpe.execute-api.eu-west-1.amazonaws.com' };
    expect(isSure({ path: '/prod/pets', access: accessOf(host) }, [...deployed, signed])).toBe(true);
    expect(isSure({ path: '/prod/pets' }, deployed, [])).toBe(true);
    expect(isSure({ path: '/prod/pets', route: '/pets' })).toBe(true);
  });

  it('is not sure when the log names a template that is not deployed', () => {
    expect(matchRoute({ routes: deployed }, recordOf({ method: 'GET', route: '/gone' }))).toEqual({
      route: null,
      isSure: false,
    });
  });

  it('knows routes of WebSocket APIs by their keys', () => {
    const socket = { ...route('ANY', '$connect'), authorizationType: 'CUSTOM' as const };
    const routes = [route('ANY', '$default'), socket];
    const found = matchRoute({ routes }, recordOf({ apiKind: 'websocket', route: '$connect' }));
    expect(found).toEqual({ route: socket, isSure: true });
  });
});
