import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { StateStore } from '../../src/storage/state.js';
import { incidentChange } from '../helpers/alerts.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const LOW = incidentChange({
  incident: { id: 'aaaa1111-0000-5000-8000-000000000001', risk: 21, title: 'evil\x1b[2J did it' },
});
const HIGH = incidentChange({ incident: { id: 'aaaa2222-0000-5000-8000-000000000002', risk: 97 } });

const NEW = { state: 'new', verdict: null, reason: '', by: '', at: null, notes: [] };

describe('incidents', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = temporaryFolder();
    mkdirSync(join(cwd, 'data'));
    const state = new StateStore(join(cwd, 'data', 'state.db'));
    state.commit({ appliedSeq: 1, changes: [LOW, HIGH], cursors: [] });
    state.close();
  });

  it('lists the highest risk first, as a table in which a terminal obeys nothing', async () => {
    const { code, out } = await runCommand(['incidents'], { cwd });
    expect(code).toBe(0);
    const [heading, first, second] = out.split('\n');
    expect(heading).toMatch(/^ID +RISK +LAST SEEN \(UTC\) +SEVERITY +STATUS +ALERTS +STAGES +WHAT$/);
    expect([first!.slice(0, 8), second!.slice(0, 8)]).toEqual(['aaaa2222', 'aaaa1111']);
    expect(out).toContain('evil\\x1b[2J did it');
    expect(out).not.toContain('\x1b');
  });

  it('prints the incident lines as they were, with what people said', async () => {
    const { out } = await runCommand(['incidents', 'list', '--json'], { cwd });
    expect(jsonLines(out)).toEqual([HIGH, LOW].map((change) => ({ ...change, workflow: NEW })));
  });

  it('tells one: sentence, stages, why, and a log line for each alert', async () => {
    const { code, out } = await runCommand(['incidents', 'show', 'aaaa2'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('HIGH  203.0.113.7 guessed passwords on web1');
    expect(out).toContain('risk 97 of 100 · 1 alert in');
    expect(out).toContain('stages Credential Access');
    expect(out).toContain('SSH password guessing × 12');
    expect(out).toContain('Failed password for root from 203.0.113.7');
    expect(jsonLines((await runCommand(['incidents', 'show', 'aaaa2', '--json'], { cwd })).out)).toEqual([
      { ...HIGH, workflow: NEW },
    ]);
  });

  it.each([
    ['ffff', 'No incident begins with "ffff".\n'],
    ['aaaa', 'More than one incident begins with "aaaa"; give more of it.\n'],
  ])('says so when %j is not one incident', async (id, err) => {
    expect(await runCommand(['incidents', 'show', id], { cwd })).toEqual({ code: 2, out: '', err });
  });
});
