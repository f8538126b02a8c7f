import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load as parseYaml } from 'js-yaml';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandTree } from '../src/cli/program.js';
import { configSchema } from '../src/config/schema.js';
import { runCommand } from './helpers/run-cli.js';
import { MAIN, TestDaemon } from './helpers/run-daemon.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

/** What readers copy: it must do what the page says. */
const run = promisify(execFile);
const root = new URL('../', import.meta.url);
const PAGES = [
  'README.md',
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('adr/'))
    .map((name) => `docs/${name}`),
];

function blocks(page: string, language: string): string[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code!);
}

const FIRST_STEPS = 'docs/first-steps.md';
const MAKES_CERTIFICATE = /^openssl /;

describe('configuration on the pages', () => {
  const examples = PAGES.flatMap((page) => blocks(page, 'yaml').map((yaml) => ({ page, yaml }))).filter(
    ({ yaml }) => isConfiguration(yaml),
  );

  it('is there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(7);
  });

  it.each(examples)('has no fault: $page $yaml', ({ yaml }) => {
    expect(configSchema.safeParse(parseYaml(yaml)).error?.issues).toBeUndefined();
  });

  it('is one that the daemon starts with, once the certificate is made as told', async () => {
    const cwd = temporaryFolder();
    const command = blocks(FIRST_STEPS, 'sh').find((code) => MAKES_CERTIFICATE.test(code))!;
    await run('bash', ['-ec', command], { cwd });
    writeFileSync(join(cwd, 'config.yaml'), blocks(FIRST_STEPS, 'yaml').join(''));
    const { code, out, err } = await runCommand(['config', 'check'], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('6 sources, 2 sinks');
  });
});

/** Others are rules, pipelines, samples, parts of a map. */
function isConfiguration(yaml: string): boolean {
  const keys = [...yaml.matchAll(/^([^\s#].*?):/gm)].map(([, key]) => key!);
  return keys.length > 0 && keys.every((key) => key in configSchema.shape);
}

describe('commands on the pages', () => {
  const lines = PAGES.flatMap((page) =>
    blocks(page, 'sh').flatMap((code) =>
      code
        .replaceAll('\\\n', ' ')
        .split('\n')
        .filter((line) => line.startsWith('vedette '))
        .map((line) => ({ page, line })),
    ),
  );

  it('are there', () => {
    expect(lines.length).toBeGreaterThan(25);
  });

  it.each(lines)('are taken: $page $line', async ({ line }) => {
    let told = '';
    let ran = 0;
    const program = await commandTree({
      version: '0',
      action: () => async () => {
        ran++;
      },
      io: {
        ...({ env: {}, cwd: '/', outIsTty: false, errIsTty: false, colour: false, width: 80 } as const),
        out: () => {},
        finish: async () => {},
        err: (text) => {
          told += text;
        },
        stdin: async function* () {},
      },
    });
    await program.parseAsync(wordsOf(line).slice(1), { from: 'user' }).catch(() => {});
    expect({ told, ran }).toEqual({ told: '', ran: 1 });
  });
});

/** As a shell would: quotes, and nothing of what comes behind `#`, `|` or `>`. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => [single ?? double ?? bare!, bare !== undefined] as const,
  );
  const end = words.findIndex(([word, isBare]) => isBare && /^[#|>]/.test(word));
  return words.slice(0, end < 0 ? undefined : end).map(([word]) => word);
}

it('the first alert of the first steps opens, and is no incident', async () => {
  const folder = temporaryFolder();
  const config = `data_dir: ./data
sources: [{ type: syslog-udp, listen: "127.0.0.1:0" }]
sinks: [{ type: ndjson, dir: ./alerts }]
`;
  const daemon = new TestDaemon(folder, config);
  onTestFinished(async () => {
    await daemon.stop();
  });
  const [port] = await daemon.ports();
  const code = blocks(FIRST_STEPS, 'sh').find((block) => block.includes('logger '))!;
  const send = code.replace('192.0.2.5', '127.0.0.1').replace('5140', String(port));
  await run('bash', ['-ec', `${send.slice(0, send.indexOf('vedette '))}`]);
  await daemon.stored(8);
  const { stdout } = await run(process.execPath, [MAIN, 'alerts', 'list'], { cwd: folder });
  expect(stdout).toContain('203.0.113.7  SSH Brute Force');
  expect(daemon.incidentLines()).toEqual([]);
});
