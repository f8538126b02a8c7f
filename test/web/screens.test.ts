import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { expectVisible, launch, lowContrast, open, overflow, soon } from './browser.js';
import { type FakeApi, startFakeApi } from './fake-api.js';
import { alertsOf, incidentsOf, LOSSES, rulesOf } from './fixtures.js';

const INCIDENT = incidentsOf(0)[0]!.incident.id;
const ALERT = alertsOf(0)[1]!.alert.id;
const RULE = rulesOf(0)[1]!.id;

/** Each screen, and something that only it shows. */
const SCREENS: readonly (readonly [name: string, hash: string, shows: string | RegExp])[] = [
  ['Now', '#/', '2 incidents need you'],
  ['Incidents', '#/incidents', /tried SQL injection/],
  ['an incident', `#/incidents/${INCIDENT}`, 'What happened'],
  ['Alerts', '#/alerts', 'USB Storage Attached'],
  ['an alert', `#/alerts/${ALERT}`, 'What the rule looks for'],
  ['Silences', '#/silences', /our own scanner/],
  ['Search', '#/search', '200 of 100 k events'],
  ['an event', '#/search?q=sshd&open=1000-12', '20 lines before, 20 after'],
  ['Sources', '#/sources', /LLDP_NBR_CHANGE/],
  ['Rules', '#/rules?technique=T1110', 'T1110 Brute Force'],
  ['a list of rules', '#/rules?list=no_data', /needs a source of windows/],
  ['rules of a source', '#/rules?list=all&source=syslog-tcp', /can use what/],
  ['refused rules', '#/rules?list=refused', /Expected a list of strings/],
  ['a rule', `#/rules/${RULE}`, 'Would have fired'],
  ['Anomaly', '#/anomaly', /longest_object/],
];

describeWithTools('screens', ['chromium'], () => {
  let browser: Browser;
  let api: FakeApi;
  beforeAll(async () => {
    [browser, api] = await Promise.all([launch(), startFakeApi()]);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  it.each([
    ['wide and light', { width: 1280, dark: false }],
    ['wide and dark', { width: 1280, dark: true }],
    ['320 px wide', { width: 320, dark: false }],
  ] as const)('all render, %s: nothing wider than the window, contrast 4.5, no error', async (_, look) => {
    const { page, troubles } = await open(browser, api.url, look);
    for (const [name, hash, shows] of SCREENS) {
      await page.goto(`${api.url}${hash}`);
      await expectVisible(page, shows);
      expect(await overflow(page), name).toBe(0);
      expect(await lowContrast(page), name).toEqual([]);
    }
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('shows on a phone how each sender stands, and all of what nobody could parse', async () => {
    const width = 360;
    const { page, troubles } = await open(browser, `${api.url}#/sources`, { width });
    await expectVisible(page, 'Not parsed:');
    const seen = page.locator('.senders tbody .chip, .senders .sample .log-text, .senders .sample button');
    const boxes = await Promise.all((await seen.all()).map((one) => one.boundingBox()));
    expect(boxes.length).toBeGreaterThan(4);
    expect(boxes.map((box) => box!.x + box!.width).filter((right) => right > width)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('shows the senders that are known after a restart, before anything has come', async () => {
    const { page, troubles } = await open(browser, api.url);
    await page.route('**/api/sources', async (route) => {
      const answer = await (await route.fetch()).json();
      const items = answer.items.map((source: object) => ({ ...source, records: 0, last_seen: null }));
      await route.fulfill({ json: { items } });
    });
    await page.goto(`${api.url}#/sources`);
    await page.locator('.senders tbody th').first().waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('names all hosts of an alert, and what is known of each who took part', async () => {
    const { page, troubles } = await open(browser, api.url);
    for (const hash of [`#/incidents/${INCIDENT}`, `#/alerts/${ALERT}`]) {
      await page.goto(`${api.url}${hash}`);
      await expectVisible(page, 'also on web-02, db-01,');
      await expectVisible(page, /434 events in 24 h, also on ns1/);
      await expectVisible(page, /at least 434 events in 24 h, also from ns1/);
      // It began with the incident, but before the alert.
      const isNew = page.locator('.entity', { hasText: '203.0.113.47' }).locator('.chip', { hasText: 'new' });
      expect(await isNew.count()).toBe(hash.includes(INCIDENT) ? 1 : 0);
    }
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('says of what is lost why, and what to do', async () => {
    const { page, troubles } = await open(browser, api.url);
    await expectVisible(page, '2 incidents need you');
    expect(await page.locator('.losses').count()).toBe(0);
    api.setNow({ losses: LOSSES });
    await expectVisible(page, /datagrams were dropped by the kernel/);
    await expectVisible(page, /Let senders use TCP/);
    expect(troubles).toEqual([]);
    api.setNow({});
    await page.context().close();
  });

  it('turns by itself when the first event comes', async () => {
    api.setNow({ empty: true, incidents_unclosed: 0, events_since_midnight: 0 });
    const { page } = await open(browser, api.url);
    await expectVisible(page, 'Nothing has arrived yet');
    await expectVisible(page, /\*\.\* @@127\.0\.0\.1:5140/);
    await page.getByRole('button', { name: 'Play the demo attack' }).click();
    await soon(() => api.changes.at(-1)).toBe('POST /api/demo {}');
    api.setNow({ incidents_unclosed: 0 });
    await expectVisible(page, 'Nothing needs you');
    api.setNow({});
    await page.context().close();
  });

  it('says quietly what the server does not have', async () => {
    const poor = await startFakeApi({ missing: ['attack', 'anomaly', 'silences', 'stats', 'events/facets'] });
    const { page, troubles } = await open(browser, poor.url, { statuses: [404] });
    for (const [hash, shows] of [
      ['#/', 'The last hour: not available here.'],
      ['#/rules', 'The ATT&CK matrix: not available here.'],
      ['#/anomaly', 'Anomalies: not available here.'],
      ['#/silences', 'Silences: not available here.'],
      ['#/search', 'Top values: not available here.'],
    ] as const) {
      await page.goto(`${poor.url}${hash}`);
      await expectVisible(page, shows);
    }
    expect(troubles).toEqual([]);
    await page.context().close();
    await poor.close();
  });
});
