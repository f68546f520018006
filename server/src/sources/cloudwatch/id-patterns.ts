/** AWS takes no longer one. */
const maxLength = 1024;

// A UUID, or the short form that only API Gateway makes: nothing in them means anything in a pattern.
const plainId = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{11,62}={1,2})$/i;

/** Whether execution lines can be asked for by this id. Callers of REST APIs choose theirs, a log may hold anything in its place. */
export const isPlainId = (id: string): boolean => plainId.test(id);

/**
 * Patterns that together match the execution lines of these requests, as many in each as AWS takes: 24 UUIDs. Ids of another form are left
 * out.
 *
 * `['8d3c1f02-…', …]` → `?"(8d3c1f02-…)" ?"(…)"`
 *
 * API Gateway begins each line with the id in parentheses: in the middle of a line it is somebody's value.
 */
export function patternsOfIds(ids: Iterable<string>): string[] {
  const patterns: string[] = [];
  for (const id of new Set(ids)) {
    if (!isPlainId(id)) continue;
    const term = `?"(${id})"`;
    const last = patterns.at(-1);
    if (last === undefined || last.length + 1 + term.length > maxLength) patterns.push(term);
    else patterns[patterns.length - 1] = `${last} ${term}`;
  }
  return patterns;
}
