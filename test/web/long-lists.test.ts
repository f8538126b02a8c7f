import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { expectVisible, launch, open, soon } from './browser.js';
import { type FakeApi, startFakeApi } from './fake-api.js';

const CASES = 730;

/** More incidents and alerts than the page shows at first, and than the API gives at once. */
describeWithTools('long lists', ['chromium'], () => {
  let browser: Browser;
  let api: FakeApi;
  beforeAll(async () => {
    [browser, api] = await Promise.all([launch(), startFakeApi({ cases: CASES })]);
    api.setNow({ incidents_unclosed: CASES });
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  it.each(['incidents', 'alerts'])(
    'shows all %s, those too that the API does not give at once',
    async (screen) => {
      const { page, troubles } = await open(browser, `${api.url}#/${screen}`);
      const more = page.getByRole('button', { name: 'More', exact: true });
      const rows = page.locator('a.row-title');
      for (const shown of [100, 300, 500, 700]) {
        await soon(() => rows.count()).toBe(shown);
        await expectVisible(page, `${shown} of ${CASES}`);
        await more.click();
      }
      await soon(() => rows.count()).toBe(CASES);
      const ids = await page.evaluate<string[]>(
        `[...document.querySelectorAll('a.row-title')].map((row) => row.dataset.id)`,
      );
      expect(new Set(ids).size).toBe(CASES);
      expect(await more.count()).toBe(0);
      expect(troubles).toEqual([]);
      await page.context().close();
    },
  );

  it('says how many there are where it shows the first alone, and leads to them', async () => {
    const { page, troubles } = await open(browser, api.url);
    await soon(() => page.locator('a.row-title').count()).toBe(20);
    await page.getByRole('link', { name: `All ${CASES} incidents` }).click();
    await soon(() => page.locator('a.row-title').count()).toBe(100);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it.each(['incidents', 'alerts'])('of %s are looked through for a text', async (screen) => {
    const { page, troubles } = await open(browser, `${api.url}#/${screen}?entity=203.0.113.47`);
    await page.locator('a.row-title').first().waitFor();
    const asked = page.waitForRequest(/text=web-01/);
    await page.getByLabel('Holds').fill(' web-01 ');
    await page.keyboard.press('Enter');
    const { searchParams } = new URL((await asked).url());
    expect([searchParams.get('text'), searchParams.get('entity')]).toEqual(['web-01', '203.0.113.47']);
    await expectVisible(page, 'Looked for in the newest 1,000.');
    await soon(() => new URL(page.url()).hash).toContain('text=web-01');
    await page.getByRole('button', { name: '203.0.113.47 ×' }).click();
    await soon(() => new URL(page.url()).hash).not.toContain('entity=');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('takes no number of rows that makes no sense', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/alerts?show=-5`);
    await soon(() => page.locator('a.row-title').count()).toBe(100);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});
