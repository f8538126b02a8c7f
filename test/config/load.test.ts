import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, faultText } from '../../src/config/errors.js';
import { type ConfigInput, type LoadedConfig, loadConfig } from '../../src/config/load.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vedette-config-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(text: string, ...path: string[]): string {
  const file = join(root, ...(path.length === 0 ? ['config.yaml'] : path));
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function load(input: Partial<ConfigInput> = {}): LoadedConfig {
  return loadConfig({ cwd: root, ...input, env: { HOME: join(root, 'home'), ...input.env } });
}

/** The faults as they are printed, the temporary folder left out. */
function faultsOf(input: Partial<ConfigInput> = {}): string[] {
  try {
    load(input);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.faults.map((fault) => faultText(fault).replaceAll(`${root}/`, ''));
    throw error;
  }
  return [];
}

function faultsOfFile(text: string): string[] {
  return faultsOf({ file: write(text) });
}

describe('finding the configuration', () => {
  it('takes -c, then VEDETTE_CONFIG, then ./config.yaml, then that of XDG_CONFIG_HOME, then that of HOME', () => {
    const named = write('log: { level: warn }', 'named.yaml');
    const fromEnv = write('log: { level: error }', 'env.yaml');
    const own = write('log: { level: debug }');
    const xdg = write('log: { level: trace }', 'xdg', 'vedette', 'config.yaml');
    const home = write('log: { level: fatal }', 'home', '.config', 'vedette', 'config.yaml');
    const env = { VEDETTE_CONFIG: 'env.yaml', XDG_CONFIG_HOME: join(root, 'xdg') };
    expect(load({ file: 'named.yaml', env })).toMatchObject({
      file: named,
      config: { log: { level: 'warn' } },
    });
    expect(load({ env }).file).toBe(fromEnv);
    delete (env as { VEDETTE_CONFIG?: string }).VEDETTE_CONFIG;
    expect(load({ env }).file).toBe(own);
    rmSync(own);
    expect(load({ env }).file).toBe(xdg);
    expect(load().file).toBe(home);
  });

  it('is content with defaults when there is none', () => {
    const { file, config } = load();
    expect(file).toBeNull();
    expect(config).toMatchObject({ data_dir: join(root, 'data'), sources: [], log: { level: 'info' } });
    expect(config.sinks).toMatchObject([
      { type: 'ndjson', name: 'ndjson', dir: join(root, 'alerts') },
      { type: 'stix', name: 'stix', dir: join(root, 'alerts') },
    ]);
  });

  it('refuses a named file that is not there, and says who named it', () => {
    expect(faultsOf({ file: 'no.yaml' })).toEqual(['-c: there is no file no.yaml.']);
    expect(faultsOf({ env: { VEDETTE_CONFIG: 'no.yaml' } })).toEqual([
      'VEDETTE_CONFIG: there is no file no.yaml.',
    ]);
  });

  it('refuses a huge file, a folder, and what is not YAML or not keys and values', () => {
    expect(faultsOf({ file: write(`# ${'x'.repeat(4 * 1024 ** 2)}`) })).toEqual([
      'config.yaml: cannot be read: it has 4194306 bytes, a configuration has at most 4194304.',
    ]);
    mkdirSync(join(root, 'folder'));
    expect(faultsOf({ file: 'folder' })).toEqual(['folder: cannot be read: it is not a regular file.']);
    expect(faultsOfFile('a: 1\nb: [1, 2\n')[0]).toMatch(/^config\.yaml:\d: not YAML: .+\.$/);
    expect(faultsOfFile('log: { level: info }\nlog: { level: warn }\n')[0]).toMatch(
      /^config\.yaml:2: not YAML: dup/,
    );
    for (const text of ['- a\n', 'text\n', '5\n', 'log: {}\n---\nlog: {}\n'])
      expect(faultsOfFile(text)).toEqual([
        'config.yaml:1: expected one document of keys and values such as `sources:`.',
      ]);
  });

  it('takes an empty file, and a key under which all is commented out, for the defaults', () => {
    expect(load({ file: write('') }).config).toEqual(load({ file: write('# nothing\n') }).config);
    const { config } = load({ file: write('rules:\n  # builtin: false\nsinks:\nsources:\n') });
    expect(config).toMatchObject({ sources: [], rules: { builtin: true } });
    expect(config.sinks).toHaveLength(2);
  });
});

