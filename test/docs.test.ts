import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { load as parseYaml } from 'js-yaml';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { commandTree } from '../src/cli/program.js';
import { configSchema } from '../src/config/schema.js';
import { CHECKS } from '../src/doctor/registry.js';
import type { AlertChange } from '../src/model/alert.js';
import { ECS_FIELDS, Event, toEventJson } from '../src/model/event.js';
import type { IncidentAlert, IncidentChange } from '../src/model/incident.js';
import { listenField } from '../src/model/settings.js';
import { parseBytes, parseDuration } from '../src/model/units.js';
import { extractorOptions } from '../src/normalizers/extractor-options.js';
import { BACKENDS } from '../src/sigma/convert/registry.js';
import { SINKS } from '../src/sinks/registry.js';
import { SOURCES } from '../src/sources/registry.js';
import { CODES } from '../src/telemetry/codes.js';

/**
 * The reference pages say what the code has, no more and no less. Each table is compared both ways, so that neither a
 * forgotten row nor one that outlived its key stays.
 */
function page(name: string): string {
  return readFileSync(new URL(`../docs/reference/${name}`, import.meta.url), 'utf8');
}

/** The text from a heading to the next one of its level. */
function section(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  expect(start, heading).toBeGreaterThan(-1);
  const level = heading.slice(0, heading.indexOf(' '));
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return end === -1 ? rest : rest.slice(0, end);
}

/** Cells of all table rows whose first cell is code. */
function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    );
}

/** All code in a cell. */
function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
}

function code(cell: string): string {
  return codes(cell)[0] ?? cell;
}

type Shape = Readonly<Record<string, z.ZodType>>;
type Wrapped = {
  readonly shape?: Shape;
  readonly element?: z.ZodType;
  readonly unwrap?: () => Wrapped;
  readonly out?: Wrapped;
};

function unwrapped(schema: z.ZodType): Wrapped {
  let at = schema as Wrapped;
  for (;;) {
    const inner = at.shape ?? at.element;
    const next = inner === undefined ? (at.unwrap?.() ?? at.out) : undefined;
    if (next === undefined) return at;
    at = next;
  }
}

/** Dotted paths of the leaves; lists are leaves. */
function keysOf(shape: Shape, prefix = ''): string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const inner = unwrapped(schema).shape;
    return inner === undefined ? [prefix + key] : keysOf(inner, `${prefix}${key}.`);
  });
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((at, step) => (at as Record<string, unknown> | undefined)?.[step], value);
}

/** Whether the text of a default cell means this value. */
function means(cell: string, value: unknown): boolean {
  if (value === undefined) return cell === 'none' || cell === 'required' || cell.startsWith('the type');
  const text = code(cell);
  const readings = [
    text,
    parseYaml(text),
    parseBytes(text),
    parseDuration(text),
    listenField.safeParse(text).data,
  ];
  return readings.some((reading) => JSON.stringify(reading) === JSON.stringify(value));
}

describe('docs/reference/config.md', () => {
  const text = page('config.md');

  it('has each key with its default', () => {
    const table = rows(section(text, '## Keys'));
    const keys = keysOf(configSchema.shape);
    expect(table.map(([key]) => code(key!)).sort()).toEqual([...keys].sort());
    const defaults = configSchema.parse({});
    for (const [key, , given] of table) {
      const value = valueAt(defaults, code(key!));
      // The defaults of sinks have defaults of their own.
      if (code(key!) === 'sinks')
        expect(value).toEqual(configSchema.parse({ sinks: parseYaml(code(given!)) }).sinks);
      else expect(means(given!, value), `${key} ${given} is ${JSON.stringify(value)}`).toBe(true);
    }
  });

  it.each([
    ['## Sources', SOURCES, { listen: ':1', paths: ['x'], cert: 'x', key: 'x', stream: 'x' }],
    ['## Sinks', SINKS, { url: 'https://hooks.example.org/x' }],
  ] as const)('has each type under %s, its options and their defaults', (heading, registry, needed) => {
    const table = rows(section(text, heading));
    const types = Object.entries(registry).map(([type, { summary }]) => [`\`${type}\``, summary]);
    expect(table.filter((cells) => cells.length === 2)).toEqual(types);

    const described = table.filter((cells) => cells.length === 5);
    const used = new Set<string[]>();
    for (const [type, { options }] of Object.entries(registry)) {
      const shape = (options as unknown as { shape: Shape }).shape;
      const own = described.filter(([, of]) => isOf(of!, type));
      for (const row of own) used.add(row);
      const keys = Object.keys(shape).filter((key) => key !== 'type');
      expect(own.map(([key]) => code(key!)).sort(), type).toEqual(keys.sort());
      const given = Object.fromEntries(
        Object.entries(needed).filter(([key]) => shape[key]?.safeParse(undefined).success === false),
      );
      const defaults = (options as z.ZodType).parse({ type, ...given });
      for (const [key, , , cell] of own) {
        const name = code(key!);
        if (name in given) expect(cell, `${type} ${name}`).toBe('required');
        else expect(means(cell!, valueAt(defaults, name)), `${type} ${name} ${cell}`).toBe(true);
      }
    }
    expect(described.filter((row) => !used.has(row))).toEqual([]);
  });

  it('has each option of an extractor', () => {
    const table = rows(section(text, '## Extractors'));
    const keys = Object.keys(extractorOptions.shape).map((key) => `extractors[].${key}`);
    expect(table.map(([key]) => code(key!))).toEqual(keys);
  });

  it('says for each top-level key whether a reload takes it', () => {
    const [row = ''] = section(text, '## What a reload takes')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = codes(row);
    for (const key of Object.keys(configSchema.shape))
      expect(
        named.filter((name) => name === key),
        key,
      ).toHaveLength(1);
  });
});

