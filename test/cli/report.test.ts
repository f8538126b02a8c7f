import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.js';
import type { PeriodReport } from '../../src/model/period-report.js';
import { createDesk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import { alertChange, incidentChange } from '../helpers/alerts.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const HOUR = 3_600_000;
const NOW = Date.now();
const ago = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();

function alert(id: string, hours: number, parts: Parameters<typeof alertChange>[0] = {}): Change {
  return alertChange({ ...parts, alert: { id, first_seen: ago(hours), last_seen: ago(hours) } });
}

function incident(id: string, hours: number, risk: number, title = `story ${id}`): Change {
  return incidentChange({ incident: { id, risk, title, first_seen: ago(hours), last_seen: ago(hours) } });
}

const OTHER_RULE = { id: 'other', name: 'Other\x1b[2J', level: 'low', version: 'v', file: 'f.yml' } as const;
const CHANGES: readonly Change[] = [
  alert('a1', 1, { entity: 'one' }),
  alert('a2', 2, { entity: 'two', severity: 'critical' }),
  alert('a3', 2, { rule: OTHER_RULE, severity: 'low', entity: 'three' }),
  alert('a4', 3, { silenced: { id: 's', reason: 'known' } }),
  alert('a5', 30),
  alert('a6', 50),
  incident('i-low', 1, 20),
  incident('i-high', 5, 90),
  incident('i-closed', 5, 95),
  incident('i-old', 40, 99),
];

const FIGURES = {
  at: ago(0),
  uptime_seconds: 3 * 86_400,
  sources: {
    tcp: { up: true, records: 10, last_seen: ago(1), counts: {} },
    'fw\x1b[2J': { up: true, records: 2, last_seen: ago(25), counts: { 'source.kernel_drops': 12 } },
    new: { up: true, records: 0, last_seen: null, counts: {} },
  },
  detection: { records: 1234, counts: { 'parse.bad_json': 3 } },
};

describe('report', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = temporaryFolder();
    mkdirSync(join(cwd, 'data'));
    const state = new StateStore(join(cwd, 'data', 'state.db'));
    state.commit({ appliedSeq: 1, changes: CHANGES, cursors: [] });
    state.close();
    const desk = createDesk(join(cwd, 'data', 'desk.db'));
    desk.workflow.close('i-closed', 'benign', 'x', 'anna', ago(1));
    desk.workflow.acknowledge('i-low', 'anna', ago(1));
    desk.close();
    writeFileSync(join(cwd, 'data', 'stats.json'), JSON.stringify(FIGURES));
  });

  const reported = async (...args: string[]) => {
    const { code, out } = await runCommand(['report', '--json', ...args], { cwd });
    return { code, report: JSON.parse(out) as PeriodReport };
  };

  it('counts what began meanwhile, beside as long a time before', async () => {
    const { code, report } = await reported();
    expect(code).toBe(1);
    const { incidents, alerts, rules, daemon } = report;
    expect(incidents.unclosed.map(({ incident }) => incident.id)).toEqual(['i-high', 'i-low']);
    expect(incidents).toMatchObject({ unclosed_total: 2, unclosed_older: 1, closed: { benign: 1 } });
    expect(alerts).toEqual({
      begun: 3,
      before: 1,
      by_severity: { high: 1, critical: 1, low: 1 },
      silenced: 1,
    });
    expect(rules).toMatchObject([
      { name: 'SSH password guessing', severity: 'critical', alerts: 2, before: 1, entities: ['one', 'two'] },
      { id: 'other', severity: 'low', alerts: 1, before: 0, entities: ['three'] },
    ]);
    expect(daemon).toMatchObject({
      running: false,
      events: 1234,
      sources: 3,
      quiet: [{ name: 'fw\x1b[2J' }, { name: 'new', last_seen: null }],
    });
    expect(daemon!.losses.map(({ code, n }) => [code, n])).toEqual([
      ['parse.bad_json', 3],
      ['source.kernel_drops', 12],
    ]);
    expect((await reported('--last', '90m')).report.alerts).toMatchObject({ begun: 1, before: 2 });
  });

  it('is a text in which a terminal obeys nothing, what needs somebody first', async () => {
    const { out } = await runCommand(['report'], { cwd });
    expect(out).not.toContain('\x1b');
    const places = [
      '2 incidents need you.',
      'i-high',
      'i-low',
      '1 older incident that nobody has closed',
      '1 incident closed: 1 benign.',
      '3 alerts (1 critical, 1 high, 1 low); 1 in as long a time before. Silences hide 1 more.',
      'SSH password guessing',
      'Other\\x1b[2J',
      'Not running',
      'quiet: fw\\x1b[2J, nothing since',
      'quiet: new, nothing yet',
      '3  parse.bad_json',
    ].map((text) => out.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('says that nothing needs anybody, and exits 0', async () => {
    const { code, out } = await runCommand(['report', '--last', '1m'], { cwd });
    expect([code, out]).toEqual([0, expect.stringContaining('\nNothing needs you.\n')]);
  });

  it('refuses what is no duration', async () => {
    expect(await runCommand(['report', '--last', 'day'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^--last: expected a duration/),
    });
  });
});
