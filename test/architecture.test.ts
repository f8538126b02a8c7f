import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * The house keeps its floors: imports only go down, and stages never import each other (DESIGN: the house). A failure
 * here names the file, the import, and why it is not allowed.
 */
const SRC = 'src';
const STAGES = [
  'sources',
  'queue',
  'parsers',
  'normalizers',
  'enrichers',
  'sigma',
  'correlation',
  'anomaly',
  'senders',
  'alerts',
  'sinks',
  'storage',
  'query',
  'report',
];

const GROUND = ['model', 'telemetry'];

/** What it takes to run both halves of the line outside the daemon. */
const WHOLE_LINE = [
  'config',
  'pipeline',
  'explainer',
  'ruleset',
  'rule-pack',
  'keep',
  'signal-codec',
  'protocol',
];

/** What each part may import, besides itself, and the reason. */
const RULES: readonly {
  readonly of: readonly string[];
  readonly may: readonly string[];
  readonly why: string;
}[] = [
  { of: ['model'], may: [], why: 'The nouns that travel know nobody: everything else may know them.' },
  { of: ['telemetry'], may: ['model'], why: 'Logging and counting must be usable everywhere.' },
  { of: ['nats'], may: GROUND, why: 'Reaching NATS is the same for who reads there and who writes.' },
  {
    of: ['sources', 'sinks'],
    may: [...GROUND, 'nats'],
    why: 'A source or sink knows the line by what it hands over or is given; and how its own kind of place is reached.',
  },
  {
    of: STAGES,
    may: GROUND,
    why: 'A stage that knows another cannot be replaced, tested or moved to another thread alone; they meet in the pipeline.',
  },
  {
    of: ['config'],
    may: [...GROUND, 'sources', 'sinks', 'normalizers', 'enrichers'],
    why: 'The schema is composed from what the registries declare; it runs nothing.',
  },
  {
    of: ['pipeline', 'signal-folder', 'signal-codec', 'explainer', 'ruleset', 'rule-pack', 'keep'],
    may: [
      ...GROUND,
      ...STAGES,
      'config',
      'pipeline',
      'signal-folder',
      'explainer',
      'ruleset',
      'keep',
      'signal-codec',
      'protocol',
    ],
    why: 'The line joins the stages; it knows no thread, socket or command.',
  },
  {
    of: ['protocol'],
    may: [...GROUND, 'anomaly', 'senders', 'config', 'pipeline', 'signal-codec', 'rule-pack'],
    why: 'What threads say to each other is plain data.',
  },
  {
    of: ['rule-verdict'],
    may: [...GROUND, 'sigma', 'pipeline'],
    why: 'What a rule says to a record is told in the same words by commands and the API.',
  },
  {
    of: ['detector', 'keeper', 'rule-compiler', 'rule-judge', 'anomaly-trainer'],
    may: [
      ...GROUND,
      ...STAGES,
      'config',
      'pipeline',
      'explainer',
      'ruleset',
      'rule-pack',
      'rule-verdict',
      'keep',
      'signal-codec',
      'protocol',
      'keeper',
    ],
    why: 'Thread entries stand on the pipeline; the daemon starts them, not the other way round.',
  },
  {
    of: ['search'],
    may: [...GROUND, ...STAGES, 'config', 'pipeline'],
    why: 'A search reads the log as the line does, on threads of its own; the daemon and commands start it.',
  },
  {
    of: ['replay'],
    may: [...GROUND, ...STAGES, ...WHOLE_LINE],
    why: 'A replay runs the whole line over files, on threads of its own.',
  },
  {
    of: ['backtest'],
    may: [...GROUND, ...STAGES, ...WHOLE_LINE, 'search'],
    why: 'A backtest finds its way in the log as a search does, and runs the whole line over it, on threads of its own.',
  },
  {
    of: ['daemon'],
    may: [...GROUND, ...STAGES, 'config', 'rule-pack', 'protocol', 'daemon'],
    why: 'The daemon owns lifetimes; commands own the daemon.',
  },
  {
    of: ['api'],
    may: [
      ...GROUND,
      ...STAGES,
      'config',
      'rule-pack',
      'search',
      'backtest',
      'replay',
      'doctor',
      'daemon',
      'protocol',
    ],
    why: 'The API shows the daemon to people; the daemon is given it and does not know it.',
  },
  {
    of: ['doctor'],
    may: [...GROUND, ...STAGES, 'config', 'pipeline', 'ruleset', 'rule-pack', 'daemon'],
    why: 'The doctor looks at everything and changes nothing; commands show what it says.',
  },
  {
    of: ['cli'],
    may: [
      ...GROUND,
      ...STAGES,
      'config',
      'pipeline',
      'explainer',
      'ruleset',
      'rule-verdict',
      'keep',
      'search',
      'backtest',
      'replay',
      'doctor',
      'daemon',
      'api',
      'protocol',
    ],
    why: 'Commands are at the top; only main.ts stands above.',
  },
  {
    of: ['web'],
    may: [...GROUND, 'report'],
    why: 'The page knows the daemon by its HTTP API and the words of the model; what else it takes must run in a browser.',
  },
  { of: ['main'], may: ['cli'], why: 'main.ts turns argv into an exit code and nothing else.' },
];

