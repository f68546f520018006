#!/usr/bin/env node
// Once, before the services: a random token for each that asks why403, and the password of the ClickHouse profile. Each secret has
// a folder of its own, so that a service is given the volume of its own secret only. A second run keeps what is there.
//
//   node make-secrets.mjs /run/why403
//     grafana/token  prometheus/token   what they send
//     access/tokens.json                what why403 knows of them: SHA-256, nothing that could be sent
//     database/password
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const callers = ['grafana', 'prometheus'];
const program = fileURLToPath(new URL('../server/bin/why403.js', import.meta.url));
const folder = process.argv[2];
if (folder === undefined) {
  process.stderr.write(
    'make-secrets: expected the folder to write into, came nothing. Example: make-secrets.mjs /run/why403\n',
  );
  process.exit(2);
}

const tokens = callers.map((id) => {
  const token = secret(join(id, 'token'), () => createToken(id));
  return { role: 'read', id, sha256: createHash('sha256').update(token).digest('hex') };
});
write(join('access', 'tokens.json'), JSON.stringify(tokens));
secret(join('database', 'password'), () => randomBytes(32).toString('base64url'));

function createToken(id) {
  const made = execFileSync(process.execPath, [program, 'token', 'create', '--role', 'read', '--id', id, '--json']);
  return JSON.parse(made.toString('utf8')).token;
}

/** What the file has, or what is made and put there. */
function secret(path, make) {
  const known = existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '';
  if (known !== '') return known;
  const made = make();
  write(path, made);
  return made;
}

/** Readable for all: who reads it is another user of another image, and nobody else has the volume. Whole, or not at all. */
function write(path, text) {
  const target = join(folder, path);
  mkdirSync(join(target, '..'), { recursive: true });
  // What a run that was stopped has left cannot be written to.
  rmSync(`${target}.new`, { force: true });
  writeFileSync(`${target}.new`, text, { mode: 0o444 });
  renameSync(`${target}.new`, target);
}
