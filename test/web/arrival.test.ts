import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { expectVisible, launch, open, soon } from './browser.js';
import { type FakeApi, startFakeApi } from './fake-api.js';
import { incidentsOf } from './fixtures.js';

const [INCIDENT] = incidentsOf(0);

/** From one screen to another and back. */
describeWithTools('arriving at a screen', ['chromium'], () => {
  let browser: Browser;
  let api: FakeApi;
  beforeAll(async () => {
    [browser, api] = await Promise.all([launch(), startFakeApi({ cases: 150 })]);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });
  const focused = (page: Page): Promise<string | null> =>
    page.evaluate<string | null>('document.activeElement.getAttribute("href")');
  const rowAt = async (page: Page, place: number): Promise<string> =>
    (await page.locator('a.row-title').nth(place).getAttribute('href'))!;

  it('finds the row again by which one left a list, and its filters', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/incidents?sort=last_seen`);
    const rows = page.locator('a.row-title');
    await rows.nth(99).waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await soon(() => rows.count()).toBe(150);
    const left = await rowAt(page, 120);
    for (const back of ['Escape', 'link'] as const) {
      await rows.nth(120).click();
      await expectVisible(page, 'What happened');
      if (back === 'Escape') await page.keyboard.press('Escape');
      else await page.locator('a.back').click();
      await soon(() => focused(page)).toBe(left);
      expect(page.url()).toContain('sort=last_seen&show=300');
      const box = (await rows.nth(120).boundingBox())!;
      expect(box.y).toBeGreaterThan(0);
      expect(box.y).toBeLessThan(800);
    }
    await page.keyboard.press('j');
    await soon(() => focused(page)).toBe(await rowAt(page, 121));
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('begins a list at its top that one goes to anew', async () => {
    const { page } = await open(browser, `${api.url}#/incidents`);
    await page.locator('a.row-title').nth(40).click();
    await expectVisible(page, 'What happened');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.locator('a.row-title').first().waitFor();
    await page.keyboard.press('j');
    expect(await focused(page)).toBe(await rowAt(page, 0));
    await page.context().close();
  });

  it('has the focus and the name of the screen that one went to', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/sources`);
    const isInMain = (): Promise<boolean> =>
      page.evaluate<boolean>('document.getElementById("main").contains(document.activeElement)');
    await soon(() => page.title()).toBe('Sources · Vedette');
    expect(await isInMain()).toBe(false);
    await page.locator('a.rail-link', { hasText: 'Rules' }).click();
    await soon(() => page.title()).toBe('Rules · Vedette');
    await soon(isInMain).toBe(true);
    await page.goto(`${api.url}#/incidents/${INCIDENT!.incident.id}`);
    await soon(() => page.title()).toBe(`${INCIDENT!.incident.title} · Vedette`);
    await page.goto(`${api.url}#/search?q=${encodeURIComponent('a\u202eb')}`);
    await soon(() => page.title()).toBe('a\\u202eb · Vedette');
    await page.keyboard.press('/');
    await page.locator('input:focus').waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('is not left by Esc, neither for where one came from nor for nothing', async () => {
    const { page } = await open(browser, 'about:blank');
    await page.goto(`${api.url}#/incidents/${INCIDENT!.incident.id}`);
    await expectVisible(page, 'What happened');
    await page.keyboard.press('Escape');
    await soon(() => new URL(page.url()).hash).toBe('#/incidents');
    await page.context().close();
    const other = await open(browser, 'about:blank');
    await other.page.goto(api.url);
    await expectVisible(other.page, 'need you');
    await other.page.keyboard.press('Escape');
    await other.page.keyboard.press('?');
    await expectVisible(other.page, 'silence more like this');
    await other.page.context().close();
  });
});
