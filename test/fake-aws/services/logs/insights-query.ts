import { compileInsightsFilter, type EventTest, malformed } from './insights-filter.js';

export interface CountBy {
  /** The column's name: `count(*)` or its alias. */
  readonly name: string;
  /** Null = one row for all. */
  readonly bin: { readonly name: string; readonly ms: number } | null;
}

/** The part of Insights QL that the fake knows. */
export interface InsightsQuery {
  readonly fields: readonly string[];
  readonly tests: readonly EventTest[];
  readonly count: CountBy | null;
  readonly isAscending: boolean;
  readonly limit: number;
}

const defaultLimit = 10_000;
const maxLimit = 100_000;
const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Cuts at `|`, but not inside texts, regular expressions and `||`. */
function commandsOf(query: string): readonly string[] {
  const withoutComments = query.replace(/^\s*#.*$/gm, '');
  const parts = withoutComments.match(
    /(?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\/(?:[^/\\\n]|\\[\s\S])+\/|\|\||[^|])+/g,
  );
  return (parts ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

function countOf(text: string): CountBy {
  const [, alias, binText, amount, unit, binAlias] =
    /^count\(\*?\)(?:\s+as\s+(\w+))?(?:\s+by\s+(bin\((\d+)([smhd])\))(?:\s+as\s+(\w+))?)?$/i.exec(text) ??
    (() => {
      throw malformed(`stats ${text} (the fake counts only: count(*) [as n] [by bin(1m)])`);
    })();
  return {
    name: alias ?? text.replace(/\s[\s\S]*$/, ''),
    bin: binText ? { name: binAlias ?? binText, ms: Number(amount) * (unitMs[unit ?? 's'] as number) } : null,
  };
}

export function parseInsightsQuery(text: string): InsightsQuery {
  let query: InsightsQuery = {
    fields: ['@timestamp', '@message'],
    tests: [],
    count: null,
    isAscending: false,
    limit: defaultLimit,
  };
  for (const command of commandsOf(text)) {
    const [, verb, rest] = /^(\w+)\s+([\s\S]*)$/.exec(command) ?? [];
    if (!verb || rest === undefined) throw malformed(command);
    switch (verb.toLowerCase()) {
      case 'fields':
      case 'display':
        query = { ...query, fields: rest.split(',').map((name) => name.trim()) };
        break;
      case 'filter':
        query = { ...query, tests: [...query.tests, compileInsightsFilter(rest)] };
        break;
      case 'stats':
        query = { ...query, count: countOf(rest.trim()) };
        break;
      case 'sort': {
        if (!/^@timestamp(\s+(asc|desc))?$/i.test(rest.trim()))
          throw malformed(`sort ${rest} (the fake sorts by @timestamp)`);
        query = { ...query, isAscending: /asc$/i.test(rest.trim()) };
        break;
      }
      case 'limit': {
        const limit = Number(rest);
        if (!(limit >= 1 && limit <= maxLimit)) throw malformed(`limit ${rest}`);
        query = { ...query, limit };
        break;
      }
      default:
        throw malformed(command);
    }
  }
  return query;
}
