import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openedAlerts, shippedRules, type TimedLine, titlesOf } from './shipped-line.js';

/** A day of servers, a mail host, firewalls, a NAS, a domain controller and a cloud account: `HH:MM:SS`, tab, record. */
const DAY = join(import.meta.dirname, '../fixtures/benign-day.txt');

const MIDNIGHT = Date.UTC(2026, 10, 20);

const lines: readonly TimedLine[] = readFileSync(DAY, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [hours = 0, minutes = 0, seconds = 0] = line.slice(0, 8).split(':').map(Number);
    return { at: MIDNIGHT + (hours * 3600 + minutes * 60 + seconds) * 1000, line: line.slice(9) };
  });

describe('a day on which nothing happened', () => {
  it('is many lines of many kinds', () => {
    expect(lines.length).toBeGreaterThan(800);
  });

  it('gives three low alerts, each of which somebody may want to know of', () => {
    expect(openedAlerts(lines)).toEqual([
      // A client of carol's offered too many keys.
      'SSH Authentication Attempts Exhausted',
      // alice opened a root shell on the database host …
      'Privilege Escalation to a Root Shell via sudo',
      // … and made an account for a new colleague.
      'New Local User',
    ]);
  });

  it('feeds counts and chains, and reaches none', () => {
    const matched = new Set(lines.flatMap(({ line }) => titlesOf(line)));
    const bases = shippedRules.filter(({ level, title }) => level === 'informational' && matched.has(title));
    expect(bases.map(({ title }) => title).sort()).toEqual([
      'Command as Root Through sudo',
      'Connection Denied by a Firewall',
      'Console or Service Login',
      'Failed su',
      'Page Not Found',
      'Refused Console or Service Login',
      'Refused Request for an Administration Page',
      'Refused Web Login',
      'Refused sudo',
      'Request for an Administration Page',
      'SSH Failed Login',
      'SSH Failed Login of a Common Name',
      'SSH Login',
      'SSH Unknown User',
      'Windows Failed Logon',
      'Windows Logon over the Network',
    ]);
  });
});