/** `all`, `all but x`, or types separated by blanks. */
function isOf(cell: string, type: string): boolean {
  if (cell.startsWith('all but ')) return !cell.slice(8).split(' ').includes(type);
  return cell === 'all' || cell.split(' ').includes(type);
}

describe('docs/reference/codes.md', () => {
  it('has each code with its sentence and what to do', () => {
    const table = rows(page('codes.md'));
    expect(table.map(([name, sentence]) => [code(name!), sentence])).toEqual(Object.entries(CODES));
    for (const [name, , advice] of table) expect(advice, name).toMatch(/^[A-Z].+[.:]$/);
  });
});

describe('docs/reference/convert.md', () => {
  const text = page('convert.md');

  it('has each target', () => {
    const targets = Object.entries(BACKENDS).map(([name, { summary }]) => [`\`${name}\``, summary]);
    expect(rows(section(text, '## Targets')).slice(0, targets.length)).toEqual(targets);
  });

  it.each(Object.entries(BACKENDS))('has the formats and options of %s', (name, { formats, options }) => {
    expect(rows(section(text, `### Formats of \`${name}\``))).toEqual(
      Object.entries(formats).map(([format, summary]) => [`\`${format}\``, summary]),
    );
    expect(rows(section(text, `### Options of \`${name}\``))).toEqual(
      Object.entries(options).map(([key, { default: value, summary }]) => [
        `\`${key}\``,
        value === '' ? 'empty' : `\`${value}\``,
        summary,
      ]),
    );
  });
});

describe('docs/reference/doctor.md', () => {
  it('has each check, in the order in which they are told', () => {
    expect(rows(page('doctor.md')).map(([name]) => code(name!))).toEqual(Object.keys(CHECKS));
  });
});

const tree = await commandTree(silent());

describe('docs/reference/cli.md', () => {
  const text = page('cli.md');

  const leaves = new Map<string, Command>();
  const collect = (command: Command, name: string): void => {
    if (command.commands.length > 0)
      for (const child of command.commands) collect(child, `${name} ${child.name()}`);
    else leaves.set([name, ...command.registeredArguments.map(argument)].join(' '), command);
  };
  collect(tree, 'vedette');

  it('has a section for each command and none for others', () => {
    const headings = [...text.matchAll(/^### `(.+)`$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([...leaves.keys()]);
  });

  it.each([...leaves])('describes %s as its help does', (name, command) => {
    const body = section(text, `### \`${name}\``);
    expect(body).toContain(`\n${command.description()}\n`);
    expect(rows(body).map(([flags, meaning]) => [code(flags!), meaning])).toEqual(
      command.options.map((option) => [option.flags, meaningOf(option)]),
    );
  });
});

function argument(declared: Command['registeredArguments'][number]): string {
  const word = declared.variadic ? `${declared.name()}...` : declared.name();
  return declared.required ? `<${word}>` : `[${word}]`;
}

function meaningOf({ description, argChoices, defaultValue }: Command['options'][number]): string {
  const choices = argChoices !== undefined && argChoices.length > 1 ? argChoices : [];
  return (
    description +
    (choices.length > 0 ? `: ${choices.map((choice) => `\`${choice}\``).join(', ')}` : '') +
    (defaultValue === undefined ? '' : `; default \`${defaultValue}\``)
  );
}

