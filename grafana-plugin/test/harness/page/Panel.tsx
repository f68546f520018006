import {
  applyFieldOverrides,
  type DataFrame,
  type DataQueryResponse,
  type Field,
  FieldColorModeId,
  FieldType,
  formattedValueToString,
  ThresholdsMode,
  type TimeRange,
} from '@grafana/data';
import { LegendDisplayMode, TableCellDisplayMode } from '@grafana/schema';
import { Alert, PanelChrome, TimeSeries, useTheme2 } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import React, { useMemo } from 'react';
import { LogLines } from './LogLines';
import { Marks } from './Marks';

/** Columns of a table that are shown, and what stands above them. */
export type Headings = Readonly<Record<string, string>>;

interface Props {
  title: string;
  response: DataQueryResponse | undefined;
  range: TimeRange;
  width: number;
  height: number;
  /** Stacked bars instead of lines. */
  bars?: boolean;
  /** A line at this value. */
  threshold?: number | undefined;
  /** All columns as they are, without. */
  headings?: Headings | undefined;
  /** Annotations on the graph. */
  marks?: DataFrame | undefined;
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
export function Panel({ title, response, range, width, height, bars = false, threshold, headings, marks }: Props) {
  const theme = useTheme2();
  const frames = useMemo(() => {
    const custom = {
      axisPlacement: 'auto',
      scaleDistribution: { type: 'linear' },
      hideFrom: { legend: false, tooltip: false, viz: false },
      ...(bars ? stackedBars : lines),
      // room for the words of a mark
      ...(marks === undefined ? {} : { axisSoftMax: 2.4 * highest(response) }),
      ...(threshold === undefined ? {} : { thresholdsStyle: { mode: 'line' } }),
    };
    const thresholds = {
      mode: ThresholdsMode.Absolute,
      steps: [
        { value: -Infinity, color: 'transparent' },
        { value: threshold ?? Infinity, color: 'orange' },
      ],
    };
    return applyFieldOverrides({
      data: (response?.data ?? []).map((frame) => withHeadings(withColors(frame), headings)),
      fieldConfig: {
        defaults: { custom, ...(threshold === undefined ? {} : { thresholds }) },
        overrides: [],
      },
      replaceVariables: (text) => text,
      theme,
      timeZone: 'utc',
    }).map((frame) => withConfig(frame, { custom, ...(threshold === undefined ? {} : { thresholds }) }));
  }, [response, theme, bars, threshold, headings, marks]);
  const problem = response?.errors?.[0]?.message ?? response?.error?.message;
  return (
    <PanelChrome title={title} width={width} height={height} padding="md">
      {(innerWidth, innerHeight) =>
        problem !== undefined ? (
          <Alert severity="error" title={problem} />
        ) : frames.length === 0 || frames.every(({ fields }) => fields.length === 0) ? (
          <span>No data</span>
        ) : (
          <Frames frames={frames} range={range} width={innerWidth} height={innerHeight} marks={marks} />
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

const highest = (response: DataQueryResponse | undefined): number =>
  Math.max(
    1,
    ...(response?.data ?? []).flatMap(({ fields }: DataFrame) => fields.slice(1).flatMap(({ values }) => values))
  );

/** As a dashboard leaves columns out and names the others. */
const withHeadings = (frame: DataFrame, headings: Headings | undefined): DataFrame =>
  headings === undefined
    ? frame
    : {
        ...frame,
        fields: Object.entries(headings).flatMap(([name, displayName]) =>
          frame.fields
            .filter((field) => field.name === name)
            .map((field) => ({ ...field, config: { ...field.config, displayName } }))
        ),
      };

const withConfig = (frame: DataFrame, { custom, ...config }: Field['config']): DataFrame => ({
  ...frame,
  fields: frame.fields.map((field): Field => ({
    ...field,
    config: { ...field.config, ...config, custom: { ...field.config.custom, ...custom } },
  })),
});

interface FramesProps extends Pick<Props, 'range' | 'width' | 'height' | 'marks'> {
  frames: DataFrame[];
}

function Frames({ frames, range, width, height, marks }: FramesProps) {
  const [first] = frames;
  if (first?.meta?.preferredVisualisationType === 'logs' || String(first?.meta?.type) === 'log-lines') {
    return <LogLines frame={first!} height={height} />;
  }
  const drawn = first?.fields[0]?.type === FieldType.time && first.fields.some(({ type }) => type === FieldType.number);
  if (drawn && String(first?.meta?.type).startsWith('timeseries')) {
    return (
      <div style={{ position: 'relative' }}>
        <TimeSeries
          frames={frames}
          timeRange={range}
          timeZone="utc"
          width={width}
          height={height}
          legend={{ calcs: [], displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true }}
        >
          {(config) => marks && <Marks config={config} frame={marks} width={width} />}
        </TimeSeries>
      </div>
    );
  }
  const table = asTable(first!, width);
  const wraps = table.fields.some(({ values }) => values.some((value) => String(value).length > 100));
  const inner = wraps ? height : wholeRows(height);
  return (
    // rows of several lines cannot end where the panel does
    <div style={{ height: inner, overflow: 'hidden', ...(wraps ? { maskImage: fade } : {}) }}>
      <TableNG data={table} width={width} height={inner} cellHeight={rowSize} />
    </div>
  );
}

const fade = 'linear-gradient(black calc(100% - 48px), transparent)';
const rowSize = 'sm' as React.ComponentProps<typeof TableNG>['cellHeight'];

/** Rows are 36 high, the heading 34. */
const wholeRows = (height: number): number => Math.floor((height - 34) / 36) * 36 + 34;

/** A long column takes what short ones leave, short ones alone share the width: as somebody who builds a dashboard drags them. */
function asTable(frame: DataFrame, panelWidth: number): DataFrame {
  const longest = frame.fields.map(({ name, config, values, display }) => {
    const texts = values.slice(0, 50).map((value) => formattedValueToString(display!(value)));
    return Math.max((config.displayName ?? name).length, ...texts.map((text) => text.length));
  });
  const widest = Math.max(...longest);
  const all = longest.reduce((sum, length) => sum + length + 4, 0);
  return {
    ...frame,
    fields: frame.fields.map((field, index): Field => {
      const length = longest[index] ?? 0;
      const share = Math.floor((panelWidth * (length + 4)) / all);
      const width = widest < 25 ? { width: share } : length === widest ? {} : { width: Math.min(length * 8 + 24, 190) };
      return {
        ...field,
        config: {
          ...field.config,
          custom: {
            ...field.config.custom,
            cellOptions: { type: TableCellDisplayMode.Auto },
            wrapText: true,
            ...width,
          },
        },
        state: { ...field.state, displayName: field.config.displayName ?? null },
      };
    }),
  };
}
