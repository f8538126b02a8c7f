import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { OutputClosed } from '../../src/cli/io.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const MAIN = join(process.cwd(), 'dist', 'main.js');
const LINE = '<34>Oct 11 22:14:15 web sshd[9]: Failed password for root from 203.0.113.7 port 22 ssh2';

describe('the command line', () => {
  it.each([
    [['rlues'], "unknown command 'rlues'", 'Did you mean rules?'],
    [['alerts', 'lsit'], "unknown command 'lsit'", 'Did you mean list?'],
    [['config', 'chekc'], "unknown command 'chekc'", 'Did you mean check?'],
    [['parse-line', '--jsno'], "unknown option '--jsno'", 'Did you mean --json?'],
    [['alerts', 'list', '--limt', '3'], "unknown option '--limt'", 'Did you mean --limit?'],
    [['run', '--evnts', '-'], "unknown option '--evnts'", 'Did you mean --events?'],
  ])('answers %j with what may be meant and exit code 2', async (argv, said, hint) => {
    const { code, out, err } = await runCommand(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
    expect(err).toContain(hint);
  });

  it.each([
    [['run', '--log-level', 'loud']],
    [['run', '--events', 'file']],
    [['tail']],
    [['tail', 'x', '--from', 'middle']],
    [['alerts', 'list', '--status', 'shut']],
    [['alerts', 'show']],
    [['parse-line', '--format', 'xml', 'x']],
    [['rules', 'eval', '--policy', 'none']],
    [['stats', 'extra']],
    [[]],
  ])('refuses %j with exit code 2', async (argv) => {
    const { code, err } = await runCommand(argv);
    expect(code).toBe(2);
    expect(err).not.toBe('');
  });

  it.each([
    [['rules', 'explain', '-r', 'rules', 'some-rule', '{}'], true],
    [['scan', '-r', 'rules'], false],
  ])('says of %j whether an option may have taken the arguments: %s', async (argv, isSaid) => {
    const { code, err } = await runCommand(argv);
    expect([code, err.includes('takes all that follows it')]).toEqual([2, isSaid]);
  });

  it('has help with examples on stdout', async () => {
    const { code, out } = await runCommand(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  vedette run ');
    for (const command of ['run', 'tail', 'parse-line', 'stats', 'rules list', 'config check'])
      expect((await runCommand([...command.split(' '), '--help'])).out).toContain(
        `Examples:\n  vedette ${command}`,
      );
  });

  it('prints its version', async () => {
    expect(await runCommand(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect((await runCommand(['-v'])).code).toBe(0);
  });

  it('lists every fault of a configuration and exits 78', async () => {
    const env = { VEDETTE_RULEZ: '1', VEDETTE_LOG__LEVEL: 'loud' };
    const { code, err } = await runCommand(['config', 'show'], { env });
    expect(code).toBe(78);
    expect(err).toContain('The configuration has 2 faults:\n');
    expect(err).toContain('  VEDETTE_RULEZ: rulez: unknown key; did you mean "rules"?\n');
  });

  it('exits 78 when the daemon has nothing to listen to, and shows how to change that', async () => {
    const { code, err } = await runCommand(['run']);
    expect(code).toBe(78);
    expect(err).toContain('- { type: syslog-udp, listen: 0.0.0.0:5140 }');
  });

  it('exits 74 when a file cannot be read', async () => {
    const { code, err } = await runCommand(['rules', 'eval', '--cases', '/nonexistent/x']);
    expect([code, err]).toEqual([74, expect.stringContaining('ENOENT')]);
  });

  it('is done, without a word, when its reader goes away; exits 74 when its output cannot be written', async () => {
    const failing = (error: Error) => ({
      out: () => {
        throw error;
      },
    });
    expect(await runCommand(['parse-line', LINE], failing(new OutputClosed()))).toMatchObject({
      code: 0,
      err: '',
    });
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(await runCommand(['parse-line', LINE], failing(full))).toMatchObject({
      code: 74,
      err: 'ENOSPC: no space left on device, write. Make room on that disk.\n',
    });
    const gone = { finish: () => Promise.reject(new OutputClosed()) };
    const refused = ['rules', 'list', '-r', '/nonexistent'];
    expect((await runCommand(refused, gone)).code).toBe(1);
    const late = { finish: () => Promise.reject(full) };
    expect((await runCommand(['parse-line', LINE], late)).code).toBe(74);
  });
});

describe('dist/main.js', () => {
  beforeAll(() => {
    if (!existsSync(MAIN))
      execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  });

  it('ends with 0 when its reader goes away, however much is still to be read', async () => {
    const child = spawn(process.execPath, [MAIN, 'parse-line', '--json'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    child.stdin.on('error', () => {});
    const feed = (error?: Error | null): void => {
      if (!error) child.stdin.write(`${LINE}\n`.repeat(1000), feed);
    };
    feed();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect([code, err]).toEqual([0, '']);
  });

  it.each(['config schema', 'rules list', '--help'])(
    'exits 74 when what %s prints does not fit into a file',
    (command) => {
      // A file may have two blocks of 512 bytes here: the write that reaches them is taken in part, the next one fails.
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', `ulimit -f 2; exec "$0" "$1" ${command} > out`, process.execPath, MAIN],
        { encoding: 'utf8', cwd: temporaryFolder() },
      );
      expect(stderr).toContain('EFBIG');
      expect(status).toBe(74);
    },
  );

  it('writes data to stdout, messages to stderr, and returns the exit code', () => {
    const run = (args: readonly string[], input = '') =>
      spawnSync(process.execPath, [MAIN, ...args], { input, encoding: 'utf8' });
    const parsed = run(['parse-line', '--json'], `${LINE}\n`);
    expect([parsed.status, parsed.stderr]).toEqual([0, '']);
    expect(JSON.parse(parsed.stdout)).toMatchObject({ source: { ip: '203.0.113.7' } });
    const refused = run(['rlues']);
    expect([refused.status, refused.stdout]).toEqual([2, '']);
  });
});