/** A context that does nothing: only the shape of the commands is looked at. */
function silent(): Parameters<typeof commandTree>[0] {
  return {
    version: '0',
    action: () => async () => {},
    io: {
      env: {},
      cwd: '/',
      out: () => {},
      finish: async () => {},
      err: () => {},
      outIsTty: false,
      errIsTty: false,
      colour: false,
      width: 80,
      stdin: async function* () {},
    },
  };
}

type Complete<T> = T extends readonly (infer M)[]
  ? readonly Complete<M>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Complete<NonNullable<T[K]>> }
    : T;

/** Every field there is: a new one does not compile until it is here, and then the page wants a row. */
const ALERT: Complete<Omit<AlertChange, 'group' | 'evidence'>> = {
  '@timestamp': '',
  'event.kind': 'alert',
  alert: { id: '', revision: 1, status: 'opened', count: 1, first_seen: '', last_seen: '', escalated: true },
  severity: 'high',
  rule: { id: '', name: '', level: 'high', version: '', file: '', description: '', falsepositives: [''] },
  threat: { tactic: [{ id: '', name: '' }], technique: [{ id: '', name: '' }] },
  entity: '',
  source: { ip: '', attributed: true },
  destination: { ip: '' },
  host: { name: '' },
  user: { name: '', target: { name: '' } },
  related: { hosts: [''] },
  silenced: { id: '', reason: '' },
  labels: { demo: true },
  anomaly: { minute: '', score: 1, threshold: 1, features: [{ name: '', value: 1, usual: 1, share: 1 }] },
  reason: '',
};
const EVIDENCE: Complete<AlertChange['evidence'][number]> = {
  'event.id': '',
  original: '',
  matches: [{ selection: '', field: '', pattern: '', value: '' }],
};

const THREAT: Complete<IncidentChange['threat']> = {
  tactic: [{ id: '', name: '' }],
  technique: [{ id: '', name: '' }],
};
const INCIDENT: Complete<Omit<IncidentChange, 'timeline'>> = {
  '@timestamp': '',
  'event.kind': 'incident',
  labels: { demo: true },
  incident: {
    id: '',
    revision: 1,
    status: 'opened',
    title: '',
    risk: 1,
    first_seen: '',
    last_seen: '',
    alerts: 1,
    escalated: true,
  },
  severity: 'high',
  entity: '',
  source: { ip: '' },
  host: { name: [''] },
  user: { name: [''] },
  threat: THREAT,
  stages: [{ tactic: { id: '', name: '' }, first_seen: '', last_seen: '', rules: [''] }],
};
const TIMELINE: Complete<IncidentAlert> = {
  '@timestamp': '',
  first_seen: '',
  last_seen: '',
  alert: { id: '', count: 1 },
  rule: { id: '', name: '' },
  severity: 'high',
  threat: THREAT,
  host: { name: '' },
  user: { name: '' },
  reason: '',
  evidence: { 'event.id': '', original: '' },
};

describe('docs/reference/incidents.md', () => {
  it('has each field of an incident line', () => {
    const documented = rows(section(page('incidents.md'), '## Incident line'));
    const fields = [...leafPaths({ ...INCIDENT, timeline: [TIMELINE] })];
    expect(documented.flatMap(([cell]) => codes(cell!)).sort()).toEqual(fields.sort());
  });
});

describe('docs/reference/alert.md', () => {
  const text = page('alert.md');
  const fieldsOf = (heading: string) => rows(section(text, heading)).flatMap(([cell]) => codes(cell!));

  it('has each field of an alert line', () => {
    const fields = [...leafPaths({ ...ALERT, group: { '*': '' }, evidence: [EVIDENCE] })];
    expect(fieldsOf('## Alert line').sort()).toEqual(fields.sort());
  });

  it('has each field of an event line', () => {
    const fields = [...leafPaths(toEventJson(fullEvent()))].map((path) => path.replace(/\[\]$/, ''));
    expect(fieldsOf('## Event line').sort()).toEqual(fields.sort());
  });
});

