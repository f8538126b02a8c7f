import { expect, it } from 'vitest';
import { ParsedRecord } from '../../src/model/record.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { CODES } from '../../src/telemetry/codes.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

const SEED = 20261120;
const MUTANTS = 20_000;
const LONGEST = 2000;
const PIECES = ['|', '=', '\\', '"', '[', ']', '{', '}', ':', ' ', '\t', '\n', '\0', '<', '>', '%', '-', '9'];

/** Mulberry32: small, and the same on every machine. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(line: string, other: string, random: (below: number) => number): string {
  const at = random(line.length + 1);
  const to = Math.min(line.length, at + random(8));
  switch (random(5)) {
    case 0:
      return line.slice(0, at);
    case 1:
      return line.slice(0, at) + line.slice(to);
    case 2:
      return line.slice(0, at) + PIECES[random(PIECES.length)] + line.slice(at);
    case 3:
      return line.slice(0, at) + other.slice(random(other.length + 1));
    default:
      return line.slice(0, to) + line.slice(at, to).repeat(3) + line.slice(to);
  }
}

describeShared('mutated corpus lines', () => {
  const lines = [
    ...readJsonLines<{ raw_b64: string }>(sharedPath('corpus', 'syslog.jsonl')).map(({ raw_b64 }) =>
      Buffer.from(raw_b64, 'base64').toString('utf8'),
    ),
    ...['cef.jsonl', 'leef.jsonl', 'normalize.jsonl'].flatMap((file) =>
      readJsonLines<{ raw: string }>(sharedPath('corpus', file)).map(({ raw }) => raw),
    ),
  ].map((line) => line.slice(0, LONGEST));

  it('are parsed into records of sound types, with codes of the table', () => {
    const random = generator(SEED);
    const record = new ParsedRecord();
    for (let i = 0; i < MUTANTS; i++) {
      let text = lines[random(lines.length)]!;
      for (let step = 0; step <= random(3); step++) text = mutate(text, lines[random(lines.length)]!, random);
      parseRecord(text, record, { format: 'auto', timezone: 'Europe/Vienna' }, 1_795_190_400_000);
      const sound =
        typeof record.message === 'string' &&
        record.facility >= -1 &&
        record.facility <= 23 &&
        record.severity >= -1 &&
        record.severity <= 7 &&
        [record.host, record.app, record.procid, record.msgid].every(isText) &&
        (record.errors ?? []).every((code) => code in CODES) &&
        (record.format !== 'cef' || record.cef !== null) &&
        (record.format !== 'json' || record.fields !== null);
      if (!sound) expect.fail(`mutant ${i}: ${JSON.stringify(text)}`);
    }
  });
});

function isText(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