describe('merging', () => {
  it('lets the environment win over the file, and flags over both', () => {
    const file = write('log: { level: warn }\nstorage: { events: { max_age: 2d } }\n');
    const env = { VEDETTE_LOG__LEVEL: 'error', VEDETTE_STORAGE__EVENTS__MAX_AGE: '7d', VEDETTE_CONFIG: file };
    expect(load({ env }).config).toMatchObject({
      log: { level: 'error' },
      storage: { events: { max_age: 7 * 86_400_000 } },
    });
    expect(load({ env, flags: { 'log.level': 'fatal' } }).config.log.level).toBe('fatal');
  });

  it('reads variables as YAML and sets members of lists', () => {
    const file = write('sources: [{ type: syslog-udp, listen: "127.0.0.1:5140" }]\n');
    const { config } = load({
      file,
      env: {
        VEDETTE_RULES__DISABLE: '[one, two]',
        VEDETTE_SOURCES__0__LISTEN: '0.0.0.0:514',
        VEDETTE_QUEUE__MAX_RECORDS: '5000',
      },
    });
    expect(config.rules.disable).toEqual(['one', 'two']);
    expect(config.queue.max_records).toBe(5000);
    expect(config.sources).toMatchObject([{ listen: { host: '0.0.0.0', port: 514 } }]);
  });

  it('names the variable or flag of a wrong value', () => {
    expect(
      faultsOf({
        env: { VEDETTE_QUEUE__MAX_BYTES: 'much', VEDETTE_RULEZ: '1', VEDETTE_LOG____LEVEL: 'x' },
        flags: { 'log.level': 'loud' },
      }).sort(),
    ).toEqual([
      '--log-level: log.level: expected one of trace, debug, info, warn, error, fatal, silent, not "loud".',
      'VEDETTE_LOG____LEVEL: expected VEDETTE_ and the path of a key joined by two underscores.',
      'VEDETTE_QUEUE__MAX_BYTES: queue.max_bytes: expected a size such as 64KiB, 10MiB or 2GiB, not "much".',
      'VEDETTE_RULEZ: rulez: unknown key; did you mean "rules"?',
    ]);
    expect(faultsOf({ file: write('sources: []'), env: { VEDETTE_SOURCES__3__TYPE: 'stdin' } })).toEqual([
      'VEDETTE_SOURCES__3__TYPE: sources.3.type: the list has no such member.',
    ]);
  });
});

