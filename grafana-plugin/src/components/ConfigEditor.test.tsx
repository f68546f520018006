import React, { useState } from 'react';
import { type DataSourceInstanceSettings, type DataSourceSettings } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import { startUser } from '../test-support/combobox';
import { type Why403Options, type Why403SecureOptions } from '../types';
import { ConfigEditor } from './ConfigEditor';

type Settings = DataSourceSettings<Why403Options, Why403SecureOptions>;

const others = [
  { uid: 'traces', name: 'Traces', type: 'grafana-x-ray-datasource' },
  { uid: 'logs', name: 'Logs', type: 'cloudwatch' },
].map((other) => ({ ...other, meta: { info: { logos: { small: '' } } } }) as DataSourceInstanceSettings);

beforeAll(() => {
  setDataSourceSrv({
    getList: ({ type }: { type?: string } = {}) => others.filter((other) => type === undefined || other.type === type),
    getInstanceSettings: (uid: string) => others.find((other) => other.uid === uid),
  } as unknown as DataSourceSrv);
});

function open(settings: Partial<Settings> = {}) {
  let latest = {
    id: 1,
    uid: 'why403',
    url: 'http://localhost:4030',
    jsonData: {},
    secureJsonFields: {},
    readOnly: false,
    ...settings,
  } as Settings;
  function Page() {
    const [options, setOptions] = useState(latest);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(next) => {
          latest = next;
          setOptions(next);
        }}
      />
    );
  }
  render(<Page />);
  return { user: startUser(), settings: () => latest };
}

describe('ConfigEditor', () => {
  it('keeps the address of the service', async () => {
    const { user, settings } = open({ url: '' });
    await user.type(screen.getByLabelText('Data source connection URL'), 'http://why403:4030');
    expect(settings().url).toBe('http://why403:4030');
  });

  it('gives the token to the backend only', async () => {
    const { user, settings } = open();
    await user.type(screen.getByLabelText('Token'), 'w403_read_x');
    expect(settings().secureJsonData).toEqual({ token: 'w403_read_x' });
    expect(JSON.stringify(settings().jsonData)).not.toContain('w403_read_x');
  });

  it('does not show a token that is set, and can take another one', async () => {
    const { user, settings } = open({ secureJsonFields: { token: true } });
    expect(screen.getByLabelText('Token')).toBeDisabled();
    expect(screen.getByLabelText('Token')).toHaveValue('configured');
    await user.click(screen.getByText('Reset'));
    expect(settings().secureJsonFields['token']).toBe(false);
    await user.type(screen.getByLabelText('Token'), 'new');
    expect(settings().secureJsonData).toEqual({ token: 'new' });
  });

  it('keeps where links lead', async () => {
    const { user, settings } = open();
    await user.type(screen.getByLabelText('Public URL'), 'https://why403.example.com');
    await user.type(screen.getByLabelText('Region'), 'eu-central-1');
    await user.click(screen.getByLabelText('X-Ray data source'));
    await user.keyboard('{Enter}');
    await user.click(screen.getByLabelText('CloudWatch data source'));
    await user.keyboard('{Enter}');
    expect(settings().jsonData).toEqual({
      publicUrl: 'https://why403.example.com',
      region: 'eu-central-1',
      xrayUid: 'traces',
      cloudWatchUid: 'logs',
    });
  });

  it('shows the data sources that links open in by name', () => {
    open({ jsonData: { xrayUid: 'traces', cloudWatchUid: 'logs' } });
    expect(screen.getByText('Traces')).toBeInTheDocument();
    expect(screen.getByText('Logs')).toBeInTheDocument();
  });

  it('cannot be changed when the data source was provisioned', () => {
    open({ readOnly: true });
    for (const label of ['Token', 'Public URL', 'Region', 'Data source connection URL']) {
      expect(screen.getByLabelText(label)).toBeDisabled();
    }
  });

  it('has the timeout among the additional settings', async () => {
    const { user, settings } = open({ jsonData: { timeout: 3 } });
    await user.click(screen.getByLabelText('Expand section Additional settings'));
    await user.type(screen.getByLabelText('Timeout in seconds'), '0');
    expect(settings().jsonData.timeout).toBe(30);
  });
});
