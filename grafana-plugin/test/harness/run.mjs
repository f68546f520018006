// The real module.js in a real browser: editors and panels in light and dark, through the real backend to a real service.
//
//   node test/harness/run.mjs --host http://127.0.0.1:PORT --service http://127.0.0.1:PORT [--token TOKEN] [--to MS] [--docs]
//
// --host is the plugin host (test/host), which asks --service. Pictures go to test-results/; with --docs those of docs/ are
// taken anew, twice as fine. They show the day that ends at --to, now if it is not given.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.mjs';
import { docsPictures, finishDocsPictures } from './for-docs.mjs';
import { servePage } from './serve-page.mjs';

const dayMs = 86_400_000;
const { values: given } = parseArgs({
  options: {
    host: { type: 'string' },
    service: { type: 'string' },
    token: { type: 'string', default: '' },
    to: { type: 'string', default: String(Date.now()) },
    docs: { type: 'boolean', default: false },
  },
});
assert.ok(given.host && given.service, 'expected --host and --service');

const pictures = given.docs ? docsPictures : fileURLToPath(new URL('../../test-results/', import.meta.url));
const themes = ['dark', 'light'];
const settings = { url: given.service, jsonData: {}, secureJsonData: given.token ? { token: given.token } : {} };
const allSettings = {
  ...settings,
  jsonData: {
    publicUrl: 'https://why403.example.com',
    xrayUid: 'traces',
    cloudWatchUid: 'logs',
    region: 'eu-west-1',
  },
  secureJsonFields: { token: true },
};

let browser;
let site;
/** What the pages of the test complained of. */
let complaints = [];

before(async () => {
  mkdirSync(pictures, { recursive: true });
  const executablePath = findChromium();
  assert.ok(executablePath, 'no Chromium is on the PATH');
  site = await servePage(given.host);
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});

after(async () => {
  await browser?.close();
  await site?.close();
  if (given.docs) {
    finishDocsPictures();
  }
});

/**
 * Opens a view, hands it to the test, takes its picture, and wants no complaint of the browser. A picture is as high as what
 * the page holds, with `whole` as the window.
 */
async function visit(
  { view, theme, picture, width = 940, height = 560, whole = false, ...params },
  look = async () => undefined
) {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: given.docs ? 2 : 1 });
  // a machine that builds something beside takes its time; nothing here is about speed
  page.setDefaultTimeout(90_000);
  complaints = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') {
      complaints.push(`${message.text()} ${message.location().url}`);
    }
  });
  const query = new URLSearchParams({
    view,
    theme,
    from: String(Number(given.to) - dayMs),
    to: given.to,
    ...Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])
    ),
  });
  await page.goto(`${site.url}?${query}`);
  try {
    await page.waitForLoadState('networkidle');
    const result = await look(page);
    await page.waitForLoadState('networkidle');
    if (picture) {
      // the picture is of what stands still: no cursor, no tooltip
      await page.mouse.move(width - 1, 1);
      const file = { path: join(pictures, `${picture}-${theme}.png`), animations: 'disabled' };
      await (whole ? page.screenshot(file) : page.locator('#page').screenshot(file));
    }
    assert.deepEqual(complaints, []);
    return result;
  } catch (error) {
    // what the browser said is mostly why the test waited in vain
    throw complaints.length > 0 ? new Error(`${error.message}\n${complaints.join('\n')}`, { cause: error }) : error;
  } finally {
    await page.close();
  }
}

/** The frames of the last answer; fails with the backend's sentence. */
async function frames(page) {
  const handle = await page.waitForFunction(() => window.lastResponse);
  const { data, errors, error } = await handle.jsonValue();
  assert.deepEqual(errors ?? (error ? [error] : []), []);
  return data;
}

const field = (page, label) => page.getByLabel(label, { exact: true });

async function choose(page, label, option) {
  await field(page, label).click();
  await page.getByRole('option', { name: option }).first().click();
}

const only = (label, ...values) => ({ label, operator: values.length > 1 ? '=|' : '=', values });
const not = (label, value) => ({ label, operator: '!=', values: [value] });
/** Scanners look for routes that do not exist, all day. */
const noScanners = [not('cause', 'route_not_found')];
const eventHeadings = { part: 'Part', name: 'What', value: 'Value' };
const coverageHeadings = {
  api_id: 'API',
  stage: 'Stage',
  requests: 'Requests',
  refused: 'Refused',
  unknown_ratio: 'Unknown',
  certain_ratio: 'Certain',
  lag: 'Lag',
};
const newCausesHeadings = {
  first_seen: 'First seen',
  api_id: 'API',
  stage: 'Stage',
  route: 'Route',
  cause: 'Cause',
  refused: 'Refused',
};

