import React from 'react';
import { InlineField, SecretInput } from '@grafana/ui';
import { inputWidth, type SettingsProps } from './settings-props';

/** The token goes to the backend and is never handed out again. */
export function TokenSettings({ options, onOptionsChange }: SettingsProps) {
  return (
    <InlineField
      label="Token"
      labelWidth={24}
      htmlFor="why403-token"
      interactive
      disabled={options.readOnly}
      tooltip={
        <>
          <code>why403 token create --role read --id grafana</code> prints one. A service on this machine may run
          without.
        </>
      }
    >
      <SecretInput
        id="why403-token"
        width={inputWidth}
        placeholder="w403_read_…"
        isConfigured={options.secureJsonFields['token'] === true}
        value={options.secureJsonData?.token ?? ''}
        onChange={(event) =>
          onOptionsChange({
            ...options,
            secureJsonData: { ...options.secureJsonData, token: event.currentTarget.value },
          })
        }
        onReset={() =>
          onOptionsChange({
            ...options,
            secureJsonFields: { ...options.secureJsonFields, token: false },
            secureJsonData: { ...options.secureJsonData, token: '' },
          })
        }
      />
    </InlineField>
  );
}
