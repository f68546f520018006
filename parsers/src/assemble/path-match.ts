/**
 * True when the path fits the route template: `/pets/{id}` takes one segment, `/files/{proxy+}` one or more. Both are
 * compared as written (percent-encoded), a trailing slash aside.
 */
export function fitsTemplate(path: string, template: string): boolean {
  const segments = split(path);
  const wanted = split(template);
  for (const [index, word] of wanted.entries()) {
    const segment = segments[index];
    if (segment === undefined) return false;
    if (word.startsWith('{') && word.endsWith('+}')) return index === wanted.length - 1;
    const isVariable = word.startsWith('{') && word.endsWith('}');
    if (!isVariable && word !== segment) return false;
  }
  return segments.length === wanted.length;
}

const split = (path: string): string[] => path.slice(0, 8192).replace(/\/$/, '').split('/').slice(1);

/** On the execute-api host a path begins with the stage, `/prod/pets`; null when this one does not. */
export function withoutStage(path: string, stage: string | null): string | null {
  if (stage === null || !path.startsWith(`/${stage}`)) return null;
  const rest = path.slice(stage.length + 1);
  return rest === '' ? '/' : rest.startsWith('/') ? rest : null;
}

/** The same path with and without the stage in front. */
export function samePath(a: string, b: string, stage: string | null): boolean {
  return a === b || withoutStage(a, stage) === b || a === withoutStage(b, stage);
}
