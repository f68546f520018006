import {
  applyFieldOverrides,
  type DataFrame,
  type DataQueryResponse,
  type Field,
  FieldColorModeId,
  FieldType,
  formattedValueToString,
  type TimeRange,
} from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { Alert, PanelChrome, Table, TimeSeries, useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';
import { LogLines } from './LogLines';

interface Props {
  title: string;
  response: DataQueryResponse | undefined;
  range: TimeRange;
  width: number;
  height: number;
  /** Stacked bars instead of lines. */
  bars?: boolean;
}

const lines = { drawStyle: 'line', lineWidth: 1, fillOpacity: 8, showPoints: 'never', spanNulls: false };
const stackedBars = {
  drawStyle: 'bars',
  lineWidth: 0,
  fillOpacity: 85,
  barMaxWidth: 12,
  stacking: { mode: 'normal', group: 'A' },
};

/** A panel that draws whatever frames it is given with the parts of @grafana/ui that the panels of Grafana use. */
export function Panel({ title, response, range, width, height, bars = false }: Props) {
  const theme = useTheme2();
  const frames = useMemo(
    () =>
      applyFieldOverrides({
        data: (response?.data ?? []).map(withColors),
        fieldConfig: {
          defaults: {
            custom: {
              axisPlacement: 'auto',
              scaleDistribution: { type: 'linear' },
              hideFrom: { legend: false, tooltip: false, viz: false },
              ...(bars ? stackedBars : lines),
            },
          },
          overrides: [],
        },
        replaceVariables: (text) => text,
        theme,
        timeZone: 'utc',
      }).map((frame) => (bars ? withCustom(frame, stackedBars) : withCustom(frame, lines))),
    [response, theme, bars]
  );
  const problem = response?.errors?.[0]?.message ?? response?.error?.message;
  return (
    <PanelChrome title={title} width={width} height={height} padding="md">
      {(innerWidth, innerHeight) =>
        problem !== undefined ? (
          <Alert severity="error" title={problem} />
        ) : frames.length === 0 || frames.every(({ fields }) => fields.length === 0) ? (
          <span>No data</span>
        ) : (
          <Frames frames={frames} range={range} width={innerWidth} height={innerHeight} />
        )
      }
    </PanelChrome>
  );
}

/** Panels take colours from the palette where the data source has none of its own. */
const withColors = (frame: DataFrame): DataFrame => ({
  ...frame,
  fields: frame.fields.map((field): Field => ({
    ...field,
    config: { ...field.config, color: field.config.color ?? { mode: FieldColorModeId.PaletteClassic } },
  })),
});

const withCustom = (frame: DataFrame, custom: object): DataFrame => ({
  ...frame,
  fields: frame.fields.map((field): Field => ({
    ...field,
    config: { ...field.config, custom: { ...field.config.custom, ...custom } },
  })),
});

function Frames({ frames, range, width, height }: { frames: DataFrame[] } & Pick<Props, 'range' | 'width' | 'height'>) {
  const [first] = frames;
  if (first?.meta?.preferredVisualisationType === 'logs' || String(first?.meta?.type) === 'log-lines') {
    return <LogLines frame={first!} height={height} />;
  }
  const drawn = first?.fields[0]?.type === FieldType.time && first.fields.some(({ type }) => type === FieldType.number);
  if (drawn && String(first?.meta?.type).startsWith('timeseries')) {
    return (
      <TimeSeries
        frames={frames}
        timeRange={range}
        timeZone="utc"
        width={width}
        height={height}
        legend={{ calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true }}
      />
    );
  }
  return <Table data={withWidths(first!)} width={width} height={height} />;
}

/** Columns as wide as what stands in them, as somebody who builds a dashboard would drag them. */
const withWidths = (frame: DataFrame): DataFrame => ({
  ...frame,
  fields: frame.fields.map((field): Field => {
    const texts = field.values.slice(0, 50).map((value) => formattedValueToString(field.display!(value)));
    const longest = Math.max(field.name.length, ...texts.map((text) => text.length));
    const columnWidth = Math.min(Math.max(longest * 8 + 24, 80), 600);
    return { ...field, config: { ...field.config, custom: { ...field.config.custom, width: columnWidth } } };
  }),
});
