import React from 'react';
import {
  AdvancedHttpSettings,
  ConfigSection,
  ConnectionSettings,
  convertLegacyAuthProps,
  DataSourceDescription,
  SecureSocksProxyToggle,
  TLSSettings,
} from '@grafana/plugin-ui';
import { config } from '@grafana/runtime';
import { Divider, Stack } from '@grafana/ui';
import { LinkSettings } from './config/LinkSettings';
import { type SettingsProps } from './config/settings-props';
import { TokenSettings } from './config/TokenSettings';

const docsLink = 'https://github.com/why403/why403/tree/main/docs';

/** Where the service is, how to be let in, and where links lead. */
export function ConfigEditor({ options, onOptionsChange }: SettingsProps) {
  const { TLS } = convertLegacyAuthProps({ config: options, onChange: onOptionsChange });
  return (
    <Stack direction="column" gap={2}>
      <DataSourceDescription dataSourceName="Why403" docsLink={docsLink} hasRequiredFields />
      <Divider spacing={0} />
      <ConnectionSettings
        config={options}
        onChange={onOptionsChange}
        urlPlaceholder="http://localhost:4030"
        urlTooltip="Address of the Why403 service, as this Grafana server reaches it."
      />
      <Divider spacing={0} />
      <ConfigSection title="Authentication">
        <TokenSettings options={options} onOptionsChange={onOptionsChange} />
        {TLS && <TLSSettings {...TLS} readOnly={options.readOnly} />}
      </ConfigSection>
      <Divider spacing={0} />
      <ConfigSection
        title="Links"
        description="Where the links of samples and events lead. Without data sources they lead to the AWS console."
        isCollapsible
      >
        <LinkSettings options={options} onOptionsChange={onOptionsChange} />
      </ConfigSection>
      <Divider spacing={0} />
      <ConfigSection title="Additional settings" isCollapsible isInitiallyOpen={false}>
        <AdvancedHttpSettings config={options} onChange={onOptionsChange} />
        {config.secureSocksDSProxyEnabled && (
          <SecureSocksProxyToggle dataSourceConfig={options} onChange={onOptionsChange} labelWidth={24} />
        )}
      </ConfigSection>
    </Stack>
  );
}
