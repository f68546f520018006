import type { EventFilter, LabelName } from './query.js';

/** Whether the part of a filter that is about these labels lets them through, as `compileCondition` has it in SQL. */
export function isSelected<Name extends LabelName>(
  labels: Readonly<Record<Name, string>>,
  names: readonly Name[],
  filter: EventFilter,
): boolean {
  return names.every((name) => {
    const { in: wanted, notIn } = (Object.hasOwn(filter, name) ? filter[name] : undefined) ?? {};
    return (wanted?.includes(labels[name]) ?? true) && !notIn?.includes(labels[name]);
  });
}
