import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../src/telemetry/log.js';

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

describe('the log as JSON', () => {
  it('is one object a line with level, time, fields and message, and no host or pid', () => {
    createLogger({ level: 'info' }).warn({ peer: '192.0.2.1' }, 'A sender was refused.');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      peer: '192.0.2.1',
      msg: 'A sender was refused.',
    });
  });

  it('leaves out what is below its level, and an injected line feed stays inside its line', () => {
    const log = createLogger({ level: 'warn' });
    log.info('not this');
    log.error({ name: 'x\n{"level":"fatal"}' }, 'this');
    expect(lines).toHaveLength(1);
    expect(lines[0]!.split('\n')).toHaveLength(2);
  });

  it('has errors with message and stack', () => {
    createLogger({ level: 'info' }).error({ err: new Error('no space') }, 'Not written.');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      err: { type: 'Error', message: 'no space', stack: expect.any(String) },
    });
  });
});

describe('the log for people', () => {
  it('is a line with time, level, message and fields', () => {
    createLogger({ level: 'info', pretty: true }).warn(
      { file: 'a.yml', n: 3, list: ['x'] },
      'A rule was refused.',
    );
    expect(lines.join('')).toMatch(
      /^\d\d:\d\d:\d\d WARN {2}A rule was refused\. {2}file=a\.yml n=3 list=\["x"\]\n$/,
    );
  });

  it('says why of an error, without its stack', () => {
    createLogger({ level: 'info', pretty: true }).error({ err: new Error('no space') }, 'Not written.');
    expect(lines.join('')).toMatch(/ERROR Not written\. {2}error=no space\n$/);
  });

  it('has nothing that a terminal obeys but its own colours', () => {
    const log = (colour: boolean) => createLogger({ level: 'info', pretty: true, colour });
    log(false).warn({ peer: '\x1b[2Jevil\n' }, 'Odd.');
    expect(lines.join('')).toContain('peer=\\x1b[2Jevil\\n\n');
    expect(lines.join('')).not.toContain('\x1b');
    log(true).warn('Odd.');
    expect(lines[1]).toContain('\x1b[33mWARN \x1b[0m');
  });
});
