import { type DataFrame } from '@grafana/data';

const headings: Readonly<Record<string, string>> = { label: 'Labels', dimension: 'Request' };

/** The heading that a label stands under in the details of a line, as the service's `labelTypes` says. */
export function labelDisplayType(labelKey: string, frame: DataFrame | undefined, index: number | null): string | null {
  if (frame === undefined || index === null) {
    return null;
  }
  const types: unknown = frame.fields.find(({ name }) => name === 'labelTypes')?.values[index];
  if (typeof types !== 'object' || types === null) {
    return null;
  }
  return headings[(types as Record<string, string>)[labelKey] ?? ''] ?? null;
}