/** A query type: how it is asked, what its answer must be, and how its panel is set. */
const queryTypes = [
  {
    name: 'Cause series',
    query: { queryType: 'series', metric: 'count', by: ['cause'], filters: noScanners },
    type: 'timeseries-multi',
  },
  {
    name: 'Spike score',
    query: { queryType: 'spikes', measures: ['score'], limit: 6, filters: noScanners },
    type: 'timeseries-multi',
  },
  {
    name: 'New causes',
    query: { queryType: 'newCauses' },
    type: 'table',
    // before its history of the demo nothing can be new: a day of it has none, a week has
    empty: true,
    panel: { from: String(Number(given.to) - 6 * dayMs), headings: newCausesHeadings },
  },
  {
    name: 'Coverage',
    query: { queryType: 'coverage', table: 'stages' },
    type: 'table',
    panel: { headings: coverageHeadings },
  },
  {
    name: 'Top',
    query: { queryType: 'top', topBy: 'culprit', filters: [only('cause', 'waf_blocked', 'authorizer_denied')] },
    type: 'table',
    panel: { headings: { culprit: 'What refused', refused: 'Refused', share: 'Share' } },
  },
  {
    name: 'Samples',
    query: { queryType: 'samples', limit: 20, filters: [only('group', 'authorizer', 'waf', 'backend')] },
    type: 'log-lines',
    panel: { panelHeight: '252' },
  },
  {
    name: 'Annotations',
    query: { queryType: 'annotations', filters: noScanners },
    type: undefined,
    panel: { panelHeight: '420' },
  },
];

describe('the settings', () => {
  for (const theme of themes) {
    it(`say why a service cannot be reached, and that it answers once it can (${theme})`, async () => {
      await visit({ view: 'config', theme, picture: 'config', width: 732, settings: allSettings }, async (page) => {
        const url = field(page, 'Data source connection URL');
        const health = page.getByTestId('health');
        await url.fill('http://127.0.0.1:1');
        await page.getByRole('button', { name: 'Save & test' }).click();
        await health.filter({ hasText: /127\.0\.0\.1:1/ }).waitFor();
        // Grafana's own answer to an unhealthy data source is a 400, which the browser notes
        complaints = complaints.filter((text) => !text.includes('400 (Bad Request)'));
        await url.fill(given.service);
        await page.getByRole('button', { name: 'Save & test' }).click();
        await health.filter({ hasText: /answers/ }).waitFor();
      });
    });
  }

  it('choose the data sources that links open in', async () => {
    await visit({ view: 'config', theme: 'dark', settings }, async (page) => {
      // the picker names its input itself
      await page.locator('#why403-xray').click();
      await page.getByText('X-Ray of the shop').click();
      await page.waitForFunction(() => window.lastSettings.jsonData.xrayUid === 'traces');
    });
  });
});

