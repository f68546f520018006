import React from 'react';
import { DataSourcePicker } from '@grafana/runtime';
import { InlineField, Input } from '@grafana/ui';
import { type Why403Options } from '../../types';
import { inputWidth, type SettingsProps } from './settings-props';

const labelWidth = 24;

/** Places that a sample can be followed to. */
export function LinkSettings({ options, onOptionsChange }: SettingsProps) {
  const { jsonData, readOnly } = options;
  const change = (patch: Partial<Why403Options>) =>
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...patch } });
  return (
    <>
      <InlineField
        label="Public URL"
        labelWidth={labelWidth}
        htmlFor="why403-public-url"
        disabled={readOnly}
        tooltip="Address of the Why403 service as a browser reaches it. Without it there are no links to the service's own pages."
      >
        <Input
          id="why403-public-url"
          width={inputWidth}
          placeholder="https://why403.example.com"
          value={jsonData.publicUrl ?? ''}
          onChange={(event) => change({ publicUrl: event.currentTarget.value })}
        />
      </InlineField>
      <InlineField
        label="X-Ray data source"
        labelWidth={labelWidth}
        htmlFor="why403-xray"
        disabled={readOnly}
        tooltip="Traces of a request open here."
      >
        <DataSourcePicker
          inputId="why403-xray"
          type="grafana-x-ray-datasource"
          noDefault
          width={inputWidth}
          placeholder="AWS console"
          current={jsonData.xrayUid ?? null}
          disabled={readOnly}
          onChange={({ uid }) => change({ xrayUid: uid })}
          onClear={() => change({ xrayUid: undefined })}
        />
      </InlineField>
      <InlineField
        label="CloudWatch data source"
        labelWidth={labelWidth}
        htmlFor="why403-cloudwatch"
        disabled={readOnly}
        tooltip="The log group of a request opens here, at its moment."
      >
        <DataSourcePicker
          inputId="why403-cloudwatch"
          type="cloudwatch"
          noDefault
          width={inputWidth}
          placeholder="AWS console"
          current={jsonData.cloudWatchUid ?? null}
          disabled={readOnly}
          onChange={({ uid }) => change({ cloudWatchUid: uid })}
          onClear={() => change({ cloudWatchUid: undefined })}
        />
      </InlineField>
      <InlineField
        label="Region"
        labelWidth={labelWidth}
        htmlFor="why403-region"
        disabled={readOnly}
        tooltip="AWS region of links, for requests that do not tell their own."
      >
        <Input
          id="why403-region"
          width={inputWidth}
          placeholder="eu-central-1"
          value={jsonData.region ?? ''}
          onChange={(event) => change({ region: event.currentTarget.value })}
        />
      </InlineField>
    </>
  );
}
