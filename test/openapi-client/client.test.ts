import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { exampleRequest } from '../../server/src/api/routes/example-request.js';
import { openService } from '../server/api/real-service.js';
import { allTokens, startApi, tokens } from '../server/api/start-api.js';
import { useTestDatabase } from '../support/test-database.js';

const client = fileURLToPath(new URL('client.mts', import.meta.url));
const generated = fileURLToPath(new URL('openapi.d.mts', import.meta.url));

/** What the compiler says of the client, with the generated types at its side. */
function typeErrors(types: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => path === generated || fileExists(path);
  host.readFile = (path) => (path === generated ? types : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === generated ? ts.createSourceFile(path, types, ts.ScriptTarget.ES2023) : getSourceFile(path, ...rest);
  const program = ts.createProgram([client, generated], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

const database = useTestDatabase();

describe('a client generated from the OpenAPI document', () => {
  it('type-checks, and refuses what the document does not have', async () => {
    const api = await startApi();
    const document = await (await api.fetch('/openapi.json')).text();
    const types = astToString(await openapiTS(document));
    // `@ts-expect-error` in the client is an error where nothing is wrong.
    expect(typeErrors(types)).toEqual([]);
  }, 240_000);

  it('gets answers from the running service', async () => {
    const service = await openService(database);
    const api = await startApi({ ...service, access: { tokens: allTokens, loopback: true } });
    // By its path: the compiler of this file must not look for the generated types.
    const { useEverything } = (await import(client)) as { useEverything: (...given: string[]) => Promise<unknown> };
    expect(await useEverything(api.url, tokens.admin.token, exampleRequest.line, exampleRequest.requestId)).toEqual({
      refused: 1,
      points: expect.arrayContaining([expect.any(Number)]),
      basis: expect.any(String),
      causes: ['api_key_missing'],
      steps: expect.arrayContaining([expect.any(String)]),
      stages: ['prod'],
      requests: 1,
      title: 'Blocked by AWS WAF',
      code: 'event_not_found',
    });
  });
});
