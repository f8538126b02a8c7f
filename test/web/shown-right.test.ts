import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { expectVisible, launch, open, soon } from './browser.js';
import { startFakeApi } from './fake-api.js';
import { incidentsOf, rulesOf } from './fixtures.js';

const [INCIDENT] = incidentsOf(0);
const DAY_MS = 86_400_000;

/** Of what the API answers, what is changed here. */
interface Answer {
  readonly alert_lines: readonly { readonly evidence: object[] }[];
  readonly items: {
    name?: string;
    last_error?: string;
    health?: string;
    senders?: object[];
    senders_total?: number;
    readonly matcher?: object;
  }[];
}

/** Answers that have this key, changed a little before they are sent. */
const answering =
  (key: keyof Answer, change: (body: Answer) => void) =>
  (body: unknown): unknown => {
    if (typeof body !== 'object' || body === null || !(key in body)) return body;
    const copy = structuredClone(body) as Answer;
    change(copy);
    return copy;
  };

/** What a screen says is what there is. */
describeWithTools('what is shown', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('is of an alert in an incident the record that raised it, the others when asked for', async () => {
    const api = await startFakeApi({
      answer: answering('alert_lines', ({ alert_lines: [line] }) => {
        line!.evidence.unshift({ 'event.id': '1-1', original: 'what came before', matches: [] });
      }),
    });
    const { page, troubles } = await open(browser, `${api.url}#/incidents/${INCIDENT!.incident.id}`);
    const anchor = page.locator('.timeline > li').first();
    await anchor.getByText(INCIDENT!.timeline[0]!.evidence!.original.slice(0, 40)).waitFor();
    expect(await anchor.getByText('what came before').count()).toBe(0);
    await anchor.getByRole('button', { name: '1 more line' }).click();
    await anchor.getByText('what came before').waitFor();
    expect(await anchor.locator('.evidence li').count()).toBe(2);
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('is that a rule is being turned off, as long as that takes', async () => {
    const api = await startFakeApi();
    const { page, troubles } = await open(browser, `${api.url}#/rules/${rulesOf(0)[1]!.id}`);
    let release: () => void = () => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    await page.route('**/disable', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Turn off' }).click();
    const turning = page.getByRole('button', { name: 'Turning off …' });
    await turning.waitFor();
    expect(await turning.isDisabled()).toBe(true);
    release();
    await soon(() => turning.count()).toBe(0);
    expect(api.changes).toHaveLength(1);
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('is how many senders there are, and each by its own name', async () => {
    const api = await startFakeApi({
      answer: answering('items', ({ items }) => {
        const [source] = items;
        if (source?.senders === undefined) return;
        const [sender] = source.senders;
        source.senders = ['one', 'two\u202e', 'three'].map((host) => ({ ...sender, host }));
        source.senders_total = 4187;
      }),
    });
    const { page, troubles } = await open(browser, api.url);
    await expectVisible(page, /, of \d+ of 4,1\d\d senders/);
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.dot')].map((dot) => dot.title)`,
    );
    expect(names.slice(0, 3).map((name) => name.split(':')[0])).toEqual(['one', 'two\\u202e', 'three']);
    expect(names.join()).not.toContain('\u202e');
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('is why a source does not run', async () => {
    const api = await startFakeApi({
      answer: answering('items', ({ items }) => {
        const journal = items.find(({ name }) => name === 'journal');
        if (journal !== undefined)
          Object.assign(journal, { health: 'down', last_error: 'journalctl ended (1): no right\u202e' });
      }),
    });
    const { page, troubles } = await open(browser, `${api.url}#/sources`);
    const card = page.getByRole('region', { name: 'journal' });
    await card.getByText('journalctl ended (1): no right').waitFor();
    await card.getByText('not running').waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('is how sure a sender is only of those who connect to us', async () => {
    const api = await startFakeApi();
    const { page, troubles } = await open(browser, `${api.url}#/sources`);
    const chips = (name: string): Promise<string[]> =>
      page.getByRole('region', { name, exact: true }).locator('.card-head .chip').allInnerTexts();
    await page.getByRole('region', { name: 'journal' }).waitFor();
    expect(await chips('syslog-udp')).toEqual([expect.any(String), 'spoofable']);
    expect(await chips('syslog-tcp')).toEqual([expect.any(String), 'address proven']);
    expect(await chips('journal')).toHaveLength(1);
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('is of a silence the name of its rule, and what others silence meanwhile', async () => {
    let others: object[] = [];
    const api = await startFakeApi({
      answer: answering('items', ({ items }) => {
        if (items[0]?.matcher !== undefined) items.push(...others);
      }),
    });
    const { page, troubles } = await open(browser, `${api.url}#/silences`);
    await page.locator('.silence-row').getByRole('link', { name: 'Port Scan' }).waitFor();
    const matcher = { host: 'lab-07' };
    others = [
      {
        id: 'sil-2',
        matcher,
        reason: 'x',
        by: 'bert',
        expires: new Date().toISOString(),
        active: true,
        hits: 0,
      },
    ];
    await expectVisible(page, 'lab-07');
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('is one button that closes an incident, and none of that name beside it', async () => {
    const api = await startFakeApi();
    const { page } = await open(browser, `${api.url}#/incidents/${INCIDENT!.incident.id}`);
    await page.getByRole('button', { name: 'Close …' }).click();
    await page.getByRole('button', { name: 'Dismiss' }).waitFor();
    expect(await page.getByRole('button', { name: 'Close', exact: true }).count()).toBe(1);
    await page.context().close();
    await api.close();
  });

  it('is of the alerts of a day that day, in the chart and behind its link', async () => {
    const api = await startFakeApi();
    const { page } = await open(browser, 'about:blank');
    const asked = page.waitForRequest(/\/api\/alerts\/histogram\?/);
    await page.goto(api.url);
    const since = new URL((await asked).url()).searchParams.get('since')!;
    const age = Date.now() - Date.parse(since);
    expect(age).toBeGreaterThanOrEqual(DAY_MS);
    expect(age).toBeLessThan(DAY_MS + 120_000);
    const link = await page.getByRole('link', { name: 'Alerts, 24 h' }).getAttribute('href');
    expect(new URLSearchParams(link!.split('?')[1]).get('since')).toBe(since);
    await page.context().close();
    await api.close();
  });
});
