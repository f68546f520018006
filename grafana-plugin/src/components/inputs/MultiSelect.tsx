import React from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { type ComboboxOption, MultiCombobox, useStyles2 } from '@grafana/ui';

interface Props<T extends string> {
  id: string;
  /** For inputs that have no label of their own beside them. */
  label?: string;
  /** All of them, or a function that asks for those that fit what is typed. */
  options: Array<ComboboxOption<T>> | ((typed: string) => Promise<Array<ComboboxOption<T>>>);
  value: readonly T[];
  onChange: (values: T[]) => void;
  placeholder: string;
  createCustomValue?: boolean;
  minWidth: number;
}

/** Several values. As high as the other inputs, also while it is empty. */
export function MultiSelect<T extends string>({ label, value, onChange, minWidth, ...rest }: Props<T>) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box}>
      {label !== undefined && (
        // a MultiCombobox takes no aria-label
        <label htmlFor={rest.id} className="sr-only">
          {label}
        </label>
      )}
      <MultiCombobox<T>
        {...rest}
        value={value.map((one) => labelled(one, rest.options))}
        onChange={(chosen) => onChange(chosen.map((option) => option.value))}
        width="auto"
        minWidth={minWidth}
        maxWidth={60}
      />
    </div>
  );
}

const labelled = <T extends string>(value: T, options: Props<T>['options']): ComboboxOption<T> =>
  (Array.isArray(options) ? options.find((option) => option.value === value) : undefined) ?? { value };

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ '> div > div': { minHeight: theme.spacing(theme.components.height.md) } }),
});
