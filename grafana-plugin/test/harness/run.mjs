// The real module.js in a real browser: editors and panels in light and dark, through the real backend to a real service.
//
//   node test/harness/run.mjs --host http://127.0.0.1:PORT --service http://127.0.0.1:PORT [--token TOKEN] [--from MS] [--to MS] [--pictures FOLDER]
//
// --host is the plugin host (test/host), which asks --service. Pictures go to test-results/.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.mjs';
import { servePage } from './serve-page.mjs';

const { values: given } = parseArgs({
  options: {
    host: { type: 'string' },
    service: { type: 'string' },
    token: { type: 'string', default: '' },
    from: { type: 'string', default: String(Date.now() - 6 * 3_600_000) },
    to: { type: 'string', default: String(Date.now()) },
    pictures: { type: 'string', default: fileURLToPath(new URL('../../test-results/', import.meta.url)) },
  },
});
assert.ok(given.host && given.service, 'expected --host and --service');

const width = 1212;
const themes = ['dark', 'light'];
const settings = { url: given.service, jsonData: {}, secureJsonData: given.token ? { token: given.token } : {} };

let browser;
let site;
/** What the pages of the test complained of. */
let complaints = [];

before(async () => {
  mkdirSync(given.pictures, { recursive: true });
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
});

/** Opens a view, hands it to the test, takes its picture, and wants no complaint of the browser. */
async function visit({ view, theme, picture, height = 560, ...params }, look = async () => undefined) {
  const page = await browser.newPage({ viewport: { width, height } });
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
    from: given.from,
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
      await page.screenshot({
        path: join(given.pictures, `${picture}-${theme}.png`),
        fullPage: true,
        animations: 'disabled',
      });
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

/** A query type: how it is asked, and what its answer must be. */
const queryTypes = [
  { name: 'Cause series', query: { queryType: 'series', metric: 'count', by: ['cause'] }, type: 'timeseries-multi' },
  { name: 'Spike score', query: { queryType: 'spikes', measures: ['score'] }, type: 'timeseries-multi' },
  // the demo has a day of history, before which nothing can be new
  { name: 'New causes', query: { queryType: 'newCauses' }, type: 'table', empty: true },
  { name: 'Coverage', query: { queryType: 'coverage', table: 'stages' }, type: 'table' },
  { name: 'Top', query: { queryType: 'top', topBy: 'culprit' }, type: 'table' },
  { name: 'Samples', query: { queryType: 'samples', limit: 20 }, type: 'log-lines' },
  { name: 'Annotations', query: { queryType: 'annotations' }, type: undefined },
];

describe('the settings', () => {
  for (const theme of themes) {
    it(`say why a service cannot be reached, and that it answers once it can (${theme})`, async () => {
      await visit({ view: 'config', theme, picture: 'config', height: 700, settings }, async (page) => {
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
  for (const { name, query, type, empty = false } of queryTypes) {
    for (const theme of themes) {
      it(`${name}: editor and panel (${theme})`, async () => {
        const params = { view: 'query', theme, picture: `query-${query.queryType}`, query: { version: 1, ...query } };
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
      const samples = { view: 'query', theme, query: { version: 1, queryType: 'samples', limit: 1 } };
      const [line] = await visit(samples, frames);
      const eventId = line.fields.find((candidate) => candidate.name === 'id').values[0];
      const event = { view: 'query', theme, picture: 'query-event', query: { version: 1, queryType: 'event' } };
      const [report] = await visit(event, async (page) => {
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
      const params = { view: 'query', theme, picture: 'query-types', panel: 'no', query: queryTypes[0].query };
      await visit({ ...params, height: 560 }, async (page) => {
        await field(page, 'Query type').click();
        await page.getByText('Can be alerted on', { exact: true }).waitFor();
        await page.getByText('Not for alert rules', { exact: true }).waitFor();
      });
    }
  });

  it("offers the service's own values, under the other filters", async () => {
    await visit({ view: 'query', theme: 'dark', query: { version: 1, ...queryTypes[0].query } }, async (page) => {
      await field(page, 'Add filter').click();
      await choose(page, 'Label of new filter', /^stage/);
      await choose(page, 'Values of stage', /^prod/);
      await page.keyboard.press('Escape');
      await field(page, 'Add filter').click();
      await choose(page, 'Label of new filter', /^cause/);
      const asked = page.waitForRequest(/resources\/labels\/cause\/values\?.*stage=prod/);
      await field(page, 'Values of cause').click();
      await asked;
      const cause = await page.getByRole('option').first().innerText();
      await page.getByRole('option').first().click();
      await page.waitForFunction(() => window.lastQuery.filters?.[1]?.values.length === 1);
      assert.match(cause, /^[a-z_]+/);
      await frames(page);
    });
  });

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
      await visit({ view: 'help', theme, picture: 'help', height: 400 }, async (page) => {
        await page.getByText('Which WAF rule blocks?').click();
        assert.equal(await page.evaluate(() => window.lastQuery.topBy), 'culprit');
      });
    });
  }
});

describe('panels', () => {
  const prod = [{ label: 'cause', operator: '!=', values: ['route_not_found'] }];
  const panels = [
    { title: 'Refused requests by cause', wide: true, query: { queryType: 'series', by: ['cause'], filters: prod } },
    { title: 'Spike score', query: { queryType: 'spikes', measures: ['score'], limit: 8 } },
    { title: 'Share of requests that are refused', query: { queryType: 'series', metric: 'share', by: ['stage'] } },
    { title: 'What refused most', query: { queryType: 'top', topBy: 'culprit', limit: 6 } },
    { title: 'Coverage', query: { queryType: 'coverage', table: 'feeds' } },
    { title: 'Samples', wide: true, query: { queryType: 'samples', limit: 12, filters: prod } },
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
