import { type Role, roles, tokenIdPattern } from '../api/access/token.js';
import { closest } from '../text/closest.js';
import { jsonText } from '../text/json-text.js';
import type { Command } from './command.js';
import { createPalette } from './palette.js';
import { UsageError } from './usage-error.js';

const help = `Makes a token for the API. It is shown once; the configuration holds only its SHA-256.

Usage: why403 token create --role ROLE --id ID [OPTIONS]

Options:
  --role ROLE   read (ask), ingest (send logs) or admin (both)
  --id ID       who uses it: 1 to 32 small letters, digits and -
  --json        output for programs: {"role","id","token","sha256"}
  -h, --help    this text

To replace a token, make another one of the same role and id, add it, hand it out, and remove the old entry.

Examples:
  why403 token create --role read --id grafana
  why403 token create --role ingest --id firehose --json
`;

export interface CreatedToken {
  readonly role: Role;
  readonly id: string;
  readonly token: string;
  readonly sha256: string;
}

export function createTokenCommand(createToken: (role: Role, id: string) => CreatedToken): Command {
  return {
    help,
    options: { role: 'value', id: 'value', json: 'flag' },
    async run({ values, flags, positionals }, host) {
      const [action] = positionals;
      if (positionals.length !== 1 || action !== 'create') {
        throw new UsageError(
          action === undefined ? '`why403 token` needs to know what to do.' : '`why403 token` can only create.',
          'For example: `why403 token create --role read --id grafana`',
        );
      }
      const created = createToken(roleOf(values.get('role')), idOf(values.get('id')));
      if (flags.has('json')) {
        const { role, id, token, sha256 } = created;
        await host.writeOut(`${jsonText({ role, id, token, sha256 })}\n`);
      } else {
        await host.writeOut(render(created, createPalette(host.style.colors).bold));
      }
      return 0;
    },
  };
}

function render({ role, id, token, sha256 }: CreatedToken, bold: (text: string) => string): string {
  return `The token, shown this once:

  ${bold(token)}

Into the configuration, and start why403 again:

access:
  tokens:
    - role: ${role}
      id: ${id}
      sha256: ${sha256}

Callers send it as "Authorization: Bearer ${token.slice(0, token.length - 43)}…".
`;
}

function roleOf(text: string | undefined): Role {
  const role = roles.find((each) => each === text);
  if (role !== undefined) return role;
  if (text === undefined) throw new UsageError('--role is missing.', `It is one of ${roles.join(', ')}.`);
  const meant = closest(text, roles);
  throw new UsageError(
    `There is no role "${text}".`,
    `${meant === null ? '' : `Did you mean ${meant}? `}It is one of ${roles.join(', ')}.`,
  );
}

function idOf(text: string | undefined): string {
  const hint = 'It says who uses the token: 1 to 32 small letters, digits and -, for example grafana.';
  if (text === undefined) throw new UsageError('--id is missing.', hint);
  if (!tokenIdPattern.test(text)) throw new UsageError(`"${text}" cannot be the id of a token.`, hint);
  return text;
}
