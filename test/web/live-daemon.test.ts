import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { intrusion } from '../../src/api/demo/lines.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { sendTcp, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';
import { findTool, toolEnvironment } from '../helpers/test-tools.js';
import { expectVisible, launch, open } from './browser.js';
import { PAYLOADS } from './payloads.js';

/** From a message on the wire to the page, at most. */
const SEEN_MS = 5000;
/** Of the browser's main thread, from opening the page to the first figures: a second has to be enough for all of it. */
const FIRST_DATA_MS = 500;

/** A daemon's start on a machine that does a lot else. */
const START_MS = 60_000;

/** The page over a real daemon that real senders feed. */
describeWithTools('the page of a live daemon', ['chromium', 'logger'], () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let daemon: TestDaemon;
  let page: Page;
  let troubles: string[];
  let url = '';
  let port = 0;
  beforeAll(async () => {
    // Tests of other things do without it.
    vi.stubEnv('VEDETTE_API__ENABLED', 'true');
    daemon = new TestDaemon(folder.path, tcpConfig('api: { listen: "127.0.0.1:0" }\n'));
    [browser, [port = 0], url] = await Promise.all([launch(), daemon.ports(), loginAddress(daemon)]);
    ({ page, troubles } = await open(browser, url, { statuses: [404] }));
    page.setDefaultTimeout(60_000);
  }, 2 * START_MS);
  afterAll(async () => {
    await browser?.close();
    await daemon?.stop();
    folder.remove();
    vi.unstubAllEnvs();
  });
  const go = (hash: string): Promise<unknown> => page.goto(new URL(hash, url).href);

  it('says how to begin, and turns when the first line of logger comes', async () => {
    await expectVisible(page, 'Nothing has arrived yet');
    expect(page.url()).not.toContain('login=');
    await expectVisible(page, new RegExp(`@@127\\.0\\.0\\.1:${port}'`));
    const sent = Date.now();
    await logger(port, 'the first line');
    await expectVisible(page, 'Nothing needs you');
    expect(Date.now() - sent).toBeLessThan(SEEN_MS);
  });

  it('tells of an attack while one looks, and leads from the incident to its raw lines', async () => {
    const lines = intrusion(Date.now()).flatMap((step) => step.lines);
    await sendTcp(port, `${lines.join('\n')}\n`);
    await expectVisible(page, '1 incident needs you');
    await page.locator('a.row-title').click();
    await expectVisible(page, 'What happened');
    await page.locator('mark').first().waitFor();
    await page.keyboard.press('a');
    await page.locator('.chip', { hasText: 'acknowledged' }).waitFor();
    await page.getByRole('link', { name: 'Hunt' }).click();
    await page.locator('.event-row').first().waitFor();
    expect(await page.getByRole('combobox', { name: 'Query' }).inputValue()).toBe('source.ip:203.0.113.47');
    await page.locator('.event-row', { hasText: 'Accepted password' }).click();
    await page.getByRole('button', { name: /lines before/ }).waitFor();
    await expectVisible(page, /^ssh_login$/);
    expect(troubles).toEqual([]);
  });

  it('has its first figures after little work', async () => {
    const session = await page.context().newCDPSession(page);
    await page.goto('about:blank');
    // Work, not time: what else the machine does is not the page's.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await go('#/');
    await page.locator('h1', { hasText: 'needs you' }).waitFor();
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = metrics.find(({ name }) => name === 'ThreadTime')!.value;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds * 1000).toBeLessThan(FIRST_DATA_MS);
  });

  it.each([
    ['#/sources', /127\.0\.0\.1:\d+\/tcp/],
    ['#/rules', 'Persistence'],
    ['#/rules?list=quiet', /events tried/],
    ['#/alerts', /SSH Brute Force/],
    ['#/silences', /Nothing is silenced/],
    ['#/anomaly', /Unusual minutes are not looked for/],
  ] as const)('shows %s', async (hash, shows) => {
    await go(hash);
    await expectVisible(page, shows);
    expect(troubles).toEqual([]);
  });

  it('takes a line through parser and rules from beside a source', async () => {
    await go('#/sources');
    await page.getByRole('button', { name: 'Try a parser …' }).first().click();
    const sent = '<38>Nov 28 10:00:00 web-01 sshd[1]: Failed password for root from 198.51.100.9 port 4 ssh2';
    await page.getByLabel('A line, as it is sent').fill(sent);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await expectVisible(page, /^Matches: .*SSH/);
    await page.locator('.test-result dd', { hasText: '198.51.100.9' }).first().waitFor();
    expect(troubles).toEqual([]);
  });

  it('shows what attackers write as text', async () => {
    const lines = PAYLOADS.flatMap((payload) => [
      `<13>Nov 28 10:00:00 web-01 app: ${payload}`,
      `<38>Nov 28 10:00:00 web-01 sshd[1]: Failed password for invalid user ${payload} from 198.51.100.9 port 4 ssh2`,
    ]);
    const text = `${lines.join('\n')}\n`;
    const { detection } = await daemon.stats();
    await sendTcp(port, text);
    await daemon.stored(detection.records + text.split('\n').length - 1);
    await go('#/search?last=all&q=%22pwned%22');
    await page.locator('.event-row').nth(20).waitFor();
    for (let at = 0; at < 200 * 28; at += 500) {
      await page.evaluate(
        `document.querySelector('.virtual-list').scrollTop = ${at}; new Promise(requestAnimationFrame)`,
      );
    }
    await page.locator('.event-row').last().click();
    await page.locator('.event-pane .record').waitFor();
    await page.getByRole('button', { name: /lines before/ }).click();
    await page.locator('.context li').nth(20).waitFor();
    for (const hash of ['#/alerts', '#/incidents', '#/']) {
      await go(hash);
      await page.locator('a.row-title').first().waitFor();
    }
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(troubles).toEqual([]);
  });
});

/** The address that the daemon logs for a browser. */
function loginAddress(daemon: TestDaemon): Promise<string> {
  return until(
    () => {
      const line = daemon.messages.split('\n').find((text) => text.includes('#login='));
      return line === undefined ? null : (JSON.parse(line) as { page: string }).page;
    },
    'the address of the page',
    START_MS,
  );
}

async function logger(port: number, text: string): Promise<void> {
  const args = [
    '--server',
    '127.0.0.1',
    '--port',
    String(port),
    '--tcp',
    '--rfc3164',
    '--tag',
    'vedette-test',
    text,
  ];
  await promisify(execFile)(findTool('logger')!, args, { env: toolEnvironment() });
}
