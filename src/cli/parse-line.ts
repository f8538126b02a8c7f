import { loadConfig } from '../config/load.js';
import { readConfiguredRules } from '../config/rule-files.js';
import type { Config } from '../config/schema.js';
import { createExplainer } from '../explainer.js';
import type { Json, JsonObject } from '../model/json.js';
import type { RawChunk } from '../model/raw-chunk.js';
import type { MatchesOf, RuleSignal } from '../model/signal.js';
import { createDetection, type DetectedChunk, enrichmentBySource } from '../pipeline.js';
import { logLines } from '../replay/blocks.js';
import { renderFields } from '../report/field-list.js';
import { foldToWidth } from '../report/text-width.js';
import { type BuiltRuleset, buildRuleset } from '../ruleset.js';
import type { Lines } from '../sources/tail/line-cutter.js';
import { visible } from '../telemetry/visible.js';
import { CliError, type CliIo, EXIT, textLines } from './io.js';
import { formatOption, hintsOf, type LineOptions, zoneOption } from './line-options.js';
import type { CommandDefinition } from './program.js';
import { linesChunk, recordChunk } from './record-chunk.js';

interface ParseLineOptions extends LineOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly base64?: boolean;
  readonly now?: string;
}

const LF = 10;
const NO_SOURCE = '';
/** No record of a chunk is empty: a separator alone, which is trimmed, stands for one that is. */
const EMPTY_RECORD = new Uint8Array([0x0a]);

const EXAMPLES = `
Examples:
  vedette parse-line 'Nov 20 10:00:00 web sshd[9]: Failed password for root from 203.0.113.7 port 22 ssh2'
  vedette parse-line --json < Security.evtx > events.ndjson
  vedette parse-line --json < /var/log/auth.log | jq -c '[."@timestamp", .event.action, .source.ip]'
  vedette parse-line --tz Europe/Vienna --now 2026-01-01T00:00:00Z 'Dec 31 23:59:59 fw %ASA-6-302013: …'
`;

export const parseLineCommand: CommandDefinition = (program, context) => {
  program
    .command('parse-line')
    .description('Show what becomes of a log line: format, fields, matching rules and why.')
    .argument(
      '[line]',
      'the line; without it each line of stdin is a record, or each event of a Windows event log (EVTX)',
    )
    .option('-c, --config <file>', 'configuration whose rules and extractors are used')
    .option('--json', 'one event as JSON a line')
    .option('--base64', 'the line, or each line of stdin, is a base64-coded record')
    .option('--now <time>', 'receive time, ISO 8601 (default: now)')
    .addOption(zoneOption())
    .addOption(formatOption())
    .addHelpText('after', EXAMPLES)
    .action(
      context.action(async (line: string | undefined, options: ParseLineOptions) => {
        const now = options.now === undefined ? Date.now() : Date.parse(options.now);
        if (Number.isNaN(now))
          throw new CliError(`--now: "${visible(options.now ?? '')}" is not an ISO 8601 time.`, EXIT.usage);
        const read = hintsOf(options);
        const { config } = loadConfig({ file: options.config, cwd: context.io.cwd, env: context.io.env });
        const rules = loadRuleset(config);
        const settings = {
          ruleset: rules.ruleset,
          neededFields: rules.neededFields,
          hints: new Map([[NO_SOURCE, read]]),
          enrichment: enrichmentBySource(config),
          withEvents: true,
        };
        const detect = createDetection(settings);
        const matchesOf = createExplainer(settings);
        let seq = 0;
        const show = (chunk: RawChunk): void => {
          const result = detect(chunk);
          if (options.json) context.io.out(Buffer.from(result.events ?? []).toString());
          else context.io.out(renderEvents(result, rules, matchesOf, context.io));
        };
        const showRecord = (text: string): void => {
          const bytes = options.base64 ? fromBase64(text) : Buffer.from(text);
          show(recordChunk([text === '' ? EMPTY_RECORD : bytes], ++seq, now, NO_SOURCE));
        };
        if (line !== undefined) showRecord(line);
        // An empty line of base64 is a record that was sent empty; of others it is none, as in every source.
        else if (options.base64) for await (const text of textLines(context.io.stdin())) showRecord(text);
        else {
          // As text one by one, each with reasons of its own.
          for await (const lines of logLines(context.io.stdin()))
            for (const some of options.json ? [lines] : oneByOne(lines))
              show(linesChunk(some, ++seq, now, NO_SOURCE));
        }
        return EXIT.done;
      }),
    );
};

/** Buffer.from would take what it can and drop the rest: half a record is worse than none. */
function fromBase64(text: string): Uint8Array {
  const code = text.trim();
  if (code.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(code))
    throw new CliError(`--base64: "${visible(shortened(text))}" is not base64.`, EXIT.usage);
  return Buffer.from(code, 'base64');
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function loadRuleset(config: Config): BuiltRuleset {
  return buildRuleset(readConfiguredRules(config.rules).files, config.rules);
}

function* oneByOne({ bytes, truncated }: Lines): Generator<Lines> {
  for (let start = 0; start < bytes.length; ) {
    const lf = bytes.indexOf(LF, start);
    const end = lf < 0 ? bytes.length : lf;
    if (end > start) {
      const isCut = truncated?.includes(end) ?? false;
      yield {
        bytes: bytes.slice(start, end),
        records: 1,
        truncated: isCut ? Uint32Array.of(end - start) : null,
      };
    }
    start = end + 1;
  }
}

function renderEvents(
  result: DetectedChunk,
  { ruleset }: BuiltRuleset,
  matchesOf: MatchesOf,
  io: CliIo,
): string {
  const events = Buffer.from(result.events ?? [])
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  const hits = result.signals.filter((signal): signal is RuleSignal => signal.kind === 'rule');
  return events
    .map((text, index) => {
      const event = JSON.parse(text) as JsonObject;
      const matching = hits.filter((hit) => hit.hits.some((value, i) => i % 3 === 0 && value === index));
      const rules = matching.flatMap((hit) => {
        const rule = ruleset.rules[hit.rule]!;
        return [
          ...hanging(
            `${rule.level.toUpperCase()}  ${visible(rule.title)}  (${visible(rule.place.file)}:${rule.place.line})`,
            2,
            io.width,
          ),
          ...matchesOf(hit.evidence).flatMap(({ selection, field, pattern, value }) =>
            hanging(
              `${visible(selection)}: ${visible(field ?? 'keyword')} = ${visible(value)}  ← ${visible(pattern)}`,
              6,
              io.width,
            ),
          ),
        ];
      });
      const title = rules.length === 0 ? 'No rule matches.' : 'Matching rules';
      return `${renderFields([...flatten(event, '')], io.width)}\n${title}\n${rules.map((rule) => `${rule}\n`).join('')}`;
    })
    .join('\n');
}

/** Indented, what does not fit a little further. */
function hanging(text: string, indent: number, width: number): string[] {
  const [first, ...others] = foldToWidth(text, Math.max(8, width - indent - 2));
  return [`${' '.repeat(indent)}${first}`, ...others.map((line) => `${' '.repeat(indent + 2)}${line}`)];
}

/** Leaves of a nested object under dotted names, in order. */
function* flatten(value: Json, name: string): Generator<[string, string]> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, member] of Object.entries(value))
      yield* flatten(member, name === '' ? key : `${name}.${key}`);
    return;
  }
  if (Array.isArray(value) && value.length === 0) return;
  yield [name, typeof value === 'string' ? value : JSON.stringify(value)];
}
