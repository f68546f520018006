import { css } from '@emotion/css';
import { type DataFrame, dateTimeFormat, type GrafanaTheme2, textUtil } from '@grafana/data';
import { Tag, type UPlotConfigBuilder, useStyles2 } from '@grafana/ui';
import React, { useLayoutEffect, useRef, useState } from 'react';

const values = <T,>(frame: DataFrame, name: string): T[] =>
  frame.fields.find((field) => field.name === name)?.values ?? [];

const clock = (time: number) => dateTimeFormat(time, { timeZone: 'utc', format: 'HH:mm' });
const cardWidth = 330;

/** What Grafana makes of annotations: stretches of a graph, and the words of one of them, here of the newest. */
export function Marks({ config, frame, width }: { config: UPlotConfigBuilder; frame: DataFrame; width: number }) {
  const styles = useStyles2(getStyles);
  const [left, setLeft] = useState<number | undefined>();
  const drawn = useRef(frame);
  drawn.current = frame;
  useLayoutEffect(() => {
    config.addHook('draw', (plot) => {
      const { ctx, bbox } = plot;
      const ends = values<number>(drawn.current, 'timeEnd');
      const colors = values<string>(drawn.current, 'color');
      ctx.save();
      for (const [index, start] of values<number>(drawn.current, 'time').entries()) {
        const from = Math.max(plot.valToPos(start, 'x', true), bbox.left);
        const to = Math.min(plot.valToPos(ends[index] ?? start, 'x', true), bbox.left + bbox.width);
        ctx.fillStyle = ctx.strokeStyle = colors[index] ?? 'red';
        ctx.globalAlpha = 0.18;
        ctx.fillRect(from, bbox.top, to - from, bbox.height);
        ctx.globalAlpha = 1;
        ctx.fillRect(from, bbox.top + bbox.height, Math.max(to - from, 2), 4 * devicePixelRatio);
        ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
        for (const x of [from, to]) {
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
        }
      }
      ctx.restore();
      const newest = values<number>(drawn.current, 'time')[0];
      setLeft(newest === undefined ? undefined : plot.valToPos(newest, 'x') + bbox.left / devicePixelRatio);
    });
  }, [config]);
  if (left === undefined) {
    return null;
  }
  const [start = 0] = values<number>(frame, 'time');
  const [end = start] = values<number>(frame, 'timeEnd');
  const html = textUtil.sanitize(values<string>(frame, 'text')[0] ?? '');
  return (
    <div className={styles.card} style={{ left: Math.max(0, Math.min(left - cardWidth - 8, width - cardWidth)) }}>
      <div className={styles.head}>
        <span>{values<string>(frame, 'title')[0]}</span>
        <span className={styles.time}>
          {clock(start)} – {clock(end)}
        </span>
      </div>
      <div dangerouslySetInnerHTML={{ __html: html }} />
      <div className={styles.tags}>
        {String(values<string>(frame, 'tags')[0] ?? '')
          .split(',')
          .map((tag) => (
            <Tag key={tag} name={tag} />
          ))}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    position: 'absolute',
    top: theme.spacing(0.5),
    width: cardWidth,
    padding: theme.spacing(1),
    fontSize: theme.typography.bodySmall.fontSize,
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
  }),
  head: css({ display: 'flex', justifyContent: 'space-between', fontWeight: theme.typography.fontWeightMedium }),
  time: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  tags: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), marginTop: theme.spacing(1) }),
});
