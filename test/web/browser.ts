import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findTool } from '../helpers/test-tools.js';

export function launch(): Promise<Browser> {
  // Without a sandbox, because tests run as root in containers; what is loaded is our own page.
  return chromium.launch({ executablePath: findTool('chromium')!, args: ['--no-sandbox', '--disable-gpu'] });
}

export interface Opened {
  readonly page: Page;
  /** What must not happen: errors, violations of the content security policy, dialogs, requests to other hosts. */
  readonly troubles: string[];
}

interface Look {
  readonly width?: number;
  readonly dark?: boolean;
  /** Answers of these statuses are wanted. */
  readonly statuses?: readonly number[];
}

export async function open(
  browser: Browser,
  url: string,
  { width = 1280, dark = false, statuses = [] }: Look = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const troubles: string[] = [];
  const host = new URL(url).host;
  page.on('console', (message) => {
    // A browser reports refusals by itself; those that are wanted are no trouble.
    const isWanted = statuses.some((status) => message.text().includes(`status of ${status} `));
    if (['error', 'warning'].includes(message.type()) && !isWanted) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error.stack)));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { protocol, host: asked } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:' && asked !== host)
      troubles.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return { page, troubles };
}

/** `expect.poll` for a machine that does a lot else. */
export function soon<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 60_000 });
}

/** How far the page is wider than its window, px. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Texts whose contrast with what is behind them is below 4.5, as `text: ratio`. */
export function lowContrast(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${CONTRAST})()`);
}

export async function expectVisible(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
  expect(await page.getByText(text).first().isVisible()).toBe(true);
}

const CONTRAST = `() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((value, i) => value * top[3] + below[i] * (1 - top[3]));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (element === null) return [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, behind(element.parentElement));
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (text === '' || element.closest('svg, .unseen, noscript, [disabled], option') !== null) continue;
    if (element.getClientRects().length === 0) continue;
    const ground = behind(element);
    const [a, b] = [luminance(ground), luminance(over(rgba(getComputedStyle(element).color), ground))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.set(element.className + ' ' + text.slice(0, 30), ratio.toFixed(2));
  }
  return [...found].map(([text, ratio]) => text + ': ' + ratio);
}`;