/** `a.b`, and `a[].b` for members of lists; objects without members are leaves. */
function* leafPaths(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) {
    yield* value.length === 0 ? [path] : leafPaths(value[0], `${path}[]`);
    return;
  }
  if (value === null || typeof value !== 'object' || Object.keys(value).length === 0) {
    yield path;
    return;
  }
  for (const [key, member] of Object.entries(value))
    yield* leafPaths(member, path === '' ? key : `${path}.${key}`);
}

function fullEvent(): Event {
  const event = new Event();
  event.reset('x');
  const fields = event as unknown as Record<string, unknown>;
  for (const name of ECS_FIELDS) fields[name] = 'x';
  for (const name of ['event.category', 'event.type']) fields[name] = ['x'];
  Object.assign(event, { repeat: 2, timestampInFuture: true, truncated: true, offHours: true, peer: 'x' });
  Object.assign(event.record, { facility: 1, severity: 1, host: 'x', app: 'x', procid: 'x', msgid: 'x' });
  // What holds the sender's own names is a leaf here.
  Object.assign(event.record, { structuredData: {}, fields: {}, cef: {}, leef: {} });
  return event;
}

describe('docs/adr/0002-dependencies.md', () => {
  it('has each package that the code imports, with its range', () => {
    const source = new URL('../src/', import.meta.url);
    // What the page is made of is in dist/web when it is installed.
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.startsWith('web/'),
    );
    const imported = files.flatMap((name) =>
      [
        ...readFileSync(new URL(name, source), 'utf8').matchAll(/^(?:import|\}).* from '([^.'][^']*)';$/gm),
      ].map(([, from]) => from!),
    );
    const packages = [...new Set(imported)].filter((name) => !name.startsWith('node:')).sort();
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as {
      dependencies: Record<string, string>;
    };
    const table = rows(readFileSync(new URL('../docs/adr/0002-dependencies.md', import.meta.url), 'utf8'));
    expect(table.map(([name, range]) => [code(name!), code(range!)])).toEqual(
      packages.map((name) => [name, dependencies[name]]),
    );
  });
});

describe('links of docs', () => {
  const folder = new URL('../docs/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );

  it.each(files)('lead somewhere: %s', (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    for (const target of targets.filter((link) => !/^(https?:|#)/.test(link))) {
      const [path = '', anchor] = target.split('#');
      const linked = readFileSync(new URL(path, file), 'utf8');
      if (anchor !== undefined)
        expect(
          [...linked.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(' ', '-')),
        ).toContain(anchor);
    }
  });
});

describe('examples of docs/adding-a-*.md', () => {
  const folder = new URL('../docs/', import.meta.url);
  const root = fileURLToPath(new URL('../', import.meta.url));
  const guides = readdirSync(folder).filter((name) => name.startsWith('adding-a-'));
  const blocks = guides.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return [...text.matchAll(/```ts\n\/\/ (src\/\S+\.ts)\n([\s\S]*?)```/g)].map(
      ([, path, code]) => [path!, code!] as const,
    );
  });
  const examples = blocks.filter(([, code]) => code.includes('export '));

  it('are there for each guide but that of rules', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  it('compile', () => {
    const files = new Map(examples.map(([path, code]) => [join(root, path), code]));
    const record = join(root, 'src/model/record.ts');
    const formats = blocks.filter(([path]) => path === 'src/model/record.ts').map(([, code]) => code);
    files.set(
      record,
      readFileSync(record, 'utf8').replace(
        'export const RECORD_FORMATS = [\n',
        (line) => line + formats.join(''),
      ),
    );
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: ['src/main.ts'] }, ts.sys, root);
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists } = host;
    host.readFile = (path) => files.get(path) ?? readFile(path);
    host.fileExists = (path) => files.has(path) || fileExists(path);
    const program = ts.createProgram(
      examples.map(([path]) => join(root, path)),
      { ...options, noEmit: true },
      host,
    );
    for (const [path] of examples) {
      const file = program.getSourceFile(join(root, path));
      const found = ts
        .getPreEmitDiagnostics(program, file)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
      expect(found, path).toEqual([]);
    }
  });
});

describe('whoever starts the daemon', () => {
  const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

  it.each(['package.json', 'scripts/vedette.service', 'Dockerfile', 'README.md', 'bench/lib/as-started.mjs'])(
    'starts Node as the others do (%s)',
    (path) => {
      expect(file(path)).toMatch(/MALLOC_ARENA_MAX(=1|: '1')/);
      expect(file(path)).toContain('--v8-pool-size=0');
    },
  );
});
