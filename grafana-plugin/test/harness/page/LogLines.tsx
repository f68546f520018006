import { css } from '@emotion/css';
import { type DataFrame, dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';

const field = (frame: DataFrame, name: string): unknown[] =>
  frame.fields.find((candidate) => candidate.name === name)?.values ?? [];

/** Log lines: Grafana's own logs panel is no part of its packages, so this only shows what the frame says. */
export function LogLines({ frame, height }: { frame: DataFrame; height: number }) {
  const styles = useStyles2(getStyles);
  const severities = field(frame, 'severity').map(String);
  const times = field(frame, 'timestamp') as number[];
  return (
    <div className={styles.list} style={{ height }} data-testid="log-lines">
      {field(frame, 'body').map((body, index) => (
        <div key={index} className={styles.line}>
          <span className={`${styles.level} ${severities[index] === 'error' ? styles.error : ''}`} />
          <span className={styles.time}>
            {dateTimeFormat(times[index] ?? 0, { timeZone: 'utc', format: 'HH:mm:ss.SSS' })}
          </span>
          <span className={styles.body}>{String(body)}</span>
        </div>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // lines that do not fit whole go to a next column, out of sight
  list: css({
    display: 'flex',
    flexFlow: 'column wrap',
    overflow: 'hidden',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: 12,
  }),
  line: css({ display: 'flex', gap: theme.spacing(1), padding: theme.spacing(0.25, 0), width: '100%' }),
  level: css({ width: 3, flex: 'none', background: theme.colors.warning.main }),
  error: css({ background: theme.colors.error.main }),
  time: css({ color: theme.colors.text.secondary, flex: 'none' }),
  body: css({ overflowWrap: 'anywhere' }),
});