describe('the query editor', () => {
  for (const { name, query, type, empty = false, panel = {} } of queryTypes) {
    for (const theme of themes) {
      it(`${name}: editor and panel (${theme})`, async () => {
        const picture = `query-${query.queryType}`;
        const params = { view: 'query', theme, picture, query: { version: 1, ...query }, ...panel };
        const [first] = await visit(params, async (page) => {
          assert.equal(await field(page, 'Query type').inputValue(), name);
          return frames(page);
        });
        assert.ok(first, 'expected a frame');
        assert.equal(first.meta?.type, type);
        assert.ok(first.fields.length > 0, 'expected fields');
        assert.ok(empty || first.fields[0].values.length > 0, 'expected data');
      });
    }
  }

  for (const theme of themes) {
    it(`Event: the verdict of a line of Samples (${theme})`, async () => {
      const filters = [only('cause', 'authorizer_denied')];
      const samples = { view: 'query', theme, query: { version: 1, queryType: 'samples', limit: 1, filters } };
      const [line] = await visit(samples, frames);
      const eventId = line.fields.find((candidate) => candidate.name === 'id').values[0];
      const panel = { headings: eventHeadings, panelHeight: '560', height: 900 };
      const event = { view: 'query', theme, query: { version: 1, queryType: 'event' }, ...panel };
      const [report] = await visit({ ...event, picture: 'query-event' }, async (page) => {
        await field(page, 'Event id').fill(eventId);
        await page.keyboard.press('Tab');
        await page.waitForFunction(() => window.lastResponse?.data?.[0]?.fields?.length > 0);
        return frames(page);
      });
      const parts = report.fields.find((candidate) => candidate.name === 'part').values;
      assert.ok(parts.includes('verdict') && parts.includes('remedy'), `came ${[...new Set(parts)].join(', ')}`);
    });
  }

  it('changes its fields with the query type, and runs each', async () => {
    await visit({ view: 'query', theme: 'dark', query: { version: 1, ...queryTypes[0].query } }, async (page) => {
      for (const { name, query } of queryTypes.slice(1)) {
        await page.evaluate(() => delete window.lastResponse);
        await choose(page, 'Query type', new RegExp(`^${name}`));
        await frames(page);
        assert.equal(await page.evaluate(() => window.lastQuery.queryType), query.queryType);
      }
    });
  });

  it('offers the query types by whether they can be alerted on', async () => {
    for (const theme of themes) {
      const params = { view: 'query', theme, panel: 'no', query: { version: 1, ...queryTypes[0].query } };
      await visit({ ...params, picture: 'query-types', height: 430, whole: true }, async (page) => {
        await field(page, 'Query type').click();
        await page.getByText('Can be alerted on', { exact: true }).waitFor();
        await page.getByText('Not for alert rules', { exact: true }).waitFor();
      });
    }
  });

  it("offers the service's own values, under the other filters", async () => {
    await visit({ view: 'query', theme: 'dark', query: { version: 1, queryType: 'series' } }, async (page) => {
      await field(page, 'Add filter').click();
      await choose(page, 'Label of new filter', /^stage/);
      await choose(page, 'Values of stage', /^prod/);
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => window.lastQuery.filters?.[0]?.values.length === 1);
      const asked = page.waitForRequest(/resources\/labels\/cause\/values\?.*stage=prod/);
      await field(page, 'Add filter').click();
      await choose(page, 'Label of new filter', /^cause/);
      await field(page, 'Values of cause').click();
      await asked;
      const cause = await page.getByRole('option').first().innerText();
      await page.getByRole('option').first().click();
      await page.waitForFunction(() => window.lastQuery.filters?.[1]?.values.length === 1);
      assert.match(cause, /^[a-z_]+/);
      await frames(page);
    });
  });

  for (const theme of themes) {
    it(`asks in an alert rule for one number of each cause at each stage (${theme})`, async () => {
      const filters = [only('group', 'authorizer')];
      const query = { version: 1, queryType: 'spikes', measures: ['score'], leastShare: 0.1, step: '1m', filters };
      const params = { view: 'query', theme, app: 'unified-alerting', picture: 'alerting', query, panelHeight: '220' };
      await visit(params, async (page) => {
        assert.equal(await field(page, 'Show').inputValue(), 'Score');
        const [first] = await frames(page);
        assert.equal(first.fields.filter(({ type }) => type === 'number').length, first.fields.length - 1);
      });
    });
  }

  it('says in an alert rule what to take instead', async () => {
    for (const theme of themes) {
      const top = { version: 1, queryType: 'top', topBy: 'route' };
      const params = { view: 'query', theme, app: 'unified-alerting', panel: 'no', query: top, height: 300 };
      await visit({ ...params, picture: 'query-alerting' }, async (page) => {
        await page.getByText('Top cannot be alerted on').waitFor();
      });
    }
  });
});

describe('variables', () => {
  for (const theme of themes) {
    it(`are the service's values, under other variables (${theme})`, async () => {
      const filters = [{ label: 'stage', operator: '=', values: ['$stage'] }];
      const params = { view: 'variable', theme, picture: 'variable', height: 200, query: { label: 'cause', filters } };
      await visit(params, async (page) => {
        await page.getByTestId('variable-choices').locator('*').first().waitFor();
      });
    });
  }
});

describe('the examples', () => {
  for (const theme of themes) {
    it(`put a query into the editor (${theme})`, async () => {
      await visit({ view: 'help', theme, picture: 'help', width: 732, height: 400 }, async (page) => {
        await page.getByText('Which WAF rule blocks?').click();
        assert.equal(await page.evaluate(() => window.lastQuery.topBy), 'culprit');
      });
    });
  }
});

describe('panels', () => {
  const panels = [
    {
      title: 'Refused requests by cause',
      wide: true,
      query: { queryType: 'series', by: ['cause'], filters: noScanners },
    },
    {
      title: 'Spike score',
      query: { queryType: 'spikes', measures: ['score'], limit: 4, filters: noScanners },
      height: 320,
    },
    {
      title: 'Share of requests that are refused',
      query: { queryType: 'series', metric: 'share', by: ['api_id'], step: '15m', limit: 6, filters: noScanners },
      height: 320,
    },
    {
      title: 'Routes',
      query: { queryType: 'top', topBy: 'route', limit: 5, filters: noScanners },
      headings: { route: 'Route', refused: 'Refused', share: 'Share' },
      height: 268,
    },
    {
      title: 'Feeds',
      query: { queryType: 'coverage', table: 'feeds' },
      headings: { feed: 'Feed', requests: 'Requests', rejected: 'Rejected', lag: 'Lag' },
      height: 268,
    },
    {
      title: 'Newest refused requests',
      wide: true,
      query: { queryType: 'samples', limit: 12, filters: [only('group', 'authorizer', 'waf', 'backend', 'api_key')] },
      height: 244,
    },
  ].map((panel) => ({ ...panel, query: { version: 1, ...panel.query } }));

  for (const theme of themes) {
    it(`draw what the backend answers (${theme})`, async () => {
      await visit({ view: 'dashboard', theme, picture: 'panels', height: 900, panels }, async (page) => {
        for (const { title } of panels) {
          await page.getByText(title, { exact: true }).first().waitFor();
        }
        assert.equal(await page.getByText('No data').count(), 0);
      });
    });
  }
});
