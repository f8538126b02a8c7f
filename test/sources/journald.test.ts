import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journald } from '../../src/sources/journald.js';
import type { Source } from '../../src/sources/source.js';
import { type TestContext, testContext } from '../helpers/collecting-sink.js';
import { createSource, FAKE_JOURNALCTL } from '../helpers/source-harnesses.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

function following(
  directory: string,
  cursors?: ReadonlyMap<string, string>,
): { source: Source; context: TestContext } {
  const context = testContext(cursors === undefined ? {} : { cursors });
  const source = createSource(journald, { command: FAKE_JOURNALCTL, directory }, context);
  onTestFinished(() => source.stop(Date.now() + 2000));
  return { source, context };
}

function journal(lines: readonly string[]): string {
  const directory = temporaryFolder();
  writeFileSync(join(directory, 'journal.jsonl'), lines.map((line) => `${line}\n`).join(''));
  return directory;
}

const entry = (cursor: string, message: string): string =>
  JSON.stringify({ __CURSOR: cursor, MESSAGE: message });

describe('the journal', () => {
  it('gives each batch the cursor of its last entry and goes on after it', async () => {
    const directory = journal([entry('s=1', 'one'), entry('s=2', 'says "__CURSOR":"s=9"')]);
    const { source, context } = following(directory);
    await source.start();
    await until(() => context.out.count === 2, 'two entries');
    await source.stop(Date.now() + 2000);
    expect(context.out.batches.at(-1)!.cursor).toEqual({ key: 'journal', value: 's=2' });
    appendFileSync(join(directory, 'journal.jsonl'), `${entry('s=3', 'three')}\n`);
    const next = following(directory, new Map([['journal', 's=2']]));
    await next.source.start();
    await until(() => next.context.out.count === 1, 'the third');
    expect(next.context.out.texts()).toEqual([entry('s=3', 'three')]);
  });

  it('fails in a way that can be tried again when journalctl dies, with its last words', async () => {
    const directory = journal([entry('s=1', 'one')]);
    const { source, context } = following(directory);
    await source.start();
    await until(() => context.out.count === 1, 'the entry');
    appendFileSync(join(directory, 'journal.jsonl'), '{"__CURSOR":"s=2","MES');
    writeFileSync(join(directory, 'die'), 'Failed to iterate through journal: Bad message');
    await expect(source.done).rejects.toMatchObject({
      name: 'SourceError',
      retryable: true,
      message: `${FAKE_JOURNALCTL} ended (1): Failed to iterate through journal: Bad message`,
    });
    expect(context.out.texts()).toEqual([entry('s=1', 'one')]);
  });

  it('says what to do when there is no journalctl', async () => {
    const source = createSource(journald, { command: '/nowhere/journalctl' }, testContext());
    await expect(source.start()).rejects.toMatchObject({
      retryable: false,
      message:
        '/nowhere/journalctl was not found; journald needs systemd, or the path of journalctl as command',
    });
  });

  it('has whole what journalctl writes as numbers, byte by byte', async () => {
    const message = [...Buffer.from(`COMMAND=/bin/sh -c \x1b${'a'.repeat(30_000)}`)];
    const line = JSON.stringify({ __CURSOR: 's=1', MESSAGE: message });
    const { source, context } = following(journal([line]));
    await source.start();
    await until(() => context.out.count === 1, 'the entry');
    expect(context.out.texts()).toEqual([line]);
    expect(context.counters.toJson()).toEqual({});
  });

  it('has no cursor for an entry that was cut', async () => {
    const directory = journal([entry('s=1', 'x'.repeat(300))]);
    const context = testContext();
    const options = { command: FAKE_JOURNALCTL, directory, max_message: 100 };
    const source = createSource(journald, options, context);
    onTestFinished(() => source.stop(Date.now() + 2000));
    await source.start();
    await until(() => context.out.count === 1, 'the entry');
    expect(context.out.batches[0]!.cursor).toBeNull();
  });
});
