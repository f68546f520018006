import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDirectory, DataDirectoryError } from '../../../../server/src/store/embedded/data-directory.js';

let parent: string;
let directory: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'why403-claim-'));
  directory = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function failureOf(claim: Promise<unknown>): Promise<DataDirectoryError> {
  const error: unknown = await claim.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataDirectoryError);
  return error as DataDirectoryError;
}

it('makes a new directory ours, and takes it again', async () => {
  const first = await claimDataDirectory(directory, 'serve');
  expect(first.databasePath).toBe(join(directory, 'database'));
  await first.release();
  const again = await claimDataDirectory(directory, 'serve');
  await again.release();
  expect(await readdir(directory)).toEqual(['why403-data.json']);
});

it('takes an empty directory, and one where a first start was cut short', async () => {
  await mkdir(directory);
  await writeFile(join(directory, 'why403-data.json.new'), '{"own');
  await writeFile(join(directory, 'why403.lock'), '');
  const claim = await claimDataDirectory(directory, 'serve');
  await claim.release();
});

describe('refuses', () => {
  it.each([
    ['demo', 'serve', /belongs to "why403 demo", not to "why403 serve"/],
    ['demo', 'demo --incidents none', /belongs to "why403 demo", not to "why403 demo --incidents none"/],
    ['demo --incidents now', 'demo', /belongs to "why403 demo --incidents now", not to "why403 demo"/],
    ['serve', 'demo', /belongs to "why403 serve", not to "why403 demo"/],
  ])('what %s owns to %s', async (first, second, sentence) => {
    await (await claimDataDirectory(directory, first)).release();
    const failure = await failureOf(claimDataDirectory(directory, second));
    expect(failure.kind).toBe('owned_by_other');
    expect(failure.message).toMatch(sentence);
  });

  it.each([
    ['another owner with a name for terminals', '{"owner":"\\u001b[2Jx","layout":1}', 'owned_by_other'],
    ['a newer layout', '{"owner":"serve","layout":2}', 'owned_by_other'],
    ['a marker of another form', '{"owner":5}', 'not_ours'],
    ['a marker that is no object', 'null', 'not_ours'],
    ['a damaged marker', '{"owner', 'not_ours'],
  ])('%s', async (_name, marker, kind) => {
    await mkdir(directory);
    await writeFile(join(directory, 'why403-data.json'), marker);
    const failure = await failureOf(claimDataDirectory(directory, 'serve'));
    expect(failure.kind).toBe(kind);
    expect(failure.message).not.toMatch(/\p{Cc}/u);
  });

  it('a directory with other files, and leaves them alone', async () => {
    await mkdir(directory);
    await writeFile(join(directory, 'thesis.txt'), 'years of work');
    const failure = await failureOf(claimDataDirectory(directory, 'serve'));
    expect(failure.kind).toBe('not_ours');
    expect(failure.message).toContain(directory);
    expect(await readdir(directory)).toEqual(['thesis.txt']);
  });

  it.each(['file', 'file/below'])('a path that is no directory: %s', async (path) => {
    await writeFile(join(parent, 'file'), '');
    const failure = await failureOf(claimDataDirectory(join(parent, path), 'serve'));
    expect(failure.kind).toBe('unwritable');
    expect(failure.message).toMatch(/cannot be created or written \(ENOTDIR\)/);
  });

  it('a path below which nothing can be made', async () => {
    expect((await failureOf(claimDataDirectory('/proc/why403', 'serve'))).kind).toBe('unwritable');
  });

  it('a directory that a living process holds', async () => {
    const holder = await claimDataDirectory(directory, 'serve');
    const failure = await failureOf(claimDataDirectory(directory, 'serve'));
    expect(failure.kind).toBe('locked');
    expect(failure.message).toContain(`in use by process ${process.pid}`);
    await holder.release();
    await (await claimDataDirectory(directory, 'serve')).release();
  });
});

describe('a holder that is gone does not keep the directory', () => {
  const lockPath = () => join(directory, 'why403.lock');

  async function endedPid(): Promise<number> {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    return child.pid ?? 0;
  }

  it('because its process has ended', async () => {
    await (await claimDataDirectory(directory, 'serve')).release();
    const holder = { pid: await endedPid(), startedAt: '1' };
    await writeFile(lockPath(), JSON.stringify({ holder, database: null }));
    await (await claimDataDirectory(directory, 'serve')).release();
  });

  it('though its id belongs to another process now, as in a container that was started again', async () => {
    await (await claimDataDirectory(directory, 'serve')).release();
    const holder = { pid: process.pid, startedAt: '1' };
    await writeFile(lockPath(), JSON.stringify({ holder, database: { pid: process.pid, startedAt: '1' } }));
    await (await claimDataDirectory(directory, 'serve')).release();
  });

  it.each(['', '{', 'null', '[]', '{"holder":{"pid":-1}}', '{"holder":{"pid":"1"}}'])(
    'or its lock file is damaged: %j',
    async (text) => {
      await (await claimDataDirectory(directory, 'serve')).release();
      await writeFile(lockPath(), text);
      await (await claimDataDirectory(directory, 'serve')).release();
    },
  );

  it('and its database process, deaf and still there, is ended', async () => {
    const first = await claimDataDirectory(directory, 'serve');
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(orphan, 'spawn');
    await first.noteDatabaseProcess(orphan.pid ?? 0);
    const lock = JSON.parse(await readFile(lockPath(), 'utf8')) as { holder: unknown };
    await writeFile(lockPath(), JSON.stringify({ ...lock, holder: { pid: await endedPid(), startedAt: '1' } }));
    const ended = once(orphan, 'exit');
    await (await claimDataDirectory(directory, 'serve')).release();
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});

it('lets only go of what it holds itself', async () => {
  const first = await claimDataDirectory(directory, 'serve');
  await writeFile(join(directory, 'why403.lock'), '{"holder":{"pid":1,"startedAt":"0"},"database":null}');
  await first.noteDatabaseProcess(process.pid);
  await first.release();
  expect(await readFile(join(directory, 'why403.lock'), 'utf8')).toContain('"pid":1,');
});
