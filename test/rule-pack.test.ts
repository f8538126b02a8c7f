import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readConfiguredRules } from '../src/config/rule-files.js';
import { Event } from '../src/model/event.js';
import { normalize } from '../src/normalizers/normalize.js';
import { parseRecord } from '../src/parsers/parse-record.js';
import type { RuleFile } from '../src/protocol.js';
import {
  openForDetection,
  openForKeeping,
  type PackHead,
  packFromBlocks,
  packPath,
  packRuleset,
  packToBlocks,
  type RulePack,
} from '../src/rule-pack.js';
import { buildRuleset } from '../src/ruleset.js';
import { EventFieldView } from '../src/sigma/event-view.js';
import { AutomatonStore } from '../src/sigma/index/automaton-store.js';
import type { Ruleset } from '../src/sigma/ruleset.js';
import { readBlocks, writeBlocks } from '../src/storage/block-file.js';

const pack = (files: readonly RuleFile[], previous: RulePack | null = null): RulePack =>
  // As another thread gets it.
  structuredClone(packRuleset(files, [], {}, () => previous?.texts ?? null));

const rule = (name: string, what: string): string => `title: ${name}
name: ${name}
logsource: { product: door }
detection: { s: { what: ${what} }, condition: s }
`;
const BROKEN = rule('a', 'x').replace('condition: s', 'condition: t');

const names = (made: RulePack): (string | null)[] =>
  openForKeeping(made).ruleset.rules.map(({ name }) => name);

describe('a ruleset on its way between threads', () => {
  it('matches what the files match, with automata built once', () => {
    const { files } = readConfiguredRules({ builtin: true, paths: [] });
    const plain = buildRuleset(files);
    const made = pack(files);
    const asked = vi.spyOn(AutomatonStore.prototype, 'of');
    const opened = openForDetection(made);
    const built = asked.mock.results.map(({ value }) => value.rows.buffer as SharedArrayBuffer);
    expect(opened.neededFields).toEqual(plain.neededFields);
    expect(made).toMatchObject({ hash: plain.ruleset.hash, count: plain.ruleset.rules.length, faults: [] });
    const lines = readFileSync('test/fixtures/benign-day.txt', 'utf8').trimEnd().split('\n');
    const found = lines.map((line) => hitsOf(plain.ruleset, line));
    expect(found.flat().length).toBeGreaterThan(3);
    expect(lines.map((line) => hitsOf(opened.ruleset, line))).toEqual(found);
    expect(built.length).toBeGreaterThan(10);
    expect(built.filter((buffer) => !made.automata.blocks.includes(buffer))).toEqual([]);
    expect(made.automata.blocks[0]).toBeInstanceOf(SharedArrayBuffer);
  });

  it('is the same when a file held it', async () => {
    const { files } = readConfiguredRules({ builtin: true, paths: [] });
    const made = packRuleset(
      [...files, { path: 'a.yml', text: BROKEN }],
      [],
      { disable: ['nobody'] },
      () => null,
    );
    expect([made.faults.length, made.warnings.length]).toEqual([1, 1]);
    const folder = mkdtempSync(join(tmpdir(), 'vedette-pack-'));
    await writeBlocks(packPath(folder), 'k', packToBlocks(made));
    const found = packFromBlocks(readBlocks<PackHead>(packPath(folder), 'k')!);
    rmSync(folder, { recursive: true });
    expect(bytesIn(found)).toEqual(bytesIn(made));
    expect(Object.keys(found).sort()).toEqual(Object.keys(made).sort());
  });

  it('keeps the version of a file that a new one breaks, until it is mended or gone', () => {
    const good = pack([
      { path: 'a.yml', text: rule('a', 'x') },
      { path: 'b.yml', text: rule('b', 'y') },
    ]);
    const broken = pack(
      [
        { path: 'a.yml', text: BROKEN },
        { path: 'b.yml', text: rule('c', 'y') },
      ],
      good,
    );
    expect(names(broken)).toEqual(['a', 'c']);
    expect([good.former, broken.former]).toEqual([[], ['a.yml']]);
    expect(broken.faults.map(({ message }) => message)).toEqual([expect.stringContaining('stays')]);
    // Broken twice: what stays is still the last good version.
    const again = pack([{ path: 'a.yml', text: `${BROKEN}# still\n` }], broken);
    expect(names(again)).toEqual(['a']);
    const mended = pack([{ path: 'a.yml', text: rule('d', 'x') }], again);
    expect([names(mended), mended.faults]).toEqual([['d'], []]);
    expect(names(pack([], again))).toEqual([]);
  });

  it('keeps the rules of a folder that is not there, until it is again', () => {
    const file = { path: '/r/sub/a.yml', text: rule('a', 'x') };
    const other = { path: '/r2/b.yml', text: rule('b', 'y') };
    const good = pack([file, other]);
    const gone = {
      ...{ place: { file: '/r', line: 1 }, code: 'rule.file', message: 'There is no such file or folder.' },
    };
    const without = packRuleset([other], [gone], {}, () => good.texts);
    expect(names(without).sort()).toEqual(['a', 'b']);
    expect(without.former).toEqual(['/r']);
    expect(without.faults.map(({ message }) => message)).toEqual([
      'There is no such file or folder. What of it was in use stays.',
    ]);
    const still = packRuleset([other], [gone], {}, () => without.texts);
    expect(names(still).sort()).toEqual(['a', 'b']);
    expect(names(pack([other], still))).toEqual(['b']);
    // Nothing of it was ever read.
    expect(
      packRuleset([other], [{ ...gone, place: { file: '/r3', line: 1 } }], {}, () => good.texts).faults[0]!
        .message,
    ).toBe(gone.message);
  });

  it('says what is wrong with a file that was never right', () => {
    const made = pack([{ path: 'a.yml', text: BROKEN }]);
    expect(names(made)).toEqual([]);
    const again = pack([{ path: 'a.yml', text: `${BROKEN}# still\n` }], made);
    expect(again.faults[0]!.message).not.toContain('stays');
  });

  it('has the same digest for the same rules, whatever their files say besides', () => {
    const plain = pack([{ path: 'a.yml', text: rule('a', 'x') }]);
    expect(pack([{ path: 'a.yml', text: `${rule('a', 'x')}# words\n` }]).digest).toBe(plain.digest);
    const renamed = pack([{ path: 'a.yml', text: rule('a', 'x').replace('title: a', 'title: b') }]);
    expect(renamed.hash).toBe(plain.hash);
    expect(renamed.digest).not.toBe(plain.digest);
  });
});

/** With its shared memory as hashes. */
function bytesIn(made: RulePack): unknown {
  const told = (value: unknown): unknown => {
    if (value instanceof SharedArrayBuffer) return hash('sha256', new Uint8Array(value));
    if (value instanceof Uint8Array) return hash('sha256', value);
    return Array.isArray(value) ? value.map(told) : value;
  };
  const { automata, ...rest } = made;
  return [rest, automata].map((part) =>
    Object.entries(part)
      .map(([key, value]) => [key, told(value)])
      .sort(),
  );
}

function hitsOf(ruleset: Ruleset, line: string): number[] {
  const { event, view } = viewOf(line);
  const hits: number[] = [];
  ruleset.match(view, event.logsource, hits);
  return hits;
}

function viewOf(line: string): { event: Event; view: EventFieldView } {
  const event = new Event();
  event.reset(line);
  parseRecord(line, event.record, { format: 'auto', timezone: 'UTC' }, 0);
  normalize(event, null);
  return { event, view: new EventFieldView(event) };
}