describe('saying what is wrong', () => {
  it('says everything at once, each with its line', () => {
    expect(
      faultsOfFile(
        [
          'data_dir: 5',
          'queue: { max_bytes: -1 }',
          'alerts:',
          '  dedup_window: 5',
          '  min_severity: hgih',
          'rules:',
          '  paths: rules/',
          '  builtin: "yes"',
          'engine: { detectors: many }',
          '',
        ].join('\n'),
      ),
    ).toEqual([
      'config.yaml:1: data_dir: expected text, not 5.',
      'config.yaml:9: engine.detectors: expected auto or a whole number from 1 to 64, not "many".',
      'config.yaml:2: queue.max_bytes: expected a size such as 64KiB, 10MiB or 2GiB, not -1.',
      'config.yaml:8: rules.builtin: expected true or false, not "yes".',
      'config.yaml:7: rules.paths: expected a list such as [a, b], not "rules/".',
      'config.yaml:5: alerts.min_severity: expected one of informational, low, medium, high, critical, not "hgih"; did you mean "high"?',
      'config.yaml:4: alerts.dedup_window: expected a duration such as 500ms, 30s, 5m, 4h or 30d, not 5.',
    ]);
  });

  it.each([
    ['sorces: []', '1: sorces: unknown key; did you mean "sources"?'],
    ['a: 1', '1: a: unknown key; known here are data_dir, sources, engine, '],
    ['business_hours: { form: "08:00" }', '1: business_hours.form: unknown key; did you mean "from"?'],
    ['storage:\n  events:\n    maxage: 1d', '3: storage.events.maxage: unknown key; did you mean "max_age"?'],
    [
      'sources:\n  - type: syslog-udp\n    listen: ":1"\n    recieve_buffer: 1',
      '4: sources.0.recieve_buffer: unknown key; did you mean "receive_buffer"?',
    ],
    [
      'sources:\n  - type: stdin\n    logsource: { porduct: linux }',
      '3: sources.0.logsource.porduct: unknown key; did you mean "product"?',
    ],
    ['sinks: [{ type: stix, dirr: x }]', '1: sinks.0.dirr: unknown key; did you mean "dir"?'],
    [
      'extractors: [{ name: a, patern: "(?P<a>b)" }]',
      '1: extractors.0.pattern: this key is missing; expected text.',
    ],
  ])('suggests the key that was meant: %s', (text, wanted) => {
    const faults = faultsOfFile(text);
    expect(
      faults.map((fault) => fault.startsWith(`config.yaml:${wanted}`)),
      faults.join('\n'),
    ).toContain(true);
  });

  it.each([
    ['sources: [{ type: sylog-udp }]', 'sources.0.type: expected one of syslog-udp, syslog-tcp, '],
    ['sources: [{ listen: ":1" }]', 'sources.0.type: this key is missing; expected one of syslog-udp, '],
    [
      'sources: [syslog-udp]',
      'sources.0: expected keys and values such as { key: value }, not "syslog-udp".',
    ],
    ['sources: { type: stdin }', 'sources: expected a list such as [a, b], not keys and values.'],
    [
      'sources: [{ type: syslog-tcp }]',
      'sources.0.listen: this key is missing; expected an address such as ',
    ],
    [
      'sources: [{ type: syslog-tcp, listen: 5140 }]',
      'sources.0.listen: expected an address such as 0.0.0.0:5140, [::]:5140 or :5140, not 5140.',
    ],
    ['sources: [{ type: syslog-tcp, listen: "h:99999" }]', 'sources.0.listen: expected an address such as '],
    [
      'sources: [{ type: syslog-tcp, listen: "[1.2.3.4]:1" }]',
      'sources.0.listen: expected an address such as ',
    ],
    [
      'sources: [{ type: syslog-tcp, listen: ":1", allow: [10.0.0.0/33] }]',
      'sources.0.allow.0: expected an address block such as 192.0.2.0/24 or 2001:db8::/32, not "10.0.0.0/33".',
    ],
    [
      'sources: [{ type: syslog-tcp, listen: ":1", peer_share: 0 }]',
      'sources.0.peer_share: expected a number above 0, not 0.',
    ],
    [
      'sources: [{ type: syslog-tcp, listen: ":1", peer_share: 2 }]',
      'sources.0.peer_share: expected a number of at most 1, not 2.',
    ],
    [
      'sources: [{ type: stdin, timezone: Europe/Wien }]',
      'sources.0.timezone: expected an IANA time zone such as UTC or Europe/Vienna, not "Europe/Wien".',
    ],
    [
      'sources: [{ type: stdin, name: "a b" }]',
      'sources.0.name: expected 1 to 64 letters, digits, dots, dashes or underscores, not "a b".',
    ],
    [
      'sources: [{ type: file, paths: [] }]',
      'sources.0.paths: expected a list that is not empty, not an empty list.',
    ],
    ['queue: { max_records: 10 }', 'queue.max_records: expected a number of at least 1000, not 10.'],
    ['queue: { max_records: 1000.5 }', 'queue.max_records: expected a whole number, not 1000.5.'],
    [
      'queue: { max_bytes: 5 apples }',
      'queue.max_bytes: expected a size such as 64KiB, 10MiB or 2GiB, not "5 apples".',
    ],
    [
      'queue: { max_bytes: [] }',
      'queue.max_bytes: expected a size such as 64KiB, 10MiB or 2GiB, not an empty list.',
    ],
    [
      'shutdown_timeout: soon',
      'shutdown_timeout: expected a duration such as 500ms, 30s, 5m, 4h or 30d, not "soon".',
    ],
    ['extractors: [{ name: a, pattern: "b(" }]', 'extractors.0.pattern: is not RE2 syntax ('],
    ['rules: { paths: [1] }', 'rules.paths.0: expected text, not 1.'],
    [
      `log: { level: "${'x'.repeat(99)}\\e[31m" }`,
      `log.level: expected one of trace, debug, info, warn, error, fatal, silent, not "${'x'.repeat(60)}…".`,
    ],
    [
      'log: { level: "\\e[31m" }',
      'log.level: expected one of trace, debug, info, warn, error, fatal, silent, not "\\x1b[31m".',
    ],
  ])('says what was expected and what was found: %s', (text, wanted) => {
    const faults = faultsOfFile(text);
    expect(
      faults.map((fault) => fault.startsWith(`config.yaml:1: ${wanted}`)),
      faults.join('\n'),
    ).toContain(true);
  });

  it.each([
    ['rules: { disable: [{ levle: high }] }', 'rules.disable.0.levle: unknown key; did you mean "level"?'],
    [
      'rules: { disable: [5] }',
      'rules.disable.0: expected the id or name of a rule, or a map of id, name, path, level, status, tag, product, category, service, not 5.',
    ],
    [
      'rules: { only: [{}] }',
      'rules.only.0: expected the id or name of a rule, or a map of id, name, path, level, status, tag, product, category, service, not keys and values.',
    ],
    ['rules: { enable: [{ level: [] }] }', 'rules.enable.0.level: expected a list that is not empty'],
    [
      'rules: { placeholders: { admins: [] } }',
      'rules.placeholders.admins: expected a list that is not empty, not an empty list.',
    ],
    [
      'rules: { placeholders: { admins: { a: 1 } } }',
      'rules.placeholders.admins: expected a value or a list of values, not keys and values.',
    ],
    ['rules: { placeholders: { "a b": x } }', 'rules.placeholders.a b: expected a name of letters, digits'],
  ])('says what rules are chosen by: %s', (text, wanted) => {
    const [fault, ...more] = faultsOfFile(text);
    expect(more).toEqual([]);
    expect(fault!.slice(0, 'config.yaml:1: '.length + wanted.length)).toBe(`config.yaml:1: ${wanted}`);
    expect(fault).not.toMatch(/invalid/i);
  });

  it('reads selectors and placeholders as lists', () => {
    const { config } = load({
      file: write(
        'rules: { disable: [a, { level: [low, high], tag: x }], placeholders: { n: 5, l: [a, true] }, pipelines: [ecs, own.yml] }',
      ),
    });
    expect(config.rules).toMatchObject({
      disable: ['a', { level: ['low', 'high'], tag: ['x'] }],
      placeholders: { n: ['5'], l: ['a', 'true'] },
      pipelines: ['ecs', join(root, 'own.yml')],
    });
  });

  it('never shows a message of the schema library', () => {
    for (const text of [
      'sources: 5',
      'sinks: [5]',
      'engine: []',
      'log: 5',
      'rules: { disable: {} }',
      'extractors: [{}]',
      'storage: { alerts: { max_count: 0.5 } }',
    ])
      for (const fault of faultsOfFile(text)) expect(fault).not.toMatch(/invalid|received|too (big|small)/i);
  });
});

