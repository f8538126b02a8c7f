import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { expectVisible, launch, open, soon } from './browser.js';
import { startFakeApi } from './fake-api.js';
import { incidentsOf } from './fixtures.js';

const [INCIDENT] = incidentsOf(0);
const ID = INCIDENT!.incident.id;

/** Several people at one case, and a daemon that does not always answer. */
describeWithTools('what somebody is at', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('keeps what one writes while others write and the case goes on', async () => {
    let revision = 1;
    const api = await startFakeApi({
      answer: (body) =>
        JSON.parse(JSON.stringify(body).replaceAll(/"revision":\d+/g, `"revision":${revision}`)),
    });
    const { page, troubles } = await open(browser, `${api.url}#/incidents/${ID}`);
    const note = page.getByLabel('Note');
    await note.fill('I asked the owner of the host, who');
    await soon(() => api.streams()).toBe(1);
    const notes = [{ at: new Date().toISOString(), by: 'bert', text: 'It was me.' }];
    api.push('workflow', { kind: 'incident', id: ID, workflow: { ...INCIDENT!.workflow, notes } });
    await expectVisible(page, 'It was me.');
    expect(await note.inputValue()).toBe('I asked the owner of the host, who');
    await page.getByRole('button', { name: 'Close …' }).click();
    await page.getByLabel('Because').fill('It was');
    revision = 9;
    const read = page.waitForResponse(new RegExp(`/api/incidents/${ID}$`));
    api.push('reset', {});
    await read;
    await page.evaluate('new Promise(requestAnimationFrame)');
    expect(await page.getByLabel('Because').inputValue()).toBe('It was');
    await page.keyboard.press('Escape');
    expect(await note.inputValue()).toBe('I asked the owner of the host, who');
    await page.getByRole('button', { name: 'Add' }).click();
    await soon(() => note.inputValue()).toBe('');
    expect(api.changes.at(-1)).toBe(
      `POST /api/incidents/${ID}/notes {"text":"I asked the owner of the host, who"}`,
    );
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('shows no rows under a filter that they were not read by', async () => {
    const api = await startFakeApi();
    const { page } = await open(browser, `${api.url}#/incidents`);
    const rows = page.locator('a.row-title');
    await rows.first().waitFor();
    const busy = { status: 503, json: { error: { code: 'busy', message: 'Try again in some seconds.' } } };
    await page.route(/\/api\/incidents\?/, (route) => route.fulfill(busy));
    await page.getByLabel('Show').selectOption('closed');
    await expectVisible(page, 'Incidents could not be read. Try again in some seconds.');
    expect(await rows.count()).toBe(0);
    await page.unroute(/\/api\/incidents\?/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows.first().waitFor();
    expect(await page.locator('.problem').count()).toBe(0);
    // The same question: what it was answered before is shown, and that it is not new.
    await page.route(/\/api\/incidents\?/, (route) => route.fulfill(busy));
    await soon(() => api.streams()).toBe(1);
    api.push('reset', {});
    await expectVisible(page, 'Incidents could not be read. Try again in some seconds.');
    expect(await rows.count()).toBeGreaterThan(0);
    await page.context().close();
    await api.close();
  });

  it('asks again by itself for what could not be read while the daemon was away', async () => {
    const api = await startFakeApi();
    const { page } = await open(browser, `${api.url}#/incidents`);
    await page.locator('a.row-title').first().waitFor();
    await page.route(`**/api/incidents/${ID}`, (route) => route.abort());
    await page.locator('a.row-title').first().click();
    await expectVisible(page, 'This incident could not be read. Vedette does not answer.');
    await page.unroute(`**/api/incidents/${ID}`);
    await expectVisible(page, 'What happened');
    await page.context().close();
    await api.close();
  });
});
