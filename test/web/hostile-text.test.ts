import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { launch, open, overflow } from './browser.js';
import { type FakeApi, startFakeApi } from './fake-api.js';
import { PAYLOADS } from './payloads.js';
import { poisoned } from './poison.js';

/** Each screen, what must be there before it is looked at, and what else is to be opened in it. */
const SCREENS: readonly (readonly [hash: string, ready: string, act?: (page: Page) => Promise<void>])[] = [
  ['#/', '.incident-row >> nth=400'],
  ['#/incidents', '.incident-row >> nth=400', (page) => page.locator('.row-actions button').first().click()],
  ['#/incidents/x', '.anchor >> nth=400', openDialogs],
  ['#/alerts', '.alert-row >> nth=400'],
  ['#/alerts/x', '.evidence li >> nth=400'],
  ['#/silences', '.silence-row >> nth=400'],
  ['#/search?q=x', '.event-row >> nth=10', scrollThrough],
  [
    '#/search?q=x&open=x',
    '.fields tr >> nth=400',
    (page) => page.getByRole('button', { name: /lines before/ }).click(),
  ],
  [
    '#/sources',
    '.senders tbody tr >> nth=400',
    (page) => page.getByRole('button', { name: 'Try a parser …' }).nth(1).click(),
  ],
  ['#/rules?list=all', '.rule-table li >> nth=400'],
  ['#/rules?list=refused', '.rows li >> nth=400'],
  ['#/rules', '.cell >> nth=200'],
  ['#/rules/x', '.side li >> nth=400', testLine],
  ['#/anomaly', '.ranked li >> nth=400'],
];

/** Elements and attributes that the page never makes: one of them means that text became markup. */
const FOREIGN = `[...document.querySelectorAll('body script, iframe, object, embed, base, meta:not([name]):not([charset]), marquee, video, audio, math, style, details, animate, x')].map((element) => element.outerHTML.slice(0, 80))
  .concat([...document.querySelectorAll('*')].flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith('on')).map(({ name, value }) => name + '=' + value)))
  .concat([...document.querySelectorAll('[href], [src], [action]')].map((element) => element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action')).filter((url) => !/^(#|\\/|https?:)/.test(url)))`;

describeWithTools('hostile text', ['chromium'], () => {
  let browser: Browser;
  let api: FakeApi;
  beforeAll(async () => {
    // Without a policy: what the policy would stop must not even be tried.
    [browser, api] = await Promise.all([launch(), startFakeApi({ answer: poisoned, csp: '' })]);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  it(`stays text: ${PAYLOADS.length} payloads in every field of every screen`, {
    timeout: 300_000,
  }, async () => {
    expect(new Set(PAYLOADS).size).toBeGreaterThan(450);
    const { page, troubles } = await open(browser, api.url, { width: 1280 });
    page.setDefaultTimeout(60_000);
    for (const [hash, ready, act] of SCREENS) {
      await page.goto(`${api.url}${hash}`);
      await page.locator(ready).waitFor({ state: 'attached' });
      await act?.(page);
      await page.mouse.move(400, 300);
      expect(await page.evaluate(FOREIGN), hash).toEqual([]);
      expect(await page.evaluate('window.pwned'), hash).toBeUndefined();
      expect(await overflow(page), hash).toBe(0);
    }
    expect(troubles).toEqual([]);
  });
});

async function openDialogs(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Silence like this …' }).click();
  await page.locator('.preview li').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'lines between' }).first().click();
  await page.locator('.raw-lines li').first().waitFor();
}

async function scrollThrough(page: Page): Promise<void> {
  const steps = Math.ceil((PAYLOADS.length * 28) / 400);
  for (let i = 0; i < steps; i++)
    await page.evaluate(
      `document.querySelector('.virtual-list').scrollTop = ${i * 400}; new Promise(requestAnimationFrame)`,
    );
  await page.getByRole('combobox', { name: 'Query' }).pressSequentially(' user.name:r');
  await page.getByRole('option').first().waitFor();
}

async function testLine(page: Page): Promise<void> {
  await page.getByLabel('A line, as it is sent').fill(PAYLOADS[3]!);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.locator('.test-result pre').first().waitFor();
}