describe('names', () => {
  it('gives sources and sinks the name of their type, numbered where it is taken', () => {
    const { config } = load({
      file: write(
        'sources: [{ type: stdin }, { type: stdin, name: stdin-2 }, { type: stdin }, { type: file, paths: [x] }]',
      ),
    });
    expect(config.sources.map(({ name }) => name)).toEqual(['stdin', 'stdin-2', 'stdin-3', 'file']);
  });

  it('refuses the same name twice, by line', () => {
    expect(faultsOfFile('sinks:\n  - { type: stdout, name: a }\n  - { type: stix, name: a }\n')).toEqual([
      'config.yaml:3: sinks.1.name: another of the sinks has the name "a"; names must differ.',
    ]);
  });
});

it('refuses two sources on one address, by line', () => {
  const second = 'sources:\n  - { type: syslog-tcp, listen: "127.0.0.1:5140" }\n';
  expect(faultsOfFile(`${second}  - { type: json-tcp, listen: "127.0.0.1:5140" }\n`)).toEqual([
    'config.yaml:3: sources.1.listen: the source "syslog-tcp" listens on 127.0.0.1:5140/tcp already; give this one another port.',
  ]);
  for (const other of [
    '{ type: syslog-udp, listen: "127.0.0.1:5140" }',
    '{ type: json-tcp, listen: "127.0.0.2:5140" }',
  ])
    expect(faultsOfFile(`${second}  - ${other}\n`)).toEqual([]);
  expect(
    faultsOfFile(`${second.replace('5140', '0')}  - { type: json-tcp, listen: "127.0.0.1:0" }\n`),
  ).toEqual([]);
});

