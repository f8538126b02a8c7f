import type { Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serveControl } from '../../src/daemon/control-socket.js';
import type { RuleStats } from '../../src/protocol.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const detection = (title: string, candidates: number, matches: number, milliseconds: number): RuleStats => ({
  kind: 'detection',
  id: title,
  title,
  level: 'high',
  file: 'r.yml',
  candidates,
  matches,
  milliseconds,
});
const correlation = (title: string, firings: number, groups: number): RuleStats => ({
  ...{ kind: 'correlation', id: title, title, level: 'low', file: 'r.yml' },
  ...{ firings, groups, late: 7, evicted: 8 },
});
const RULES = [
  detection('Dear', 900, 2, 31),
  detection('Evil\x1b[2J', 10, 10, 1),
  detection('Idle', 0, 0, 0),
  correlation('Brute', 3, 12),
  correlation('Quiet', 0, 0),
];

let server: Server | null = null;

afterEach(() => {
  server?.close();
  server = null;
});

async function counters(...args: string[]) {
  const cwd = temporaryFolder();
  server = await serveControl(cwd, (command) => Promise.resolve(command === 'rules' ? RULES : null));
  return await runCommand(['rules', 'counters', '--data-dir', cwd, ...args], { cwd });
}

describe('rules counters', () => {
  it('shows the dearest rules first, with control characters made visible', async () => {
    const { code, out } = await counters('-n', '2');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^TRIED +MATCHED +MS +LEVEL +TITLE\n +900 +2 +31 +high +Dear\n +10 +10 +1 +high +Evil/,
    );
    expect(out).not.toContain('\x1b');
    expect(out).toContain('\n2 of 3 rules, the dearest first\n');
  });

  it('shows what correlations fired, hold and dropped', async () => {
    const { out } = await counters('-n', '1');
    expect(out).toMatch(/\nFIRED +GROUPS +LATE +EVICTED +LEVEL +TITLE\n +3 +12 +7 +8 +low +Brute\n/);
    expect(out).toContain('\n1 of 2 correlations, those with most groups first\n');
  });

  it('shows rules that were never tried, as JSON too', async () => {
    const { out } = await counters('--idle', '--json');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([RULES[2], RULES[4]]);
  });

  it('says when no daemon answers, and what a limit is', async () => {
    const cwd = temporaryFolder();
    const none = await runCommand(['rules', 'counters', '--data-dir', cwd], { cwd });
    expect([none.code, none.err]).toEqual([74, expect.stringContaining('No daemon answers')]);
    expect((await runCommand(['rules', 'counters', '-n', 'x'], { cwd })).code).toBe(2);
  });
});
