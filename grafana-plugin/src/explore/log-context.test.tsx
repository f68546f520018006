import { type DataQueryRequest, LogRowContextQueryDirection, type LogRowModel } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import { of } from 'rxjs';
import { startUser } from '../test-support/combobox';
import { fakeDataSource } from '../test-support/fake-data-source';
import { type Why403Query } from '../types';
import { contextQuery, contextRequest } from './log-context';

const labels = {
  account: '111122223333',
  region: 'eu-central-1',
  api_id: 'orders',
  stage: 'prod',
  route: '/orders/{id}',
  method: 'GET',
  cause: 'waf_blocked',
  source_ip: '203.0.113.7',
};

const row = (changes: Partial<LogRowModel> = {}): LogRowModel =>
  ({ labels, timeEpochMs: 10_000_000, uid: 'u', rowId: 'e-1', dataFrame: { refId: 'A' }, ...changes }) as LogRowModel;

const is = (label: string, value: string) => ({ label, operator: '=', values: [value] });
const stage = [
  is('account', '111122223333'),
  is('region', 'eu-central-1'),
  is('api_id', 'orders'),
  is('stage', 'prod'),
];

describe('the lines around a line', () => {
  it('are those of its caller at its stage, whatever their cause', () => {
    expect(contextQuery(row(), 'caller').filters).toEqual([...stage, is('source_ip', '203.0.113.7')]);
  });

  it('take the caller by name rather than by address', () => {
    const named = row({ labels: { ...labels, principal: 'shop-backend' } });
    expect(contextQuery(named, 'caller').filters).toEqual([...stage, is('principal', 'shop-backend')]);
  });

  it('are those of its route when asked, and when the caller is not known', () => {
    const ofRoute = [...stage, is('route', '/orders/{id}'), is('method', 'GET')];
    expect(contextQuery(row(), 'route').filters).toEqual(ofRoute);
    const { source_ip: _, ...anonymous } = labels;
    expect(contextQuery(row({ labels: anonymous }), 'caller').filters).toEqual(ofRoute);
  });

  const directions: Array<[LogRowContextQueryDirection, string, number, number]> = [
    [LogRowContextQueryDirection.Backward, 'newest', 6_400_000, 10_000_000],
    [LogRowContextQueryDirection.Forward, 'oldest', 10_000_000, 13_600_000],
  ];
  it.each(directions)('%s are the nearest ones', (direction, order, from, to) => {
    const query = contextQuery(row(), 'caller', { direction, limit: 7 });
    const request = contextRequest(row(), query, { direction });
    expect(query).toMatchObject({ queryType: 'samples', order, limit: 7 });
    expect([request.range.from.valueOf(), request.range.to.valueOf()]).toEqual([from, to]);
  });

  it('take the window that was chosen', () => {
    const request = contextRequest(row(), contextQuery(row(), 'route'), { timeWindowMs: 60_000 });
    expect(request.range.from.valueOf()).toBe(9_940_000);
  });
});

describe('the choice above them', () => {
  it('is kept for the next request', async () => {
    const { datasource } = fakeDataSource();
    const asked: Array<DataQueryRequest<Why403Query>> = [];
    datasource.query = (request) => {
      asked.push(request);
      return of({ data: [] });
    };
    let runs = 0;
    render(datasource.getLogRowContextUi(row(), () => runs++));
    await startUser().click(screen.getByLabelText('Route'));
    expect(runs).toBe(1);
    await datasource.getLogRowContext(row());
    expect(asked[0]?.targets[0]?.filters).toContainEqual(is('route', '/orders/{id}'));
    expect(await datasource.getLogRowContextQuery(row())).toMatchObject({ datasource: { uid: 'why403' } });
  });

  it('offers no caller when the line has none', () => {
    const { datasource } = fakeDataSource();
    const { source_ip: _, ...anonymous } = labels;
    render(datasource.getLogRowContextUi(row({ labels: anonymous })));
    expect(screen.getByLabelText('Caller')).toBeDisabled();
    expect(screen.getByLabelText('Route')).toBeChecked();
  });
});