describe('paths', () => {
  it('are relative to the file that has them; a flag’s are as given', () => {
    const file = write(
      [
        'data_dir: data',
        'rules: { paths: [more, /abs] }',
        'sources:',
        '  - { type: file, paths: [log/*.log, ~/x.log], exclude: ["*.gz", old/*.log] }',
        '  - { type: syslog-tls, listen: ":0", cert: c.pem, key: k.pem, client_ca: ca.pem }',
        '  - { type: journald, directory: journal }',
        'sinks: [{ type: ndjson, dir: out }]',
      ].join('\n'),
      'etc',
      'v.yaml',
    );
    const etc = join(root, 'etc');
    const { config } = load({ file: 'etc/v.yaml' });
    expect(config).toMatchObject({
      data_dir: join(etc, 'data'),
      rules: { paths: [join(etc, 'more'), '/abs'] },
      sources: [
        {
          paths: [join(etc, 'log/*.log'), join(root, 'home', 'x.log')],
          exclude: ['*.gz', join(etc, 'old/*.log')],
        },
        { cert: join(etc, 'c.pem'), key: join(etc, 'k.pem'), client_ca: join(etc, 'ca.pem') },
        { directory: join(etc, 'journal') },
      ],
      sinks: [{ dir: join(etc, 'out') }],
    });
    expect(load({ file, flags: { data_dir: '/elsewhere' } }).config.data_dir).toBe('/elsewhere');
  });
});

describe('hostile keys', () => {
  it('takes __proto__ and constructor for unknown keys and nothing else', () => {
    expect(faultsOfFile('__proto__: { data_dir: evil }')).toHaveLength(1);
    expect(faultsOfFile('constructor: 1\nlog: { __proto__: { level: debug } }\n')).toHaveLength(2);
  });

  it('reaches no prototype from the environment', () => {
    const env = { VEDETTE___PROTO____LEVEL: 'x', VEDETTE_CONSTRUCTOR__NAME: 'x' };
    expect(faultsOf({ env })).toHaveLength(2);
    expect(({} as Record<string, unknown>).data_dir).toBeUndefined();
  });
});