/** Node modules by which the outside gets in: only some parts may touch it. */
const OUTSIDE = /^node:(fs|net|tls|dgram|http|https|child_process|worker_threads)(\/|$)/;
const MAY_TOUCH_OUTSIDE = [
  'nats',
  'sources',
  'sinks',
  'storage',
  'config',
  'daemon',
  'keeper',
  'detector',
  'rule-compiler',
  'rule-judge',
  'api',
  'search',
  'backtest',
  'replay',
  'doctor',
  'anomaly-trainer',
  'protocol',
  'cli',
  'telemetry',
];
/** Parts that are functions of their arguments: the same input gives the same output, on any thread, in any replay. */
const PURE = [
  'parsers',
  'normalizers',
  'enrichers',
  'sigma',
  'correlation',
  'anomaly',
  'senders',
  'alerts',
  'pipeline',
  'signal-folder',
  'keep',
  'queue',
  'query',
  'report',
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

describe('architecture', () => {
  test('imports go down, and stages do not know each other', () => {
    const broken = files.flatMap((file) => {
      const part = partOf(file);
      const rule = RULES.find(({ of }) => of.includes(part));
      if (rule === undefined) return [`${file}: no floor is known for "${part}"; add it to this test.`];
      return importsOf(file)
        .filter((target) => target.startsWith('.'))
        .map((target) => partOf(relative(SRC, normalize(join(SRC, dirname(file), target)))))
        .filter((target) => target !== part && !rule.may.includes(target))
        .map((target) => `${file} imports ${target}. ${rule.why}`);
    });
    expect(broken).toEqual([]);
  });

  test('only the edges touch files, sockets, processes and threads', () => {
    const broken = files.flatMap((file) =>
      MAY_TOUCH_OUTSIDE.includes(partOf(file))
        ? []
        : importsOf(file)
            .filter((name) => OUTSIDE.test(name) && name !== 'node:net')
            .map((name) => `${file} imports ${name}`),
    );
    expect(broken).toEqual([]);
  });

  test('pure parts do not read the clock, roll dice or set timers', () => {
    const broken = files
      .filter((file) => PURE.includes(partOf(file)))
      .filter((file) =>
        /\b(Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|performance\.now\()/.test(
          code(file),
        ),
      );
    expect(broken).toEqual([]);
  });

  test('process.exit stands in main.ts alone', () => {
    expect(files.filter((file) => /\bprocess\.exit\(/.test(code(file)))).toEqual(['main.ts']);
  });

  test('no file has a default export', () => {
    expect(files.filter((file) => /^export default /m.test(code(file)))).toEqual([]);
  });

  test('there is no import cycle', () => {
    expect(findCycle()).toBeNull();
  });
});

/** First folder below src/, or the file's own name. */
function partOf(file: string): string {
  return file.split('/')[0]!.replace(/\.(ts|js)$/, '');
}

function code(file: string): string {
  return readFileSync(join(SRC, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

function importsOf(file: string): string[] {
  return [...code(file).matchAll(/^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'/gm)].map((match) => match[1]!);
}

/** Modules that import each other at run time, as a path of names; types may. */
function findCycle(): string | null {
  const graph = new Map(files.map((file) => [file, runtimeImports(file)]));
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next, [...path, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const cycle = walk(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

function runtimeImports(file: string): string[] {
  return [...code(file).matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?\bfrom\s+'(\.[^']+)'/gm)]
    .map((match) => relative(SRC, normalize(join(SRC, dirname(file), match[1]!))).replace(/\.js$/, '.ts'))
    .filter((target) => files.includes(target));
}
