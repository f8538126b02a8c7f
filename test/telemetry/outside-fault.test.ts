import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeModel } from '../../src/anomaly/model-file.js';
import { ConfigError } from '../../src/config/errors.js';
import { DeliveryError } from '../../src/sinks/sink.js';
import { SourceError } from '../../src/sources/source.js';
import { StateStore } from '../../src/storage/state.js';
import { createLogger } from '../../src/telemetry/log.js';
import { faultLine, outsideFault } from '../../src/telemetry/outside-fault.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a fault of the world outside', () => {
  it('is logged with its reason and what to do, and without a stack', () => {
    const path = join(temporaryFolder(), 'none', 'file');
    expect(logged(caught(() => readFileSync(path)))).toEqual({
      type: 'Error',
      code: 'ENOENT',
      message: `ENOENT: no such file or directory, open '${path}'`,
      fix: expect.stringContaining('Make it'),
    });
  });

  it('is so of SQLite as well', () => {
    const path = join(temporaryFolder(), 'a.db');
    writeFileSync(path, 'no database at all'.repeat(100));
    expect(logged(caught(() => new Database(path).exec('SELECT * FROM sqlite_master')))).toEqual({
      type: 'SqliteError',
      code: 'SQLITE_NOTADB',
      message: expect.any(String),
      fix: expect.stringContaining('disk'),
    });
    for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY', 'SQLITE_CANTOPEN_ISDIR'])
      expect(outsideFault(coded(code))).not.toBeNull();
  });

  it('names what to do of every disk and right that a sink can meet', () => {
    for (const code of ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EIO', 'EMFILE'])
      expect(outsideFault(coded(code))).toMatchObject({ code, fix: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  it('of too many watched files names the limit, not the disk', () => {
    const error = Object.assign(coded('ENOSPC'), { syscall: 'watch' });
    expect(outsideFault(error)?.fix).toContain('fs.inotify.max_user_watches');
  });

  it('that is said in words of our own is logged in these alone', () => {
    const cause = caught(() => readFileSync(join(temporaryFolder(), 'none')));
    for (const error of [
      new DeliveryError('cannot write x: no room', { retryable: true, cause }),
      new DeliveryError('cannot post to x', {
        retryable: true,
        cause: new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }),
      }),
      new DeliveryError('x answered 500', { retryable: true }),
      new SourceError('port 514/udp is taken', { retryable: true, cause }),
      new ConfigError([{ where: 'config.yaml:3', path: 'sinks', message: 'is none' }]),
      caught(() => decodeModel(Buffer.from('none'), 'id')),
    ]) {
      const { message, stack } = logged(error) as { message: string; stack?: string };
      expect(message).toBe((error as Error).message);
      expect(stack).toBeUndefined();
    }
  });

  it('is one line for people', () => {
    createLogger({ level: 'info', pretty: true }).error({ err: coded('ENOSPC') }, 'Not written.');
    expect(lines.join('')).toMatch(/ERROR Not written\. {2}error=ENOSPC: so it is fix=.*room.*\n$/);
  });

  it('names the database that it is met in, in the log and in commands', async () => {
    for (const [name, command, cost] of [
      [
        'desk.db',
        'token list',
        'what people said, silences, switched rules and tokens are lost, nothing else.',
      ],
      [
        'state.db',
        'alerts list',
        'alerts are raised again from the event log, under the ids they had; files are read and sinks told from the start.',
      ],
    ] as const) {
      const data = temporaryFolder();
      writeFileSync(join(data, name), 'no database'.repeat(1000));
      const { code, err } = await runCommand([...command.split(' '), '--data-dir', data], { cwd: data });
      expect([code, err]).toEqual([
        74,
        `${join(data, name)}: the file is damaged (SQLITE_NOTADB). Look at the disk, and at what else writes there. Restore it from a backup, or move it and its -wal and -shm away: ${cost}\n`,
      ]);
    }
  });

  it('is that of the desk where alerts are listed with what people said', async () => {
    const data = temporaryFolder();
    new StateStore(join(data, 'state.db')).close();
    writeFileSync(join(data, 'desk.db'), 'no database'.repeat(1000));
    const { code, err } = await runCommand(['alerts', 'list', '--data-dir', data], { cwd: data });
    expect([code, err]).toEqual([
      74,
      expect.stringContaining(`${join(data, 'desk.db')}: the file is damaged`),
    ]);
  });

  it('is one line with what to do for commands', () => {
    expect(faultLine(coded('ENOSPC'))).toBe('ENOSPC: so it is. Make room on that disk.');
    expect(faultLine(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toMatch(
      /^ECONNREFUSED\. Look/,
    );
    expect(faultLine(new Error('no idea'))).toBe('no idea');
  });

  it('crosses threads as what it is', () => {
    const error = structuredCloneOfOwn(new SourceError('gone', { retryable: true }));
    expect(outsideFault(error)).toMatchObject({ message: 'gone' });
  });
});

describe('an unexpected fault', () => {
  it('keeps its stack', () => {
    for (const error of [
      new TypeError('x is not a function'),
      coded('EBADF'),
      coded('SQLITE_ERROR'),
      coded('ERR_INVALID_ARG_TYPE'),
    ])
      expect(logged(error)).toMatchObject({ message: error.message, stack: expect.any(String) });
  });

  it('keeps it in the words of a sink', () => {
    const cause = new TypeError('x is not a function');
    const error = new DeliveryError('cannot write x', { retryable: true, cause });
    expect(logged(error)).toMatchObject({ stack: expect.stringContaining('TypeError: x is not a function') });
  });

  it('that is no error at all is logged as it is', () => {
    expect(logged('text')).toBe('text');
    expect(outsideFault(null)).toBeNull();
  });
});

function logged(error: unknown): unknown {
  lines = [];
  createLogger({ level: 'info' }).error({ err: error }, 'Failed.');
  return (JSON.parse(lines[0]!) as { err: unknown }).err;
}

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function coded(code: string): Error {
  return Object.assign(new Error(`${code}: so it is`), { code });
}

/** As the error of a worker arrives: an Error with what it owned. */
function structuredCloneOfOwn(error: Error): Error {
  return Object.assign(new Error(error.message), { ...error });
}
