import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { expectVisible, launch, open, soon } from './browser.js';
import { type FakeApi, startFakeApi } from './fake-api.js';
import { alertsOf, eventOf, incidentsOf, placeOf, rulesOf } from './fixtures.js';

const [INCIDENT, OTHER] = incidentsOf(0).map(({ incident }) => incident.id);

/** The keyboard, the stream, the address, and the actions, with a server of fixtures behind them. */
describeWithTools('using the page', ['chromium'], () => {
  let browser: Browser;
  let api: FakeApi;
  beforeAll(async () => {
    [browser, api] = await Promise.all([launch(), startFakeApi()]);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  const hash = (page: Page): string => new URL(page.url()).hash;

  it('goes all the way by keyboard', async () => {
    const { page, troubles } = await open(browser, api.url);
    await expectVisible(page, '2 incidents need you');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await soon(() => hash(page)).toBe('#/incidents');
    await page.locator('[data-row]').first().waitFor();
    for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key);
    await page.keyboard.press('a');
    await soon(() => api.changes.at(-1)).toBe(`POST /api/incidents/${OTHER}/acknowledge {}`);
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await soon(() => hash(page)).toBe(`#/incidents/${INCIDENT}`);
    await expectVisible(page, 'What happened');
    await page.keyboard.press('s');
    await expectVisible(page, '14 alerts');
    await page.keyboard.press('Escape');
    await soon(() => page.locator('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
    await soon(() => hash(page)).toBe('#/incidents');
    await page.keyboard.press('?');
    await expectVisible(page, 'silence more like this');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type('sshd');
    const answered = page.waitForResponse(/\/api\/events\/facets\?.*q=sshd/);
    await page.keyboard.press('Enter');
    await soon(() => hash(page)).toContain('q=sshd');
    await answered;
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await soon(() => hash(page)).toContain('open=1000-14');
    await expectVisible(page, '20 lines before, 20 after');
    await page.keyboard.press('Escape');
    await soon(() => hash(page)).not.toContain('open=');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('changes rows in place, and lets new ones wait', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/incidents`);
    await page.locator('.incident-row').nth(2).waitFor();
    const known = incidentsOf(Date.now())[2]!;
    api.push('change', {
      ...known,
      incident: { ...known.incident, revision: 2, alerts: 77 },
    });
    await expectVisible(page, '77 alerts');
    expect(await page.locator('.incident-row').nth(2).innerText()).toContain('77 alerts');
    api.push('change', { ...known, incident: { ...known.incident, id: 'another' } });
    await page.getByRole('button', { name: '1 new' }).click();
    await soon(() => page.locator('.new-rows').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('counts as new only what the list would show', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/incidents?severity=critical,high`);
    await page.locator('.incident-row').nth(2).waitFor();
    const [known] = incidentsOf(Date.now());
    const another = (id: string, over: object): void =>
      api.push('change', { ...known, incident: { ...known!.incident, id }, ...over });
    another('low', { severity: 'low' });
    another('closed', { workflow: { ...known!.workflow, state: 'closed' } });
    another('wanted', {});
    await expectVisible(page, '1 new');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('shows what others decided once the stream has begun anew', async () => {
    let state = 'new';
    const own = await startFakeApi({
      answer: (body) => JSON.parse(JSON.stringify(body).replaceAll('"state":"new"', `"state":"${state}"`)),
    });
    for (const screen of [`incidents/${INCIDENT}`, `alerts/${alertsOf(0)[0]!.alert.id}`]) {
      state = 'new';
      const { page, troubles } = await open(browser, `${own.url}#/${screen}`);
      await page.getByRole('button', { name: 'Acknowledge' }).waitFor();
      state = 'acknowledged';
      own.push('reset', {});
      await expectVisible(page, /^acknowledged/);
      await soon(() => page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
      expect(troubles).toEqual([]);
      await page.context().close();
    }
    await own.close();
  });

  it('reads lists anew once the demo is forgotten', async () => {
    let isGone = false;
    const own = await startFakeApi({
      answer: (body) =>
        isGone && (body as { items?: unknown }).items !== undefined ? { total: 0, items: [] } : body,
    });
    own.setNow({ demo: { running: false, present: true } });
    const { page, troubles } = await open(browser, own.url);
    await page.locator('.incident-row').first().waitFor();
    await page.getByRole('button', { name: 'Remove it' }).waitFor();
    await soon(() => own.streams()).toBe(1);
    isGone = true;
    own.setNow({ demo: { running: false, present: false }, incidents_unclosed: 0 });
    await expectVisible(page, 'No open incident.');
    expect(troubles).toEqual([]);
    await page.context().close();
    await own.close();
  });

  it('shows at once what others decide, on the row and on its page', async () => {
    const said = { verdict: null, reason: '', by: 'bert', at: new Date().toISOString(), notes: [] };
    for (const screen of ['incidents', `incidents/${INCIDENT}`]) {
      const { page, troubles } = await open(browser, `${api.url}#/${screen}`);
      await page.locator('.chip.is-new').first().waitFor();
      await soon(() => api.streams()).toBe(1);
      api.push('workflow', { kind: 'alert', id: INCIDENT, workflow: { ...said, state: 'closed' } });
      api.push('workflow', { kind: 'incident', id: INCIDENT, workflow: { ...said, state: 'acknowledged' } });
      await page.locator('.chip[title="by bert"]', { hasText: 'acknowledged' }).waitFor();
      expect(await page.locator('.chip[title="by bert"]').count()).toBe(1);
      expect(troubles).toEqual([]);
      await page.context().close();
    }
  });

  it('offers nothing that a login may not do who only looks', async () => {
    const own = await startFakeApi({ role: 'read' });
    const changing = /Acknowledge|Close|Silence|Add|Turn o|End it|Remove it|Train|Open again/;
    const screens = [
      'incidents',
      `incidents/${INCIDENT}`,
      `rules/${rulesOf(0)[0]!.id}`,
      'silences',
      'anomaly',
    ];
    for (const screen of screens) {
      const count = async (url: string): Promise<[number, Page]> => {
        const { page, troubles } = await open(browser, `${url}#/${screen}`);
        await page.locator('[data-row], article, .silence-row, .facts').first().waitFor();
        expect(troubles).toEqual([]);
        return [await page.getByRole('button', { name: changing }).count(), page];
      };
      const [offered, writer] = await count(api.url);
      expect(offered, screen).toBeGreaterThan(0);
      const [left, page] = await count(own.url);
      expect(left, screen).toBe(0);
      await page.keyboard.press('j');
      await page.keyboard.press('a');
      await page.keyboard.press('s');
      expect(await page.locator('dialog').count()).toBe(0);
      await Promise.all([writer.context().close(), page.context().close()]);
    }
    expect(own.changes).toEqual([]);
    await own.close();
  });

  it('moves all times by one timer', async () => {
    const { page } = await open(browser, 'about:blank');
    await page.addInitScript(`
      const [start, stop] = [setInterval, clearInterval];
      window.timers = new Set();
      window.setInterval = (...args) => { const id = start(...args); timers.add(id); return id; };
      window.clearInterval = (id) => { timers.delete(id); stop(id); };
    `);
    await page.goto(`${api.url}#/alerts`);
    await page.locator('.alert-row').nth(6).waitFor();
    expect(await page.evaluate('timers.size')).toBe(1);
    await page.context().close();
  });

  it('closes its one stream while nobody sees it', async () => {
    const { page } = await open(browser, api.url);
    await soon(() => api.streams()).toBe(1);
    await page.evaluate(
      `Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
    );
    await soon(() => api.streams()).toBe(0);
    await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
    await soon(() => api.streams()).toBe(1);
    await page.context().close();
    await soon(() => api.streams()).toBe(0);
  });

  it('says when what it shows is old', async () => {
    const silent = await startFakeApi({ beats: false });
    const { page } = await open(browser, 'about:blank');
    await page.clock.install();
    await page.goto(silent.url);
    await expectVisible(page, '2 incidents need you');
    await page.clock.fastForward(4000);
    expect(await page.locator('.stale').count()).toBe(0);
    await page.clock.fastForward(3000);
    await expectVisible(page, /No news from Vedette for/);
    silent.setNow({});
    await soon(() => page.locator('.stale').count()).toBe(0);
    await page.context().close();
    await silent.close();
  });

  it('closes an incident with a verdict and a reason, and silences with an expiry', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/incidents/${INCIDENT}`);
    await page.getByRole('button', { name: 'Close …' }).click();
    await page.getByText('a real attack').click();
    await page.getByLabel('Because').fill('It was the pentest.');
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await soon(() => api.changes.at(-1)).toBe(
      `POST /api/incidents/${INCIDENT}/close {"verdict":"true_positive","reason":"It was the pentest."}`,
    );
    await expectVisible(page, 'closed: a real attack');
    await page.getByRole('button', { name: 'Silence like this …' }).click();
    await page.getByLabel('Why').fill('known');
    await page.getByLabel('For').selectOption('7d');
    await page.getByRole('button', { name: 'Silence', exact: true }).click();
    await soon(() => api.changes.at(-1)).toBe(
      'POST /api/silences {"matcher":{"entity":"203.0.113.47"},"reason":"known","duration":"7d"}',
    );
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('marks what made a rule match, and shows what cannot be seen', async () => {
    const { page } = await open(browser, `${api.url}#/incidents/${INCIDENT}`);
    await page.locator('mark').first().waitFor();
    expect(await page.locator('mark').allInnerTexts()).toContain('Failed password');
    await page.getByRole('button', { name: 'lines between' }).first().click();
    await expectVisible(page, /\\u202e/);
    await page.context().close();
  });

  it('proposes fields and values, and underlines what is wrong where it is', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/search`);
    const bar = page.getByRole('combobox', { name: 'Query' });
    await bar.click();
    await bar.pressSequentially('user.n');
    await page.getByRole('option', { name: 'user.name' }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('option', { name: /ro"bert/ }).click();
    expect(await bar.inputValue()).toBe('user.name:"ro\\"bert" ');
    await bar.pressSequentially('and (sshd');
    await soon(() => page.locator('.fault').textContent()).toBe('(sshd');
    await expectVisible(page, 'Expected a closing parenthesis');
    await bar.pressSequentially(')');
    await soon(() => page.locator('.fault').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('says of a query that cannot be read what is wrong once, not in every part of the screen', async () => {
    const { page } = await open(browser, `${api.url}#/search?q=${encodeURIComponent('user.name:(a')}`);
    await expectVisible(page, 'so nothing was looked for');
    await expectVisible(page, 'Expected a closing parenthesis');
    expect(await page.getByText('Expected a closing parenthesis').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Query' }).fill('user.name:a');
    await page.keyboard.press('Enter');
    await page.locator('.event-row').first().waitFor();
    await page.context().close();
  });

  it('holds the search in the address: values, a stretch of time, the open row', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/search`);
    await page.getByRole('button', { name: 'Without web-01' }).first().click();
    await soon(() => new URLSearchParams(hash(page).split('?')[1]).get('q')).toBe('not host.name:"web-01"');
    const box = (await page.locator('.search-histogram .u-over').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await soon(() => hash(page)).toMatch(/from=.*until=/);
    await page.locator('.event-row').nth(1).click();
    await page.getByText('20 lines before, 20 after').waitFor();
    const address = page.url();
    const again = await open(browser, address);
    await again.page.getByText('20 lines before, 20 after').waitFor();
    expect(await again.page.getByRole('combobox', { name: 'Query' }).inputValue()).toBe(
      'not host.name:"web-01"',
    );
    expect([...troubles, ...again.troubles]).toEqual([]);
    await page.context().close();
    await again.page.context().close();
  });

  it('asks for each part of a search once, the events first', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/search`);
    await page.locator('.facet').first().waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/events')) asked.push(pathname);
    });
    await page.getByRole('button', { name: 'Without web-01' }).first().click();
    await soon(() => asked.length).toBeGreaterThanOrEqual(3);
    await page.waitForLoadState('networkidle');
    expect(asked[0]).toBe('/api/events');
    expect(asked.toSorted()).toEqual(['/api/events', '/api/events/facets', '/api/events/histogram']);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('scrolls on through thousands of rows with few in the page, and exports them', async () => {
    const { page, troubles } = await open(browser, `${api.url}#/search`);
    await page.locator('.event-row').first().waitFor();
    for (let loaded = 200; loaded < 1000; loaded += 200) {
      await page.evaluate(`document.querySelector('.virtual-list').scrollTop = 1e9`);
      await page.getByText(new RegExp(`^${(loaded + 200).toLocaleString('en-US')} of 100 k`)).waitFor();
    }
    expect(await page.locator('.event-row').count()).toBeLessThan(80);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    expect(text.split('\n')).toHaveLength(1002);
    expect(text.slice(0, 21)).toBe('@timestamp,host.name,');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('follows what comes without a hole, and says when it is too much', async () => {
    const api = await startFakeApi();
    const { page, troubles } = await open(browser, `${api.url}#/search?live=1`);
    const ids = (): Promise<string[]> =>
      page.evaluate<string[]>(`[...document.querySelectorAll('.event-row')].map((row) => row.dataset.id)`);
    await page.locator('.event-row').first().waitFor();
    api.addEvents(2500);
    await soon(async () => (await ids())[0]).toBe(eventOf(0, -2500).event.id);
    // The row where those that were there before begin.
    await page.evaluate(`document.querySelector('.virtual-list').scrollTop = 28 * 2490`);
    await soon(async () => (await ids()).slice(0, 30)).toEqual(
      expect.arrayContaining([eventOf(0, -1).event.id]),
    );
    const shown = (await ids()).map(placeOf);
    expect(shown).toEqual(shown.map((_, i) => shown[0]! + i));

    // Far from the top nothing moves, and the count is none of all.
    api.addEvents(9000);
    await page.getByRole('button', { name: '3,000+ new' }).click();
    await page.evaluate(`document.querySelector('.virtual-list').scrollTop = 28 * 2990`);
    await soon(async () => (await ids()).map(placeOf).includes(-11_500 + 3003)).toBe(true);
    const later = (await ids()).map(placeOf);
    expect(later).toEqual(later.map((_, i) => later[0]! + i));
    expect(troubles).toEqual([]);
    await page.context().close();
    await api.close();
  });

  it('brings nothing behind the end of the stretch that is asked for', async () => {
    const asked: string[] = [];
    const { page } = await open(browser, 'about:blank');
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname === '/api/events' && url.searchParams.has('after')) asked.push(url.search);
    });
    await page.goto(`${api.url}#/search?live=1&from=2026-11-20T18:00:00.000Z&until=2026-11-20T19:00:00.000Z`);
    await soon(() => asked.length).toBeGreaterThan(0);
    expect(asked[0]).toContain('until=2026-11-20T19%3A00%3A00.000Z');
    await page.context().close();
  });

  it('tests a rule on a line and on what is stored, and turns it off', async () => {
    const rule = rulesOf(0)[1]!.id;
    const { page, troubles } = await open(browser, `${api.url}#/rules/${rule}`);
    await page.getByLabel('A line, as it is sent').fill('Failed password for root');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await expectVisible(page, 'Matches: The rule');
    expect(api.changes.at(-1)).toBe(
      `POST /api/rules/test {"line":"Failed password for root","id":"${rule}"}`,
    );
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await expectVisible(page, /It would have fired 3 times and raised 2 alerts, in 4,711 records\./);
    await page.getByRole('button', { name: 'Turn off' }).click();
    await soon(() => api.changes.at(-1)).toBe(`POST /api/rules/${rule}/disable {}`);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('opens the alerts of a stretch of the day', async () => {
    const { page } = await open(browser, api.url);
    const box = (await page.locator('.panel .can-brush .u-over').boundingBox())!;
    await page.mouse.move(box.x + box.width - 80, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 5, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await soon(() => hash(page)).toMatch(/^#\/alerts\?since=.*until=/);
    await expectVisible(page, alertsOf(0)[0]!.rule.name);
    await page.context().close();
  });

  it('asks who one is once the session has ended and its stream with it', async () => {
    const passing = await startFakeApi();
    const { page } = await open(browser, `${passing.url}#/anomaly`, { statuses: [401] });
    await page.getByRole('heading', { name: 'Anomaly' }).waitFor();
    await soon(() => passing.streams()).toBe(1);
    passing.endSession();
    await page.getByLabel('That address, or a token').waitFor({ timeout: 60_000 });
    await page.context().close();
    await passing.close();
  });

  it('takes the address pasted where a link led somebody who is not logged in, and shows what the link is to', async () => {
    const locked = await startFakeApi({ session: false });
    const { page } = await open(browser, `${locked.url}#/anomaly`, { statuses: [401] });
    await page.getByLabel('That address, or a token').fill(`${locked.url}#login=good-token `);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'Anomaly' }).waitFor();
    await page.context().close();
    await locked.close();
  });

  it('logs in by the address, which forgets the token at once', async () => {
    const locked = await startFakeApi({ session: false });
    const { page } = await open(browser, `${locked.url}#login=good-token`, { statuses: [401] });
    await expectVisible(page, '2 incidents need you');
    expect(page.url()).not.toContain('good-token');
    await page.getByRole('button', { name: 'Log out anna' }).first().click();
    await expectVisible(page, 'vedette token login');
    await page.getByLabel('That address, or a token').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expectVisible(page, 'The token is not known.');
    await page.context().close();
    await locked.close();
  });
});
